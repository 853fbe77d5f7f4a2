"""The one door from a button to slow work: run it on a worker, get the result on the GUI thread.

No other module makes a thread for a screen. Work that raises is a bug: it is logged with its traceback, and the
screen is told through `failed` in words without it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

import structlog
from PyQt6.QtCore import QObject, pyqtSignal

from hall.qt.bridge import Bridge

Result = TypeVar("Result")

log = structlog.get_logger("background")


class Operation(Generic[Result]):
    """One piece of slow work with what shall happen afterwards. `name` stands in the log."""

    def __init__(self, name: str, work: Callable[[], Result]) -> None:
        self.name = name
        self.work = work
        self.success: Callable[[Result], None] = lambda _result: None
        self.failure: Callable[[Exception], None] | None = None
        self.cancelled = False

    def then(self, success: Callable[[Result], None]) -> "Operation[Result]":
        """Call `success(result)` on the GUI thread."""
        self.success = success
        return self

    def otherwise(self, failure: Callable[[Exception], None]) -> "Operation[Result]":
        """Call `failure(problem)` on the GUI thread if the work raises."""
        self.failure = failure
        return self

    def cancel(self) -> None:
        """Forget the outcome; the work itself runs on to its end."""
        self.cancelled = True


class Background(QObject):
    """Runs operations, in the order given when `workers` is 1.

    Signals: `failed(str)` names an operation that raised and had nobody to tell.
    """

    failed = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None, workers: int = 2) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="background")
        self._closed = False
        self._bridge = Bridge(self)
        self._bridge.arrived.connect(self._deliver)

    def run(self, operation: Operation[Any]) -> Operation[Any]:
        """Start an operation; call from the GUI thread."""
        if not self._closed:
            future = self._pool.submit(operation.work)
            future.add_done_callback(lambda done: self._report(operation, done))
        return operation

    def close(self) -> None:
        """Finish what runs, forget what waits, deliver nothing more; idempotent."""
        self._closed = True
        self._bridge.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _report(self, operation: Operation[Any], done: "Future[Any]") -> None:
        if not self._closed and not done.cancelled():
            self._bridge.put((operation, done))

    def _deliver(self, finished: "tuple[Operation[Any], Future[Any]]") -> None:
        operation, done = finished
        if self._closed or operation.cancelled:
            return
        problem = done.exception()
        if problem is None:
            operation.success(done.result())
            return
        log.error("operation failed", operation=operation.name, exc_info=problem)
        if operation.failure is not None and isinstance(problem, Exception):
            operation.failure(problem)
        else:
            self.failed.emit(operation.name)
