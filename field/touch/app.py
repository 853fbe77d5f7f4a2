"""Composition of the technician's screen: state, window, workbench and worker."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QTimer

from config.devices import DeviceConfig
from config.unit import UnitConfig
from field.touch.flow import step
from field.touch.state import (
    Answer,
    Cause,
    Effect,
    Ended,
    Leave,
    Look,
    Plug,
    Seen,
    Send,
    State,
    Tick,
    Touch,
    Touched,
    Try,
)
from field.touch.window import TouchWindow
from field.touch.workbench import Report, Workbench
from hall.qt.app import Start, application
from hall.qt.background import Background, Operation
from hall.qt.bridge import Bridge
from hall.qt.look import Look as FaceLook
from hall.qt.tokens import Reach, tokens
from hall.words.catalogue import Words

LOOK_MS = 500
LEFT_ALONE_S = 600.0
"""Without a touch this long the screen ends by itself: it must not stay open to citizens."""
TICKS = 2
"""A tick of the flow is a second: so many looks at the devices."""


class Bench:
    """The running screen. Everything here is on the GUI thread; work runs on one worker."""

    def __init__(
        self,
        window: TouchWindow,
        workbench: Workbench,
        background: Background,
        end: Callable[[], None],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window, self._workbench, self._background, self._end = window, workbench, background, end
        self.state = State(busy=True)
        self._looks, self._now_s, self._touched_at = 0, now_s, now_s()
        window.show_state(self.state)

    def touched(self, what: Touch, value: str) -> None:
        """Take a finger."""
        self._touched_at = self._now_s()
        self.take(Touched(what, value))

    def take(self, cause: Cause) -> None:
        """Take a cause, draw, and carry out what is wanted."""
        self.state, effects = step(self.state, cause)
        self._window.show_state(self.state)
        for effect in effects:
            self._carry_out(effect)

    def look(self) -> None:
        """Take the devices' states; every second also a tick."""
        self._looks += 1
        self.take(Seen(self._workbench.rows() or self.state.devices))
        if self._looks % TICKS == 0:
            self.take(Tick())
        if self._now_s() - self._touched_at > LEFT_ALONE_S:
            self._end()

    def _carry_out(self, effect: Effect) -> None:
        bench = self._workbench
        match effect:
            case Answer(yes=yes):
                bench.answer(yes)
            case Leave():
                self._end()
            case Try(device=device, level=level):
                self._background.run(Operation("test", lambda: bench.test(device, level)))
            case Look():
                self._background.run(Operation("look", bench.look))
            case Plug():
                self._background.run(Operation("plugged", bench.plugged))
            case Send(to=to):
                self._background.run(Operation("report", lambda: bench.send(to)))


def run_touch(
    source: Path, unit: UnitConfig, devices: tuple[DeviceConfig, ...], report: Report, remote: Path | None = None
) -> int:
    """Show the screen until the technician leaves; return the exit status."""
    app = application(sys.argv[:1])
    face, look = unit.face, face_look(unit)
    bridge, background = Bridge(), Background(workers=1)
    workbench = Workbench(source, unit, devices, bridge.put, report)
    window = TouchWindow(look, unit.unit.name, lambda what, value: bench.touched(what, value))
    bench = Bench(window, workbench, background, app.quit)
    bridge.arrived.connect(bench.take)
    start = Start(app, look, window)
    start.at_end(background.close)
    start.at_end(workbench.close)
    start.at_end(bridge.close)
    start.show(face.full_screen, face.left_px, face.top_px)
    if remote is not None:
        from hall.qt.remote import RemoteControl

        start.at_end(RemoteControl(remote, unit.unit.demo).close)
    looking = QTimer(start)
    looking.timeout.connect(bench.look)
    looking.start(LOOK_MS)
    start.first_frame(
        lambda: void(background.run(Operation("open", workbench.open).then(lambda _: bench.take(Ended()))))
    )
    return start.run()


def face_look(unit: UnitConfig) -> FaceLook:
    """Return the look of the unit's own panel, with the technician's words."""
    face = unit.face
    reach = Reach.KIOSK if unit.unit.kind == "kiosk" else Reach.DESK
    words = Words(face.language, "common", "field")
    return FaceLook(tokens(face.diagonal_in, face.width_px, face.height_px, reach, face.theme), words)


def void(_value: object) -> None:
    """Drop a value on purpose."""
