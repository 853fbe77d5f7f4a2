"""The far end of a code scanner: one on a line, one that types, and a camera that shows a code.

`scan` is what a visitor does; `noise` and `partial` are what goes wrong. The typing one delivers the kernel's records
(behind a FIFO), the camera JPEG pictures one after the other (behind a FIFO or TCP; the host opens `camera:/fifo`).
"""

from binascii import crc_hqx
from collections import deque
from random import Random
from typing import Any

from drivers.code_scanner.commands import CommandDecoder, Setting
from drivers.code_scanner.hid import PLAIN, SHIFTED
from drivers.code_scanner.options import Options
from drivers.code_scanner.simulated_camera import SimulatedCamera
from drivers.far_end import FarEnd, UnknownControl
from drivers.input_records import EV_KEY, EV_SYN, RECORD, SYN_DROPPED

SUFFIXES = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "none": b""}
SUFFIX_KEYS = {"cr": 28, "lf": 28, "crlf": 28, "tab": 15, "none": 0}
SHIFT, ALT = 42, 56
KEYPAD = dict(zip("0123456789", (82, 79, 80, 81, 75, 76, 77, 71, 72, 73), strict=True))
KEYS = {letter: (code, False) for code, letter in PLAIN.items()}
KEYS |= {letter: (code, True) for code, letter in SHIFTED.items() if letter not in KEYS}
EVENT_S = 0.0005
"""A key is two events, down and up: 1 ms a key."""
EVENTS_A_TURN = 40
NOISE_BYTES = 40
ACCEPTED, REFUSED = b"\x06", b"\x15"
GM65_READ, GM65_TRIGGER = 7, bytes.fromhex("0801000201")

CONTROLS = {
    "scan": "read a code: text, and if wanted encoding (utf-8, gb18030) and suffix (cr, lf, crlf, tab, none)",
    "noise": "send garbage (count, default 40; on a line also certain bytes: hex)",
    "partial": "send the first half of a code and stop: text",
}
ON_A_LINE = CONTROLS | {"refuse": "refuse commands: on=true or false"}


class SimulatedScanner:
    """A scanner on a serial line; obeys trigger and settings commands of its maker's dialect."""

    def __init__(self, row: dict[str, Any], options: Options) -> None:
        self._dialect: str = row["dialect"]
        self._suffix = _real_suffix(options.suffix or row["suffix"])
        self._commands = CommandDecoder(self._dialect)
        self._out = bytearray()
        self._noise = Random(7)  # noqa: S311 - garbage on a wire, repeatable on purpose
        self._codes = self._settings = self._triggers = 0
        self._lit = self._refuses = False
        self._cells: dict[int, int] = {}

    def receive(self, data: bytes, now: float) -> None:
        """Obey commands."""
        del now
        for command in self._commands.feed(data):
            if isinstance(command, Setting):
                self._settings += 1
                self._out += self._answer(command.body)
            else:
                self._lit = command.on and not self._refuses
                self._triggers += self._lit
                self._out += self._answer(GM65_TRIGGER) if self._dialect == "gm65" else b""

    def _answer(self, body: bytes) -> bytes:
        if self._dialect == "gm65":
            return self._cells_told(body)
        status = REFUSED if self._refuses else ACCEPTED
        answered = body.replace(b",", status + b",").replace(b";", status + b";")
        if self._dialect == "honeywell":
            return answered[:-1] + status + answered[-1:]
        return b"\x02\x010000" + answered + b"\x03"

    def _cells_told(self, body: bytes) -> bytes:
        """Write or read a module's cells; what was read comes back, a write and a save with one byte 00."""
        kind, first, data = body[0], int.from_bytes(body[2:4], "big"), body[4:]
        if self._refuses:
            return _gm65_answer(1, b"")
        if kind == GM65_READ:
            count = data[0] if data else 0
            return _gm65_answer(0, bytes(self._cells.get(first + place, 0) for place in range(count)))
        self._cells.update((first + place & 0xFFFF, value) for place, value in enumerate(data))
        return _gm65_answer(0, b"\0")

    def outgoing(self, now: float) -> bytes:
        """Return what is read."""
        del now
        out = bytes(self._out)
        self._out.clear()
        return out

    def next_due(self) -> float | None:
        """Nothing comes by itself."""
        return None

    def controls(self) -> dict[str, str]:
        """What a visitor can do."""
        return ON_A_LINE

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control."""
        del now
        if control == "refuse":
            self._refuses = bool(arguments.get("on", True))
        elif control == "noise":
            certain = bytes.fromhex(str(arguments.get("hex", "")))
            self._out += certain or self._noise.randbytes(int(arguments.get("count", NOISE_BYTES)))
        elif control in ("scan", "partial"):
            data = str(arguments["text"]).encode(arguments.get("encoding", "utf-8"))
            self._read(data, control, arguments)
        else:
            raise UnknownControl(control, ON_A_LINE)
        return self.state()

    def _read(self, data: bytes, control: str, arguments: dict[str, Any]) -> None:
        if control == "partial":
            self._out += data[: len(data) // 2]
            return
        self._codes += 1
        self._lit = False
        self._out += data + SUFFIXES[arguments.get("suffix", self._suffix)]

    def state(self) -> dict[str, Any]:
        """Counts; never the codes, which may be somebody's."""
        return {"codes": self._codes, "settings": self._settings, "triggers": self._triggers, "lit": self._lit}


