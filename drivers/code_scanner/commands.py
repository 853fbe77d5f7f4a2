"""What the host tells a scanner: trigger and settings of each maker's dialect. Pure bytes.

::

    Honeywell  16 54 0D trigger on, 16 55 0D off, 16 4D 0D menu-code then . (saved) or ! (until power-off)
    Newland    01 54 04 on, 01 50 04 off, 7E 01 30 30 30 30 scope tag settings ; 03 with scope @ saved or # temporary
    GM65       7E 00 type length address(2) data CRC(2); type 07 read, 08 write, 09 save; AB CD = CRC not checked
"""

import re
from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass

TRIGGERS = {
    "honeywell": (bytes.fromhex("16540D"), bytes.fromhex("16550D")),
    "newland": (bytes.fromhex("015404"), bytes.fromhex("015004")),
    "gm65": (bytes.fromhex("7E00080100020102DA"), b""),
}
"""Bytes for on and off; a GM65 goes off by itself after a code or its own time limit."""
NEWLAND_HEAD = b"\x7e\x010000"
GM65_TYPES = {"read": 0x07, "write": 0x08, "save": 0x09}
GM65_UNCHECKED = b"\xab\xcd"
LONGEST_COMMAND = 600


def trigger(dialect: str, on: bool) -> bytes:
    """Return the bytes that switch reading on or off; nothing where the model cannot."""
    return TRIGGERS.get(dialect, (b"", b""))[0 if on else 1]


def honeywell_menu(code: str, *, saved: bool) -> bytes:
    """Return a settings command, e.g. code ``SUFBK2990D``."""
    return b"\x16M\r" + code.encode("ascii") + (b"." if saved else b"!")


def newland_settings(tag: str, settings: str, *, saved: bool) -> bytes:
    """Return a settings command, e.g. tag ``C11`` and settings ``ENA1,MIN12``."""
    scope = b"@" if saved else b"#"
    return NEWLAND_HEAD + scope + f"{tag}{settings};".encode("ascii") + b"\x03"


def gm65(kind: str, address: int, data: bytes, *, checked: bool = True) -> bytes:
    """Return a GM65 command; the CRC runs from type to data."""
    body = bytes([GM65_TYPES[kind], len(data)]) + address.to_bytes(2, "big") + data
    return b"\x7e\x00" + body + (crc_hqx(body, 0).to_bytes(2, "big") if checked else GM65_UNCHECKED)


@dataclass(frozen=True)
class Trigger:
    """Reading on or off."""

    on: bool


@dataclass(frozen=True)
class Setting:
    """A settings command as it came, without head and end."""

    body: bytes


_TRIGGER = {
    "honeywell": re.compile(rb"\x16([TU])\r"),
    "newland": re.compile(rb"\x01([TP])\x04"),
}
_SETTING = {
    "honeywell": re.compile(rb"\x16M\r([\x20-\x7e]{1,500}?[.!])"),
    "newland": re.compile(rb"\x7e\x010000([@#][\x20-\x7e]{1,500};)\x03"),
}


class CommandDecoder:
    """The scanner's side, for its simulator. Bounded; what is no command is skipped."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Trigger | Setting]:
        """Take bytes, return the commands that became complete."""
        self._buffer += data
        found = list(self._commands())
        del self._buffer[:-LONGEST_COMMAND]
        return found

    def _commands(self) -> Iterator[Trigger | Setting]:
        while self._buffer:
            found = self._gm65() if self._dialect == "gm65" else self._by_pattern()
            if found is None:
                return
            command, end = found
            del self._buffer[:end]
            yield command

    def _by_pattern(self) -> tuple[Trigger | Setting, int] | None:
        if self._dialect not in _TRIGGER:
            return None
        on_off = _TRIGGER[self._dialect].search(self._buffer)
        setting = _SETTING[self._dialect].search(self._buffer)
        if on_off and not (setting and setting.start() < on_off.start()):
            return Trigger(on_off.group(1) == b"T"), on_off.end()
        return (Setting(bytes(setting.group(1))), setting.end()) if setting else None

    def _gm65(self) -> tuple[Trigger | Setting, int] | None:
        start = self._buffer.find(b"\x7e\x00")
        if start < 0 or len(self._buffer) < start + 4:
            return None
        end = start + 6 + self._buffer[start + 3] + 2
        if len(self._buffer) < end:
            return None
        body, check = bytes(self._buffer[start + 2 : end - 2]), bytes(self._buffer[end - 2 : end])
        if check != GM65_UNCHECKED and crc_hqx(body + check, 0):
            del self._buffer[: start + 1]
            return self._gm65()
        is_trigger = body[:1] + body[2:] == b"\x08\x00\x02\x01"
        return (Trigger(True) if is_trigger else Setting(body)), end
