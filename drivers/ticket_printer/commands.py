"""ESC/POS, host to printer: commands as data, their bytes, and a parser that turns bytes back into commands.

The parser is what the simulator and the slip renderer see a slip with. It takes any split of the stream, never raises,
keeps at most one command in memory (`LARGEST_DATA`), and drops what no printer of ours knows as `Unknown`.

    ESC @            1B 40              reset                ESC a n   1B 61 n   align 0 left, 1 centre, 2 right
    GS ! n           1D 21 n            size, nibbles w-1 h-1  ESC E n 1B 45 n   bold
    FS & / FS .      1C 26 / 1C 2E      Chinese on / off     ESC 9 n   1B 39 n   two-byte code page (0 GBK, 1 UTF-8)
    GS V m [n]       1D 56 m            cut                  GS ( k    1D 28 6B  QR, stored length = data + 3
    GS v 0           1D 76 30 m x x y y raster               GS k m n  1D 6B     barcode (m 65..73; 0..6 end with 00)
    DLE EOT n        10 04 n            status, at once      DLE ENQ n 10 05 n   recover, at once

Sources: Epson ESC/POS pages (TM-L60II, TM-U375), Citizen CT-E651, HPRT TP809, SNBC BT-T080 and MY-628 manuals.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

LARGEST_DATA = 256 * 1024
"""A raster or QR block that claims more is not believed: the parser drops its first byte and goes on."""

_DLE, _LF, _ESC, _FS, _GS = 0x10, 0x0A, 0x1B, 0x1C, 0x1D
_CR, _HT, _DC2 = 0x0D, 0x09, 0x12


class Command(NamedTuple):
    """One command: its name below, small numbers, and data where it carries some."""

    name: str
    numbers: tuple[int, ...] = ()
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """The bytes on the wire."""
        return _ENCODERS[self.name](self)


# Names of commands, and how many one-byte numbers follow the fixed bytes.
FIXED: dict[str, tuple[bytes, int]] = {
    "init": (b"\x1b@", 0),
    "align": (b"\x1ba", 1),
    "bold": (b"\x1bE", 1),
    "double_strike": (b"\x1bG", 1),
    "underline": (b"\x1b-", 1),
    "print_mode": (b"\x1b!", 1),
    "font": (b"\x1bM", 1),
    "feed_lines": (b"\x1bd", 1),
    "feed_dots": (b"\x1bJ", 1),
    "line_spacing": (b"\x1b3", 1),
    "default_spacing": (b"\x1b2", 0),
    "right_spacing": (b"\x1b ", 1),
    "code_table": (b"\x1bt", 1),
    "charset": (b"\x1bR", 1),
    "code_page": (b"\x1b9", 1),
    "enable": (b"\x1b=", 1),
    "panel_buttons": (b"\x1bc5", 1),
    "drawer": (b"\x1bp", 3),
    "buzzer": (b"\x1bB", 2),
    "old_full_cut": (b"\x1bi", 0),
    "old_partial_cut": (b"\x1bm", 0),
    "old_paper_request": (b"\x1bv", 0),
    "size": (b"\x1d!", 1),
    "reverse": (b"\x1dB", 1),
    "left_margin": (b"\x1dL", 2),
    "print_width": (b"\x1dW", 2),
    "asb": (b"\x1da", 1),
    "status_request": (b"\x1dr", 1),
    "identity_request": (b"\x1dI", 1),
    "barcode_height": (b"\x1dh", 1),
    "barcode_width": (b"\x1dw", 1),
    "barcode_text": (b"\x1dH", 1),
    "barcode_font": (b"\x1df", 1),
    "chinese_on": (b"\x1c&", 0),
    "chinese_off": (b"\x1c.", 0),
    "chinese_style": (b"\x1c!", 1),
    "chinese_double": (b"\x1cW", 1),
    "chinese_spacing": (b"\x1cS", 2),
    "chinese_underline": (b"\x1c-", 1),
    "real_time_status": (b"\x10\x04", 1),
    "real_time_recover": (b"\x10\x05", 1),
    "self_test": (b"\x12\x54", 0),
    "line_feed": (b"\n", 0),
    "return": (b"\r", 0),
    "tab": (b"\t", 0),
}
OLD_SYSTEMS = range(7)
"""GS k in its older form, function A: UPC-A, UPC-E, EAN13, EAN8, CODE39, ITF, CODABAR."""
_ESC_B = b"\x1bB"
REAL_TIME = frozenset({"real_time_status", "real_time_recover"})


def fixed(name: str, *numbers: int) -> Command:
    """Make a command of `FIXED`.

    Raises:
        KeyError: no such command. ValueError: a wrong count of numbers, or one that is no byte.

    """
    if len(numbers) != FIXED[name][1] or any(not 0 <= number <= 255 for number in numbers):
        raise ValueError(f"{name} takes {FIXED[name][1]} numbers of one byte, not {numbers}")
    return Command(name, numbers)


def chars(data: bytes) -> Command:
    """Printable bytes in whatever encoding the printer is in."""
    return Command("chars", (), data)


def cut(mode: int, feed: int = 0) -> Command:
    """GS V: 0 full, 1 partial, 65/66 the same after feeding to the knife and `feed` motion units more."""
    return Command("cut", (mode, feed) if mode in (65, 66) else (mode,))


def raster(width_bytes: int, height: int, rows: bytes, mode: int = 0) -> Command:
    """GS v 0.

    Raises:
        ValueError: the rows are not width times height bytes.

    """
    if len(rows) != width_bytes * height:
        raise ValueError("a raster has width times height bytes")
    return Command("raster", (mode, width_bytes, height), rows)


def barcode(system: int, data: bytes) -> Command:
    """GS k: systems 65 and up have a length byte, 0 to 6 end with a zero byte; Code 128 is 73 and starts with ``{B``.

    Raises:
        ValueError: the data does not fit into that form.

    """
    if len(data) > 255 or (system in OLD_SYSTEMS and 0 in data):
        raise ValueError("data of a barcode is at most 255 bytes, without a zero byte in the systems 0 to 6")
    return Command("barcode", (system,), data)


def code128(text: str) -> list[Command]:
    """Everything a native Code 128 takes, its text below; 80 dots high, modules of 2 dots."""
    shape = [fixed("barcode_height", 80), fixed("barcode_width", 2), fixed("barcode_text", 2)]
    return [*shape, barcode(73, b"{B" + text.encode("ascii", "replace"))]


def qr(data: bytes, module: int, level: int = 0x31) -> list[Command]:
    """Everything a native QR code takes: model 2, module in dots, level (0x30 L, 0x31 M, 0x32 Q, 0x33 H), data."""
    return [
        Command("qr_model", (0x32, 0)),
        Command("qr_module", (module,)),
        Command("qr_level", (level,)),
        Command("qr_store", (), data),
        Command("qr_print"),
    ]


def to_bytes(commands: Iterable[Command]) -> bytes:
    """Return the bytes of several commands."""
    return b"".join(command.to_bytes() for command in commands)


def _encode_cut(command: Command) -> bytes:
    return b"\x1dV" + bytes(command.numbers)


def _encode_raster(command: Command) -> bytes:
    mode, width, height = command.numbers
    return bytes((_GS, 0x76, 0x30, mode)) + width.to_bytes(2, "little") + height.to_bytes(2, "little") + command.data


def margin(dots: int) -> Command:
    """ESC B of modules where it sets the left margin instead of sounding a buzzer.

    Raises:
        ValueError: no byte.

    """
    if not 0 <= dots <= 255:
        raise ValueError(f"a margin is one byte, not {dots}")
    return Command("margin", (dots,))


def _encode_barcode(command: Command) -> bytes:
    if command.numbers[0] in OLD_SYSTEMS:
        return bytes((_GS, 0x6B, command.numbers[0])) + command.data + b"\0"
    return bytes((_GS, 0x6B, command.numbers[0], len(command.data))) + command.data


_QR = {"qr_model": 0x41, "qr_module": 0x43, "qr_level": 0x45, "qr_store": 0x50, "qr_print": 0x51}
_QR_NAMES = {function: name for name, function in _QR.items()}


def _encode_qr(command: Command) -> bytes:
    body = bytes((0x31, _QR[command.name]))
    if command.name in ("qr_store", "qr_print"):
        body += b"0"
    body += bytes(command.numbers) + command.data
    return b"\x1d(k" + len(body).to_bytes(2, "little") + body


def _encode_fixed(command: Command) -> bytes:
    return FIXED[command.name][0] + bytes(command.numbers)


def _encode_other_block(command: Command) -> bytes:
    return b"\x1d(" + bytes(command.numbers) + len(command.data).to_bytes(2, "little") + command.data


_ENCODERS: dict[str, Callable[[Command], bytes]] = {
    **dict.fromkeys(FIXED, _encode_fixed),
    **dict.fromkeys(_QR, _encode_qr),
    "chars": lambda command: command.data,
    "unknown": lambda command: command.data,
    "cut": _encode_cut,
    "margin": lambda command: _ESC_B + bytes(command.numbers),
    "raster": _encode_raster,
    "barcode": _encode_barcode,
    "block": _encode_other_block,
}


class _More(Exception):
    """The buffer holds only the beginning of a command."""


_BY_PREFIX = {prefix: (name, count) for name, (prefix, count) in FIXED.items()}
_BY_PREFIX_WITH_MARGIN = {**_BY_PREFIX, _ESC_B: ("margin", 1)}
_STARTERS = frozenset((_DLE, _ESC, _FS, _GS, _DC2))
_ALONE = {_LF: "line_feed", _CR: "return", _HT: "tab"}


class CommandParser:
    """Turns what a host writes into commands. Text comes as `chars`, cut at arbitrary places by the stream.

    `esc_b_is_margin`: ESC B has one number, the left margin (MY-628/638), not two for the buzzer.
    """

    def __init__(self, *, esc_b_is_margin: bool = False) -> None:
        self._buffer = bytearray()
        self._known = _BY_PREFIX_WITH_MARGIN if esc_b_is_margin else _BY_PREFIX

    @property
    def inside_command(self) -> bool:
        """Whether the rest of a command is still to come."""
        return bool(self._buffer)

    def clear(self) -> None:
        """Forget a half command."""
        self._buffer.clear()

    def feed(self, data: bytes) -> list[Command]:
        """Take bytes, return the commands that are complete."""
        self._buffer += data
        whole, at, found = bytes(self._buffer), 0, []
        while at < len(whole):
            try:
                command, at = _next(whole, at, self._known)
            except _More:
                break
            found.append(command)
        del self._buffer[:at]
        return found


_Known = dict[bytes, tuple[str, int]]


def _next(data: bytes, at: int, known: _Known) -> tuple[Command, int]:
    """Return the command that starts at `at` and where the next one starts."""
    first = data[at]
    if first in _ALONE:
        return Command(_ALONE[first]), at + 1
    if first not in _STARTERS:
        return _text(data, at)
    if first == _GS:
        special = _SPECIAL.get(_byte(data, at + 1))
        if special is not None:
            return special(data, at)
    return _simple(data, at, known)


def _text(data: bytes, at: int) -> tuple[Command, int]:
    if data[at] < 0x20:
        return Command("unknown", (), data[at : at + 1]), at + 1
    end = at
    while end < len(data) and data[end] >= 0x20:
        end += 1
    return chars(data[at:end]), end


def _simple(data: bytes, at: int, known: _Known) -> tuple[Command, int]:
    for length in (2, 3):
        entry = known.get(data[at : at + length])
        if entry is not None:
            name, count = entry
            end = at + length + count
            return Command(name, tuple(_slice(data, at + length, end))), end
    if len(data) - at < 3 and _is_prefix(data[at:]):
        raise _More
    return Command("unknown", (), data[at : at + 1]), at + 1


def _is_prefix(start: bytes) -> bool:
    return any(prefix.startswith(start) for prefix in _BY_PREFIX)


def _cut(data: bytes, at: int) -> tuple[Command, int]:
    mode = _byte(data, at + 2)
    if mode in (65, 66):
        return cut(mode, _byte(data, at + 3)), at + 4
    return cut(mode), at + 3


def _raster(data: bytes, at: int) -> tuple[Command, int]:
    head = _slice(data, at + 2, at + 8)
    width, height = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
    size = width * height
    if head[0] != 0x30 or size > LARGEST_DATA:
        return Command("unknown", (), data[at : at + 1]), at + 1
    end = at + 8 + size
    return Command("raster", (head[1], width, height), _slice(data, at + 8, end)), end


def _barcode(data: bytes, at: int) -> tuple[Command, int]:
    system = _byte(data, at + 2)
    if system >= 65:
        end = at + 4 + _byte(data, at + 3)
        return barcode(system, _slice(data, at + 4, end)), end
    # Old form: data up to a zero byte; 255 is more than any barcode holds.
    end = data.find(b"\0", at + 3, at + 3 + 256)
    if end < 0 and len(data) - at < 3 + 256:
        raise _More
    if end < 0:
        return Command("unknown", (), data[at : at + 1]), at + 1
    if system in OLD_SYSTEMS:
        return barcode(system, data[at + 3 : end]), end + 1
    return Command("unknown", (), data[at : end + 1]), end + 1


def _block(data: bytes, at: int) -> tuple[Command, int]:
    kind, low, high = _slice(data, at + 2, at + 5)
    end = at + 5 + low + 256 * high
    body = _slice(data, at + 5, end)
    name = _QR_NAMES.get(body[1]) if kind == 0x6B and body[:1] == b"1" and len(body) > 1 else None
    if name == "qr_store" and body[2:3] == b"0":
        return Command(name, (), body[3:]), end
    if name == "qr_print" and body[2:] == b"0":
        return Command(name), end
    if name in ("qr_model", "qr_module", "qr_level"):
        return Command(name, tuple(body[2:])), end
    return Command("block", (kind,), body), end


_SPECIAL: dict[int, Callable[[bytes, int], tuple[Command, int]]] = {
    0x56: _cut,
    0x76: _raster,
    0x6B: _barcode,
    0x28: _block,
}


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise _More
    return data[at]


def _slice(data: bytes, start: int, end: int) -> bytes:
    if end > len(data):
        raise _More
    return data[start:end]


class RealTimeScanner:
    """Finds ``DLE EOT n`` and ``DLE ENQ n`` wherever they stand, as printers do before their receive buffer.

    They are acted upon even inside the data of another command, which is why a host never polls while it sends.
    """

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> list[Command]:
        """Take bytes, return the real-time commands in them."""
        whole = self._tail + data
        found, at = [], 0
        while at + 2 < len(whole):
            if whole[at] == _DLE and whole[at + 1] in (4, 5):
                name = "real_time_status" if whole[at + 1] == 4 else "real_time_recover"
                found.append(Command(name, (whole[at + 2],)))
                at += 3
            else:
                at += 1
        self._tail = whole[at:]
        return found
