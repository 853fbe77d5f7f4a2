"""The far end of a stand-alone evaluator: on a line by profile, or a keyboard."""

from collections import deque
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.input_records import EV_KEY, EV_SYN, KEY_REPEAT, Record
from drivers.key_line import SimulatedPad
from drivers.profile import profile_of
from drivers.rating_pad.driver import Options
from drivers.rating_pad.protocol import REPORT_SIZE, records_of, report_of

CONTROLS = {
    "press": "Press a key: key=1 to 9, a letter, or 'code N'; enter=true for a pad that sends Enter too.",
    "hold": "Hold a key for a while, so that it repeats: key=.",
    "noise": "Bytes where records should be: hex=.",
}
REPEATS = 20
RELEASED = bytes(REPORT_SIZE)


class SimulatedKeyboardPad:
    """A pad that types: records of the kernel into a FIFO, or its own boot reports."""

    def __init__(self, *, reports: bool) -> None:
        self._reports = reports
        self._out: deque[bytes] = deque()
        self._pressed = 0

    def receive(self, data: bytes, now: float) -> None:
        """Ignore: nobody talks to a keyboard here."""

    def outgoing(self, now: float) -> bytes:
        """Return the records, with the time at which they are read."""
        del now
        said = b"".join(self._out)
        self._out.clear()
        return said

    def next_due(self) -> float | None:
        """Nothing comes by itself."""
        return None

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return CONTROLS

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control == "noise":
            self._out.append(bytes.fromhex(arguments["hex"]))
        elif control in ("press", "hold"):
            key, held, enter = str(arguments["key"]), control == "hold", bool(arguments.get("enter"))
            self._out.append(_reported(key, held, enter) if self._reports else _typed(key, held, enter, now))
            self._pressed += 1
        else:
            raise UnknownControl(control, CONTROLS)
        return self.state()

    def state(self) -> dict[str, Any]:
        """Return what was pressed; a keyboard is answered nothing."""
        return {"pressed": self._pressed, "waiting_for_answer": False}


def _typed(key: str, held: bool, enter: bool, now: float) -> bytes:
    records = records_of(key)
    if held:
        repeat = Record(0, EV_KEY, records[0].code, KEY_REPEAT)
        records[2:2] = [repeat, Record(0, EV_SYN, 1, 0)] * REPEATS
    if enter:
        records += records_of("code 28")
    return b"".join(item._replace(at_ms=int(now * 1000)).to_bytes() for item in records)


def _reported(key: str, held: bool, enter: bool) -> bytes:
    """A report is sent again while the key is down, as an idle rate would have it."""
    down = report_of(key) * (REPEATS if held else 1)
    return down + RELEASED + (report_of("usage 40") + RELEASED if enter else b"")


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the pad of a model."""
    if row.get("transport") in ("hid", "hid-report"):
        return SimulatedKeyboardPad(reports=row["transport"] == "hid-report")
    return SimulatedPad(profile_of(row), options.address)
