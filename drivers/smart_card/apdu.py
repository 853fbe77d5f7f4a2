"""Commands of ISO/IEC 7816-4 taken apart and put together: the four cases, short and extended lengths. Pure.

::

    case 1   CLA INS P1 P2
    case 2   ... Le                  short: 1 byte, 00 = 256        extended: 00 + 2 bytes, 0000 = 65536
    case 3   ... Lc data             short: 1 byte, never 00        extended: 00 + 2 bytes
    case 4   ... Lc data Le          extended: 2 bytes Le
"""

from typing import NamedTuple

SHORT_LC, SHORT_LE = 255, 256
LARGEST_LC, LARGEST_LE = 65535, 65536


class Apdu(NamedTuple):
    """One command. `le` is how many bytes are wanted, 0 for none; `extended` writes small lengths the long way too."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int = 0
    extended: bool = False

    def to_bytes(self) -> bytes:
        """The command.

        Raises:
            ValueError: more data or a longer answer than an APDU can say.

        """
        if len(self.data) > LARGEST_LC or not 0 <= self.le <= LARGEST_LE:
            raise ValueError(f"an APDU has at most {LARGEST_LC} bytes of data and asks for at most {LARGEST_LE}")
        head = bytes((self.cla, self.ins, self.p1, self.p2))
        if self.extended or len(self.data) > SHORT_LC or self.le > SHORT_LE:
            return head + self._long_tail()
        counted = bytes((len(self.data),)) + self.data if self.data else b""
        return head + counted + (bytes((self.le & 0xFF,)) if self.le else b"")

    def _long_tail(self) -> bytes:
        counted = len(self.data).to_bytes(2, "big") + self.data if self.data else b""
        wanted = (self.le & 0xFFFF).to_bytes(2, "big") if self.le else b""
        return b"\0" + counted + wanted if counted or wanted else b""


def parse(raw: bytes) -> Apdu | None:
    """Return the command, or None when its lengths do not fit its bytes."""
    if len(raw) < 4:
        return None
    head, tail = raw[:4], raw[4:]
    found = _short(tail) if len(tail) < 3 or tail[0] else _extended(tail)
    if found is None:
        return None
    data, le, extended = found
    return Apdu(head[0], head[1], head[2], head[3], data, le, extended)


def _short(tail: bytes) -> tuple[bytes, int, bool] | None:
    if len(tail) < 2:
        return b"", (tail[0] or SHORT_LE) if tail else 0, False
    data, rest = tail[1 : 1 + tail[0]], tail[1 + tail[0] :]
    if not tail[0] or len(data) < tail[0] or len(rest) > 1:
        return None
    return data, (rest[0] or SHORT_LE) if rest else 0, False


def _extended(tail: bytes) -> tuple[bytes, int, bool] | None:
    number = int.from_bytes(tail[1:3], "big")
    if len(tail) == 3:
        return b"", number or LARGEST_LE, True
    data, rest = tail[3 : 3 + number], tail[3 + number :]
    if not number or len(data) < number or len(rest) not in (0, 2):
        return None
    return data, (int.from_bytes(rest, "big") or LARGEST_LE) if rest else 0, True
