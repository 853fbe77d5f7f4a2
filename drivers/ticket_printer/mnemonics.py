"""The makers' names of ESC/POS commands: ``ESC a``, ``GS !``, ``DLE EOT``."""

from drivers.ticket_printer.commands import _FIXED

_CONTROLS = {0x1B: "ESC", 0x1C: "FS", 0x1D: "GS", 0x12: "DC2", 0x0A: "LF", 0x0D: "CR", 0x09: "HT", 0x20: "SP"}
_REAL_TIME = {b"\x10\x04": "DLE EOT", b"\x10\x05": "DLE ENQ"}


def _spelt(prefix: bytes) -> str:
    if prefix in _REAL_TIME:
        return _REAL_TIME[prefix]
    return " ".join(_CONTROLS.get(byte) or chr(byte) for byte in prefix)


_MNEMONICS = {name: _spelt(prefix) for name, (prefix, _count) in _FIXED.items()}
NAMES = {words: name for name, words in _MNEMONICS.items()}
"""Name in the maker's words to name in `commands`."""


def mnemonic(name: str) -> str:
    """Return the maker's name of a command with fixed bytes."""
    return _MNEMONICS[name]