def _gm65_answer(status: int, data: bytes) -> bytes:
    body = bytes((status, len(data))) + data
    return b"\x02\x00" + body + crc_hqx(body, 0).to_bytes(2, "big")


def _real_suffix(suffix: str) -> str:
    return "cr" if suffix == "auto" else suffix


class SimulatedWedge:
    """A scanner in keyboard mode: each letter is key presses, about a millisecond each."""

    def __init__(self, row: dict[str, Any], options: Options) -> None:
        self._suffix = _real_suffix(options.suffix or row["suffix"])
        self._alt_codes = options.alt_codes
        self._keys: deque[tuple[int, int, int]] = deque()
        self._due = 0.0
        self._noise = Random(7)  # noqa: S311 - garbage on a wire, repeatable on purpose
        self._codes = 0

    def receive(self, data: bytes, now: float) -> None:
        """Ignore: nobody talks to a keyboard here."""

    def outgoing(self, now: float) -> bytes:
        """Return the records of the keys pressed by now."""
        if not self._keys or now < self._due:
            return b""
        self._due = now + EVENTS_A_TURN * EVENT_S
        pressed = [self._keys.popleft() for _ in range(min(EVENTS_A_TURN, len(self._keys)))]
        return b"".join(_record(now, *key) + _record(now, EV_SYN, 0, 0) for key in pressed)

    def next_due(self) -> float | None:
        """Return when the next keys come."""
        return self._due if self._keys else None

    def controls(self) -> dict[str, str]:
        """What a visitor can do."""
        return CONTROLS

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control."""
        del now
        if control == "noise":
            for _ in range(int(arguments.get("count", NOISE_BYTES))):
                self._keys.append((self._noise.randrange(4), self._noise.randrange(256), self._noise.randrange(3)))
        elif control == "scan":
            self._codes += 1
            self._type(str(arguments["text"]))
            self._press(SUFFIX_KEYS[arguments.get("suffix", self._suffix)])
        elif control == "partial":
            self._type(str(arguments["text"])[: max(1, len(arguments["text"]) // 2)])
            self._keys.append((EV_SYN, SYN_DROPPED, 0))
        else:
            raise UnknownControl(control, CONTROLS)
        return self.state()

    def state(self) -> dict[str, Any]:
        """Counts; never the codes."""
        return {"codes": self._codes, "keys_left": len(self._keys)}

    def _type(self, text: str) -> None:
        for letter in text:
            if letter in KEYS:
                code, shifted = KEYS[letter]
                self._press(code, SHIFT if shifted else 0)
            else:
                self._alt(letter)

    def _alt(self, letter: str) -> None:
        value = ord(letter) if self._alt_codes == "unicode" else int.from_bytes(letter.encode("gb18030"), "big")
        self._keys.append((EV_KEY, ALT, 1))
        for digit in str(value):
            self._press(KEYPAD[digit])
        self._keys.append((EV_KEY, ALT, 0))

    def _press(self, code: int, with_key: int = 0) -> None:
        if not code:
            return
        around = [(EV_KEY, with_key, 1), (EV_KEY, with_key, 0)] if with_key else []
        self._keys.extend([*around[:1], (EV_KEY, code, 1), (EV_KEY, code, 0), *around[1:]])


def _record(now: float, kind: int, code: int, value: int) -> bytes:
    return RECORD.pack(int(now), int(now % 1 * 1e6), kind, code, value)


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    if row["transport"] == "camera":
        return SimulatedCamera(options)
    return SimulatedWedge(row, options) if row["transport"] == "hid" else SimulatedScanner(row, options)
