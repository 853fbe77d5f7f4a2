"""What a stream of commands puts on paper: lines, codes and pictures, in reading order.

The simulator, the picture of a slip and the count of printed millimetres all look at a job through this one
interpreter. It keeps at most one line of text (`LONGEST_LINE` bytes) and never raises.
"""

from collections.abc import Callable
from typing import NamedTuple

from drivers.ticket_printer.model import Model
from drivers.ticket_printer.protocol import Command
from hall.ports.ticket_printer import Bitmap

LONGEST_LINE = 4096
NORMAL_SPACING = 30
"""Dots from line to line of normal characters (24 and 6 of air)."""
_QR_CAPACITY = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
"""Bytes that fit into QR versions 1..20 at level M (ISO/IEC 18004)."""


class Span(NamedTuple):
    """Characters of one look."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False


class TextLine(NamedTuple):
    """A printed line; `align` is 0, 1 or 2."""

    spans: tuple[Span, ...]
    align: int
    dots: int
    """Height, its own feed included."""

    @property
    def text(self) -> str:
        """Its characters alone."""
        return "".join(span.text for span in self.spans)


class QrBlock(NamedTuple):
    """A QR code that the printer drew itself."""

    data: str
    module: int
    align: int
    dots: int


class BarcodeBlock(NamedTuple):
    """A barcode that the printer drew itself."""

    data: str
    module: int
    align: int
    dots: int


class RasterBlock(NamedTuple):
    """A picture sent as dots."""

    bitmap: Bitmap
    align: int
    wide: int = 1
    """Dots on paper per dot sent, across; `high` the same down."""
    high: int = 1

    @property
    def dots(self) -> int:
        """Its height on paper."""
        return self.bitmap.height * self.high


class Gap(NamedTuple):
    """Empty paper."""

    dots: int


class Cut(NamedTuple):
    """The knife."""

    full: bool
    dots: int = 0


class Beep(NamedTuple):
    """The buzzer; no paper moves."""

    times: int
    dots: int = 0


Block = TextLine | QrBlock | BarcodeBlock | RasterBlock | Gap | Cut | Beep


class _Look(NamedTuple):
    width: int = 1
    height: int = 1
    bold: bool = False
    chinese: bool = True
    utf8: bool = False


class PaperInterpreter:
    """Applies commands one by one and returns what they print."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._reset()
        self._effects: dict[str, Callable[[Command], list[Block]]] = {
            "init": lambda _command: self._reset(),
            "chars": lambda command: self._add(command.data),
            "tab": lambda _command: self._add(b"    "),
            "line_feed": lambda _command: [self._line()],
            "return": lambda _command: [],
            "feed_lines": lambda command: [*self._open_line(), Gap(command.numbers[0] * self._spacing)],
            "feed_dots": lambda command: [*self._open_line(), Gap(command.numbers[0])],
            "qr_print": lambda _command: [*self._open_line(), self._qr()],
            "barcode": self._barcode,
            "raster": self._raster,
            "cut": self._cut,
            "old_full_cut": lambda _command: [*self._open_line(), Cut(full=True)],
            "old_partial_cut": lambda _command: [*self._open_line(), Cut(full=False)],
            "buzzer": lambda command: [Beep(command.numbers[0])] if self._model.buzzer else [],
        }

    def apply(self, command: Command) -> list[Block]:
        """Carry out one command."""
        effect = self._effects.get(command.name)
        if effect is not None:
            return effect(command)
        self._set(command)
        return []

    def _reset(self) -> list[Block]:
        self._look = _Look(chinese=True)
        self._align = 0
        self._spacing = NORMAL_SPACING
        self._pieces: list[tuple[_Look, bytearray]] = []
        self._held = 0
        self._qr_data, self._qr_module = b"", 3
        self._bar_height, self._bar_module, self._bar_text = 80, 2, 0
        return []

    def _set(self, command: Command) -> None:
        """Commands that only change how what follows looks."""
        first = command.numbers[0] if command.numbers else 0
        match command.name:
            case "align":
                self._align = first % 48 if first % 48 in (0, 1, 2) else 0
            case "size":
                self._look = self._look._replace(width=(first >> 4 & 7) + 1, height=(first & 7) + 1)
            case "bold":
                self._look = self._look._replace(bold=bool(first & 1))
            case "print_mode":
                wide, high = bool(first & 0x20), bool(first & 0x10)
                self._look = self._look._replace(width=1 + wide, height=1 + high, bold=bool(first & 8))
            case "line_spacing":
                self._spacing = first
            case "default_spacing":
                self._spacing = NORMAL_SPACING
            case "qr_store":
                self._qr_data = command.data
            case "qr_module":
                self._qr_module = max(1, min(16, first))
            case _:
                self._set_rarer(command.name, first)

    def _set_rarer(self, name: str, first: int) -> None:
        match name:
            case "chinese_on" | "chinese_off":
                self._look = self._look._replace(chinese=name == "chinese_on")
            case "code_page":
                self._look = self._look._replace(utf8=first == 1)
            case "chinese_style":
                self._look = self._look._replace(width=1 + bool(first & 4), height=1 + bool(first & 8))
            case "barcode_height":
                self._bar_height = max(1, first)
            case "barcode_width":
                self._bar_module = max(1, min(6, first))
            case "barcode_text":
                self._bar_text = first

    def _add(self, data: bytes) -> list[Block]:
        if self._pieces and self._pieces[-1][0] == self._look:
            self._pieces[-1][1].extend(data)
        else:
            self._pieces.append((self._look, bytearray(data)))
        self._held += len(data)
        return [self._line()] if self._held > LONGEST_LINE else []

    def _open_line(self) -> list[Block]:
        return [self._line()] if self._pieces else []

    def _line(self) -> TextLine:
        spans = tuple(Span(self._decoded(look, raw), look.width, look.height, look.bold) for look, raw in self._pieces)
        self._pieces, self._held = [], 0
        tallest = max((span.height for span in spans), default=1)
        rows = max(1, -(-sum(_columns(span) for span in spans) // self._model.columns))
        air = max(0, self._spacing - self._model.char_dots)
        return TextLine(spans, self._align, rows * (self._model.char_dots * tallest + air))

    def _decoded(self, look: _Look, raw: bytearray) -> str:
        encoding = "utf-8" if look.utf8 else self._model.font if look.chinese else "cp437"
        return raw.decode(encoding, "replace")

    def _qr(self) -> QrBlock:
        modules = 21 + 4 * sum(1 for capacity in _QR_CAPACITY if len(self._qr_data) > capacity)
        text = self._qr_data.decode("utf-8", "replace")
        return QrBlock(text, self._qr_module, self._align, modules * self._qr_module)

    def _barcode(self, command: Command) -> list[Block]:
        text = command.data.removeprefix(b"{B").decode("ascii", "replace")
        height = self._bar_height + (self._model.char_dots if self._bar_text & 3 else 0)
        return [*self._open_line(), BarcodeBlock(text, self._bar_module, self._align, height)]

    def _raster(self, command: Command) -> list[Block]:
        mode, width_bytes, height = command.numbers
        bitmap = Bitmap(width_bytes * 8, height, command.data)
        return [*self._open_line(), RasterBlock(bitmap, self._align, 1 + (mode & 1), 1 + (mode >> 1 & 1))]

    def _cut(self, command: Command) -> list[Block]:
        mode = command.numbers[0]
        gap: list[Block] = []
        if mode in (65, 66):
            gap = [Gap(round(self._model.knife_mm * self._model.dots_per_mm) + command.numbers[1])]
        return [*self._open_line(), *gap, Cut(full=mode in (0, 48, 65))]


def _columns(span: Span) -> int:
    return span.width * sum(1 if character.isascii() else 2 for character in span.text)


def length_mm(blocks: list[Block], model: Model) -> float:
    """How much paper these blocks take."""
    return sum(block.dots for block in blocks) / model.dots_per_mm


def blocks_of(commands: list[Command], model: Model) -> list[Block]:
    """Return everything that a job puts on paper."""
    interpreter = PaperInterpreter(model)
    return [block for command in commands for block in interpreter.apply(command)]


def as_text(block: Block) -> str:
    """One line that a person, a dock or a story can read."""
    match block:
        case TextLine():
            return block.text
        case QrBlock():
            return f"[QR] {block.data}"
        case BarcodeBlock():
            return f"[barcode] {block.data}"
        case RasterBlock():
            return f"[picture {block.bitmap.width * block.wide}x{block.dots}]"
        case Cut():
            return "[cut]"
        case Beep():
            return "[beep]"
        case Gap():
            return ""
