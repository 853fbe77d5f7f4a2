"""A slip printer from the far end of its cable: paper, cover, knife, buffer, and every status it can give.

Real-time commands are answered when they arrive, also while the printer is offline or its buffer is full; everything
else waits in the receive buffer until it is printed, at `speed` millimetres a second (at once by default). A bit that a
model leaves undefined or fixes is sent as 1, so that a driver that trusts it fails here and not in a hall.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from drivers.far_end import UnknownControl
from drivers.ticket_printer.model import Model, model_of
from drivers.ticket_printer.paper import Beep, Block, Cut, Gap, PaperInterpreter, QrBlock, as_text, length_mm
from drivers.ticket_printer.protocol import REAL_TIME, Command, CommandParser, NotTaken, RealTimeScanner

KEPT_SLIPS = 40
SHOWN_SLIPS = 6
BUFFER_BYTES = 4096
"""Above three quarters of it the printer sends XOFF, below a quarter XON."""
BABBLE_EVERY_S = 0.1
TEAR_LINES = 4
"""A printer without a knife feeds so far at a slip's end, and somebody tears it off."""
_PAPERS = {"paper_low": "low", "paper_out": "out", "paper_in": "ok"}

CONTROLS = {
    "paper_low": "The roll is near its end.",
    "paper_out": "Take the roll out, now.",
    "paper_in": "Put a new roll in.",
    "out_at_line": "The paper ends after n more printed lines: n.",
    "cover_open": "Open the cover.",
    "cover_close": "Close the cover.",
    "jam": "The knife sticks: at='now' (default) or at='cut' for the next cut, or line=n after n printed lines.",
    "clear_jam": "Take the crumpled paper out; the printer still waits for the recover command or its cover.",
    "head_hot": "The print head is too hot: on=true or false.",
    "fail": "An error that needs service: on=true or false.",
    "hold_slips": "Nobody takes slips (models with a presenter): on=true or false.",
    "take_slip": "Take the slip that hangs in the mouth.",
    "offline": "Switch the printer off, power and all: on=true or false.",
    "silent": "It prints but never answers: on=true or false.",
    "babble": "It sends garbage without end: on=true or false.",
    "port_says": "What GET_PORT_STATUS answers from now on: byte (hexadecimal text), or empty for the truth.",
    "pad": "Fill what it says up to whole packets with zeros, as USB bridges do: bytes=64 (default) or 0.",
    "speed": "Printing speed: mm_s=millimetres a second, 0 for at once.",
    "slips": "Return the last slips: last=n; with dir=FOLDER also write each slip's bytes to FOLDER/slip-NNN.bin.",
}


