"""Settings of one code scanner."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[devices.code_scanner.options] Empty or zero means the model's own."""

    baud: int = 0
    suffix: str = ""
    """``auto``, ``cr``, ``lf``, ``crlf``, ``tab`` or ``none``: what the scanner puts behind a code."""
    longest: int = 3072
    """Longer codes (bytes) are refused."""
    setup_codes: bool = False
    """Let the scanner's own setup codes through (technician's work only)."""
    alt_codes: str = "gbk"
    """Keyboard mode: what Alt with keypad digits means, ``gbk`` or ``unicode``."""
    width: int = 1280
    """Of the camera picture."""
    height: int = 720
