"""The makers' names of ESC/POS commands and of their numbers: ``ESC a``, ``GS !``, ``DLE EOT``."""

from drivers.ticket_printer.commands import FIXED, margin

_CONTROLS = {0x1B: "ESC", 0x1C: "FS", 0x1D: "GS", 0x12: "DC2", 0x0A: "LF", 0x0D: "CR", 0x09: "HT", 0x20: "SP"}
_REAL_TIME = {b"\x10\x04": "DLE EOT", b"\x10\x05": "DLE ENQ"}
_FOUR_BYTES = {"left_margin": ("nL", "nH"), "print_width": ("nL", "nH")}
_NUMBERS = {"drawer": ("m", "t1", "t2"), "chinese_spacing": ("n1", "n2"), "cut": ("m", "n")} | _FOUR_BYTES
_USUAL_NUMBERS = ("n", "t", "u")
DEFAULT_PAGE = "gb18030"
WITHOUT_CHINESE = "cp437"
PAGES = {0: "gbk", 1: "utf-8", 3: "big5", 4: "shift_jis", 5: "euc_kr"}
"""ESC 9 n: the two-byte code page of many Chinese modules."""
LEVELS = {0x30: "L", 0x31: "M", 0x32: "Q", 0x33: "H"}
"""Error correction of a QR code."""
BAR_SETTINGS = {"barcode_height": "height", "barcode_width": "width", "barcode_text": "hri"}
_OLD_SYSTEMS = ("UPC-A", "UPC-E", "EAN13", "EAN8", "CODE39", "ITF", "CODABAR")
SYSTEMS = dict(enumerate(_OLD_SYSTEMS)) | dict(enumerate((*_OLD_SYSTEMS, "CODE93", "CODE128"), 65))
"""GS k m: 0 to 6 in the older form, 65 to 73 with a length."""
SPECIAL: dict[tuple[str, tuple[int, ...]], str] = {
    ("real_time_status", (20,)): "DLE EOT 20 full status",
    ("real_time_recover", (1,)): "DLE ENQ 1 resume line",
    ("real_time_recover", (2,)): "DLE ENQ 2 clear buffers and recover",
}
"""Commands that are named together with their number."""


def _spelt(prefix: bytes) -> str:
    if prefix in _REAL_TIME:
        return _REAL_TIME[prefix]
    return " ".join(_CONTROLS.get(byte) or chr(byte) for byte in prefix)


_MNEMONICS = {name: _spelt(prefix) for name, (prefix, _count) in FIXED.items()}
NAMES = {words: name for name, words in _MNEMONICS.items()}
"""Name in the maker's words to name in `commands`."""


def mnemonic(name: str) -> str:
    """Return the maker's name of a command with fixed bytes."""
    return _MNEMONICS["buzzer"] if name == margin(0).name else _MNEMONICS[name]


def number_names(name: str) -> tuple[str, ...]:
    """Return what the maker calls a command's numbers."""
    return _NUMBERS.get(name, _USUAL_NUMBERS)[: FIXED[name][1] if name in FIXED else None]


NUMBER_WORDS = frozenset({*_USUAL_NUMBERS, *(word for words in _NUMBERS.values() for word in words)})


def page_name(encoding: str) -> str:
    """Return a code page's name as makers write it."""
    return {"shift_jis": "Shift-JIS", "euc_kr": "EUC-KR"}.get(encoding, encoding.upper())