class PrintedSlip:
    """One piece of paper and the bytes that made it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.blocks: list[Block] = []
        self.raw = bytearray()
        self.complete = False

    def as_json(self, *, raw: bool = False) -> dict[str, Any]:
        """What a dock or a story shows."""
        shown: dict[str, Any] = {
            "number": self.number,
            "complete": self.complete,
            "lines": [text for block in self.blocks if (text := as_text(block))],
            "qr": [block.data for block in self.blocks if isinstance(block, QrBlock)],
            "bytes": len(self.raw),
        }
        return {**shown, "raw": self.raw.hex()} if raw else shown


class SimulatedTicketPrinter:
    """A FarEnd. `slips` holds what came out, newest last."""

    def __init__(self, model: Model, speed_mm_s: float = 0.0, *, xonxoff: bool = False) -> None:
        self._model = model
        self._speed = speed_mm_s
        self._xonxoff, self._stopped_host = xonxoff, False
        self._scanner = RealTimeScanner()
        self._parser = CommandParser(esc_b_is_margin=model.esc_b_is_margin)
        self._paper_view = PaperInterpreter(model)
        self._queue: deque[Command] = deque()
        self._blocks: deque[Block] = deque()
        self._waiting_bytes = 0
        self._free_at = 0.0
        self._out = bytearray()
        self.slips: deque[PrintedSlip] = deque(maxlen=KEPT_SLIPS)
        self._current = PrintedSlip(1)
        self.printed_mm = 0.0
        self._paper = "ok"
        self._lines_left: int | None = None
        self._jam_after: int | None = None
        self._jam_at_cut = False
        self._cover = self._blocked = self._cutter_error = self._hot = self._broken = False
        self._off = self._silent = self._hold = self._hanging = False
        self._enabled = True
        self._asb = 0
        self._asb_sent = b""
        self._port_says: int | None = None
        self._babble_at: float | None = None
        self._noise = Random(10)  # noqa: S311 - garbage on a wire, repeatable on purpose
        self._beeps = self._pad = 0

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes in any split."""
        if self._off:
            return
        for command in self._scanner.feed(data):
            self._real_time(command)
        if not self._queue and not self._blocks:
            self._free_at = max(self._free_at, now)
        for command in self._parser.feed(data):
            if command.name not in REAL_TIME:
                self._queue.append(command)
                self._waiting_bytes += len(command.to_bytes())
        self._advance(now)
        self._regulate()

    def outgoing(self, now: float) -> bytes:
        """Return what the printer says by now."""
        self._advance(now)
        self._regulate()
        self._report_changes()
        self._babble(now)
        said = bytes(self._out) + bytes(-len(self._out) % self._pad if self._pad else 0)
        self._out.clear()
        return b"" if self._off else said

    def next_due(self) -> float | None:
        """When the next line is printed or the next garbage comes."""
        times = [] if self._babble_at is None or self._off else [self._babble_at]
        if self._is_printing():
            times.append(self._free_at)
        return min(times, default=None)

    def usb_control(self, setup: bytes, _data: bytes, now: float) -> bytes | None:
        """Answer the printer class's requests: GET_DEVICE_ID, GET_PORT_STATUS, SOFT_RESET."""
        self._advance(now)
        match setup[:2]:
            case b"\xa1\x00":
                text = f"MFG:{self._model.maker};MDL:{self._model.title};CLS:PRINTER;CMD:ESC/POS;".encode()
                return (len(text) + 2).to_bytes(2, "big") + text
            case b"\xa1\x01":
                return bytes((self._port_status(),))
            case b"\x21\x02":
                self._drop_buffer()
                return b""
        return None

    def _port_status(self) -> int:
        if self._port_says is not None:
            return self._port_says
        stuck = self._cover or self._cutter_error or self._broken
        return 0x10 | 0x20 * (self._paper == "out") | 0x08 * (not stuck)

    def controls(self) -> dict[str, str]:
        """What a person can do to it."""
        return dict(CONTROLS)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is none of that name.

        """
        if control not in CONTROLS:
            raise UnknownControl(control, CONTROLS)
        if control in _PAPERS:
            self._paper, self._lines_left = _PAPERS[control], None
            shown: dict[str, Any] = {}
        else:
            act: Callable[[dict[str, Any], float], dict[str, Any]] = getattr(self, f"_do_{control}")
            shown = act(arguments, now)
        self._free_at = max(self._free_at, now)
        self._advance(now)
        return shown

    def state(self) -> dict[str, Any]:
        """Everything a dock, a test or a trainer may see."""
        return {
            "model": self._model.title,
            "paper": self._paper,
            "cover_open": self._cover,
            "jammed": self._blocked,
            "error": self._cutter_error or self._broken,
            "head_hot": self._hot,
            "not_taken": self._hanging,
            "off": self._off,
            "silent": self._silent,
            "buffer_bytes": self._waiting_bytes,
            "printed_mm": round(self.printed_mm, 1),
            "beeps": self._beeps,
            "count": self._current.number - 1,
            "unfinished": [text for block in self._current.blocks if (text := as_text(block))],
            "slips": [slip.as_json() for slip in list(self.slips)[-SHOWN_SLIPS:]],
        }

    # Printing

    def _halted(self) -> bool:
        stuck = self._cover or self._cutter_error or self._hot or self._broken or self._off
        return stuck or self._paper == "out"

    def _mouth_is_full(self) -> bool:
        """A presenter prints nothing more before its slip was taken, but still carries out commands."""
        return bool(self._blocks) and self._hanging and self._model.presenter

    def _advance(self, now: float) -> None:
        while not self._halted() and (self._queue or self._blocks) and self._free_at <= now:
            if self._mouth_is_full():
                return
            if self._blocks:
                self._print(self._blocks.popleft())
            else:
                self._carry_out(self._queue.popleft())

    def _carry_out(self, command: Command) -> None:
        raw = command.to_bytes()
        self._waiting_bytes -= len(raw)
        if command.name == "enable":
            self._enabled = bool(command.numbers[0] & 1)
        elif not self._enabled:
            return
        elif command.name in ("status_request", "identity_request", "asb", "old_paper_request"):
            self._answer_in_order(command)
        else:
            self._current.raw += raw
            self._blocks.extend(self._paper_view.apply(command))

    def _print(self, block: Block) -> None:
        if isinstance(block, Beep):
            self._beeps += block.times
            return
        if isinstance(block, Cut):
            self._cut(block)
            return
        if self._lines_left == 0:
            self._paper, self._lines_left = "out", None
            self._blocks.appendleft(block)
            return
        if self._jam_after == 0:
            self._jam_after = None
            self._blocked = self._cutter_error = True
            self._blocks.appendleft(block)
            return
        self._lines_left = None if self._lines_left is None else self._lines_left - 1
        self._jam_after = None if self._jam_after is None else self._jam_after - 1
        used = length_mm([block], self._model)
        self.printed_mm += used
        self._current.blocks.append(block)
        if self._speed:
            self._free_at += used / self._speed
        if self._model.cutter == "none" and isinstance(block, Gap) and block.dots >= TEAR_LINES * self._model.char_dots:
            self._finish_slip(complete=True)

    def _cut(self, block: Cut) -> None:
        if self._jam_at_cut:
            self._jam_at_cut = False
            self._blocked = self._cutter_error = True
            self._blocks.appendleft(block)
            return
        self._current.blocks.append(block)
        self._finish_slip(complete=True)
        self._hanging = self._hold and self._model.not_taken is not NotTaken.NONE

    def _finish_slip(self, *, complete: bool) -> None:
        self._current.complete = complete
        self.slips.append(self._current)
        self._current = PrintedSlip(self._current.number + 1)

    def _drop_buffer(self) -> None:
        self._queue.clear()
        self._blocks.clear()
        self._waiting_bytes = 0
        self._parser.clear()
        self._paper_view = PaperInterpreter(self._model)
        if self._current.blocks:
            self._finish_slip(complete=False)
        self._current.raw.clear()

    # Answers

    def _real_time(self, command: Command) -> None:
        number = command.numbers[0]
        if self._model.status == "asb" and command.name == "real_time_status":
            return
        if command.name == "real_time_recover":
            if number in (1, 2) and self._cutter_error and not self._blocked:
                self._cutter_error = False
                if number == 2:
                    self._drop_buffer()
        elif number == 20 and self._model.not_taken is NotTaken.CUSTOM20:
            self._say(b"\x10\x0f" + self._custom_status())
        elif number == 17 and self._model.not_taken is NotTaken.CUSTOM20:
            self._say(bytes((0x12 | 0x04 * self._is_printing() | 0x20 * (self._paper == "out"),)))
        elif number in (1, 2, 3, 4):
            self._say(bytes((self._eot(number),)))

    def _eot(self, number: int) -> int:
        model, out, low = self._model, self._paper == "out", self._paper != "ok"
        if number == 1:
            hanging = self._hanging and model.not_taken is NotTaken.EOT1_BIT7
            return 0x12 | model.ignore_printer | 0x08 * self._is_offline() | 0x80 * hanging
        if number == 2:
            error = self._cutter_error or self._broken
            return 0x12 | model.ignore_offline | 0x04 * self._cover | 0x20 * out | 0x40 * error
        if number == 3:
            error_bits = 0x08 * self._cutter_error | 0x20 * self._broken | 0x40 * self._hot
            return 0x12 | model.ignore_error | error_bits
        return 0x12 | model.ignore_paper | 0x0C * low | 0x60 * out

    def _custom_status(self) -> bytes:
        out, low = self._paper == "out", self._paper != "ok"
        paper = 0x01 * out | 0x04 * low | 0x20 * self._hanging
        return bytes((paper, 0x02 * self._cover, 0x01 * self._hot | 0x40 * self._cutter_error, 0x01 * self._broken))

    def _is_offline(self) -> bool:
        return self._cover or self._cutter_error or self._hot or self._broken or self._paper == "out"

    def _is_printing(self) -> bool:
        """Whether the paper motor turns."""
        return bool(self._queue or self._blocks) and not self._halted() and not self._mouth_is_full()

    def _asb_block(self) -> bytes:
        if self._model.asb_end_only:
            return bytes((0x14, self._asb_errors(), 0x0C * (self._paper == "out"), self._model.asb_fourth))
        first = 0x10 | 0x08 * self._is_offline() | 0x20 * self._cover | (self._model.ignore_printer & 0x04)
        third = 0x03 * (self._paper != "ok") | 0x0C * (self._paper == "out")
        return bytes((first, self._asb_errors(), third, self._model.asb_fourth))

    def _asb_errors(self) -> int:
        return 0x08 * self._cutter_error | 0x20 * self._broken | 0x40 * self._hot

    def _answer_in_order(self, command: Command) -> None:
        number = command.numbers[0] if command.numbers else 0
        if command.name == "asb":
            self._asb, self._asb_sent = number, b""
        elif command.name == "identity_request":
            texts = {65: b"1.00", 66: self._model.maker.encode("ascii", "replace"), 67: b"SIM"}
            self._say(b"\x5f" + texts[number] + b"\0" if number in texts else b"\x20")
        elif self._model.in_order_answer:
            self._say(b"\0" if number in (2, 50) else bytes((0x03 * (self._paper != "ok"),)))

    def _report_changes(self) -> None:
        block = self._asb_block()
        if self._asb and block != self._asb_sent:
            self._asb_sent = block
            self._say(block)

    def _regulate(self) -> None:
        if not self._xonxoff:
            return
        if not self._stopped_host and self._waiting_bytes > BUFFER_BYTES * 3 // 4:
            self._stopped_host = True
            self._say(b"\x13")
        elif self._stopped_host and self._waiting_bytes < BUFFER_BYTES // 4:
            self._stopped_host = False
            self._say(b"\x11")

    def _say(self, data: bytes) -> None:
        if not self._silent and self._model.status != "none":
            self._out += data

    def _babble(self, now: float) -> None:
        if self._babble_at is not None and now >= self._babble_at:
            self._babble_at = now + BABBLE_EVERY_S
            self._out += self._noise.randbytes(self._noise.randrange(1, 24))

    # Controls

    def _do_out_at_line(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._lines_left = max(0, int(arguments["n"]))
        return {}

    def _do_cover_open(self, _arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._cover = True
        if self._model.cover_clears_buffer:
            self._drop_buffer()
        return {}

    def _do_cover_close(self, _arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._cover = False
        if self._cutter_error and not self._blocked:
            self._cutter_error = False
            self._drop_buffer()
        return {}

    def _do_jam(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        if "line" in arguments:
            self._jam_after = max(0, int(arguments["line"]))
        elif arguments.get("at", "now") == "cut":
            self._jam_at_cut = True
        else:
            self._blocked = self._cutter_error = True
        return {}

    def _do_clear_jam(self, _arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._blocked = False
        return {}

    def _do_head_hot(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._hot = bool(arguments.get("on", True))
        return {}

    def _do_fail(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._broken = bool(arguments.get("on", True))
        return {}

    def _do_hold_slips(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._hold = bool(arguments.get("on", True))
        return {}

    def _do_take_slip(self, _arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        taken, self._hanging = self._hanging, False
        return {"taken": taken}

    def _do_offline(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._off = bool(arguments.get("on", True))
        if self._off:
            self._asb = 0
            self._drop_buffer()
            self._out.clear()
        return {}

    def _do_silent(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._silent = bool(arguments.get("on", True))
        return {}

    def _do_babble(self, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        self._babble_at = now if arguments.get("on", True) else None
        return {}

    def _do_port_says(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        byte = str(arguments.get("byte", ""))
        self._port_says = int(byte, 16) & 0xFF if byte else None
        return {}

    def _do_pad(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._pad = min(512, max(0, int(arguments.get("bytes", 64))))
        return {}

    def _do_speed(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        self._speed = max(0.0, float(arguments["mm_s"]))
        return {}

    def _do_slips(self, arguments: dict[str, Any], _now: float) -> dict[str, Any]:
        wanted = list(self.slips)[-int(arguments.get("last", KEPT_SLIPS)) :]
        if "dir" in arguments:
            folder = Path(str(arguments["dir"]))
            folder.mkdir(parents=True, exist_ok=True)
            for slip in wanted:
                (folder / f"slip-{slip.number:03}.bin").write_bytes(slip.raw)
        return {"slips": [slip.as_json(raw=True) for slip in wanted]}


def far_end(row: dict[str, Any], options: Any) -> SimulatedTicketPrinter:
    """Make the simulator of a model; `options` are the driver's."""
    return SimulatedTicketPrinter(model_of(row), xonxoff=options.flow == "xonxoff")
