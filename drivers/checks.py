"""Check sums of serial frames, by the names that profiles and test vectors use."""

from collections.abc import Callable
from functools import cache


@cache
def _reflected_table() -> tuple[int, ...]:
    return tuple(_shifted(byte, 0xA001) for byte in range(256))


def _shifted(byte: int, polynomial: int) -> int:
    for _bit in range(8):
        byte = (byte >> 1) ^ (polynomial if byte & 1 else 0)
    return byte


def _crc16_reflected(data: bytes, start: int) -> int:
    table, crc = _reflected_table(), start
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


def crc16_arc(data: bytes) -> int:
    """Return CRC-16/ARC: polynomial 8005 reflected, start 0."""
    return _crc16_reflected(data, 0)


def crc16_modbus(data: bytes) -> int:
    """Return CRC-16/MODBUS: polynomial 8005 reflected, start FFFF."""
    return _crc16_reflected(data, 0xFFFF)


def crc16_xmodem(data: bytes) -> int:
    """Return CRC-16/XMODEM: polynomial 1021, start 0."""
    from binascii import crc_hqx

    return crc_hqx(data, 0)


def sum8(data: bytes) -> int:
    """Return the sum of the bytes, modulo 256."""
    return sum(data) & 0xFF


def sum16(data: bytes) -> int:
    """Return the sum of the bytes, modulo 65536."""
    return sum(data) & 0xFFFF


def xor8(data: bytes) -> int:
    """Return the exclusive or of the bytes."""
    value = 0
    for byte in data:
        value ^= byte
    return value


CHECKS: dict[str, tuple[int, Callable[[bytes], int]]] = {
    "sum8": (1, sum8),
    "xor8": (1, xor8),
    "sum16": (2, sum16),
    "crc16_arc": (2, crc16_arc),
    "crc16_modbus": (2, crc16_modbus),
    "crc16_xmodem": (2, crc16_xmodem),
}
"""Name to (bytes on the wire, function)."""
