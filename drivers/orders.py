"""Orders for the thread that owns a cable: taken while it is there, answered at the latest when it goes.

Whoever wants something printed or scanned blocks until it is done. So no order may be left without an answer: not one
that comes while the cable is being lost, not one whose work raises, and not one that waits when the app ends.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from drivers.transport.base import TransportLost

Order = TypeVar("Order")


class Orders(Generic[Order]):
    """A queue that is shut while there is no cable. `place` and `end` from any thread, the rest from the cable's."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._open = False
        self._ended = False

    @property
    def taken(self) -> bool:
        """Whether orders are taken now."""
        return self._open

    def place(self, order: Order) -> bool:
        """Put an order in; False when nobody would ever answer it."""
        with self._gate:
            if self._open and not self._ended:
                self._waiting.put(order)
                return True
        return False

    def end(self) -> None:
        """Take no more, and let the waiting `next` return."""
        with self._gate:
            self._ended = True
        self._waiting.put(None)

    def open(self) -> None:
        """The cable is there."""
        with self._gate:
            self._open = True

    def next(self, wait_s: float) -> Order | None:
        """Return the oldest order, or None when this has ended.

        Raises:
            queue.Empty: none came in time.

        """
        return self._waiting.get(timeout=wait_s)

    def shut(self, refuse: Callable[[Order], None]) -> None:
        """The cable is gone: take no more, and hand each order that waits to `refuse`."""
        with self._gate:
            self._open = False
            while not self._waiting.empty():
                order = self._waiting.get()
                if order is not None:
                    refuse(order)


@contextmanager
def answering(outcome: "Future[Any]", lost: Callable[[str], Any]) -> Iterator[None]:
    """See that an order is answered although its work raises: `lost` words the loss of the cable; a bug is handed on.

    An order that has its answer already keeps it.

    Raises:
        TransportLost: and everything else, as the work does.

    """
    try:
        yield
    except TransportLost as problem:
        if not outcome.done():
            outcome.set_result(lost(str(problem)))
        raise
    except Exception as problem:
        if not outcome.done():
            outcome.set_exception(problem)
        raise
