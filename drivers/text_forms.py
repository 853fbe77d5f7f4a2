"""How a text stands in a frame: encodings, what is done to its bytes, and where it may be cut. Pure.

Beside the encodings that Python knows there are `hex` (bytes as they are, written in hex) and `registers` (two bytes
each, a list of numbers). A transform is `nibbles` (a byte from 80h on goes as its two halves), `nul` (00 after every
character) or `hex` (two hexadecimal digits for a byte).
"""

import codecs
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drivers.profile import Part

BYTES_AS_THEY_ARE = ("hex", "registers")


def known_encoding(name: str) -> bool:
    """Whether an encoding is known here and makes bytes of a text."""
    try:
        return name in BYTES_AS_THEY_ARE or isinstance("A".encode(name), bytes)
    except (LookupError, UnicodeError):
        return False


def text_of(part: "Part", piece: bytes) -> Any:
    """Return what a piece says: a text, hex, or a list of numbers."""
    if part.encoding == "hex":
        return piece.hex().upper()
    if part.encoding == "registers":
        return [int.from_bytes(piece[at : at + 2], "big") for at in range(0, len(piece), 2)]
    text = _untransformed(part, piece).decode(part.encoding, "replace")
    return part.names.get(text, text)


def says_all(part: "Part", piece: bytes) -> bool:
    """Whether the text of a piece makes the piece again."""
    if part.encoding in BYTES_AS_THEY_ARE:
        return True
    try:
        return _transformed(part, _untransformed(part, piece).decode(part.encoding)) == piece
    except UnicodeError:
        return False


def text_bytes(part: "Part", said: Any, limit: int, end: bytes) -> bytes:
    """Encode character by character, so that a cut never splits one.

    Control characters, and whatever contains the frame's end, would end the frame early: they are dropped.

    Raises:
        ValueError: no text; or no hex, or no list of numbers, where the part wants that.

    """
    if part.encoding == "hex":
        return bytes.fromhex(said)
    if part.encoding == "registers":
        return b"".join(_register(number) for number in said)
    text = _behind_word(part, said)
    done, limit = b"", part.size or limit
    for character in text:
        raw = character.encode(part.encoding, "replace") if character.isprintable() else b""
        raw = b"" if end and end in raw else raw
        if len(done) + len(raw) > limit:
            break
        done += _transformed_character(part, raw)
    return done.ljust(part.size or len(done) + (part.even and len(done) % 2), b" ")


def _behind_word(part: "Part", said: Any) -> str:
    if isinstance(said, int) and part.size == 1 and 0 <= said < 0x100:
        return chr(said)
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        raise ValueError(f"{said!r} is no text")
    return next((raw for raw, word in part.names.items() if word == said), str(said))


def _register(number: Any) -> bytes:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 0xFFFF:
        raise ValueError(f"{number!r} is no register's value")
    return number.to_bytes(2, "big")


def _transformed(part: "Part", text: str) -> bytes:
    return b"".join(_transformed_character(part, character.encode(part.encoding)) for character in text)


def _transformed_character(part: "Part", raw: bytes) -> bytes:
    if part.transform == "nul" and raw:
        return raw + b"\x00"
    if part.transform == "nibbles":
        return b"".join(bytes((byte >> 4, byte & 15)) if byte >= 0x80 else bytes((byte,)) for byte in raw)
    return raw.hex().upper().encode() if part.transform == "hex" else raw


def _untransformed(part: "Part", piece: bytes) -> bytes:
    if part.transform == "nibbles":
        return _joined_nibbles(piece)
    if part.transform == "hex":
        return codecs.decode(piece, "hex") if _is_hex(piece) else b"\xff"
    return piece.replace(b"\x00", b"") if part.transform == "nul" else piece


def _is_hex(piece: bytes) -> bool:
    return len(piece) % 2 == 0 and all(byte in b"0123456789abcdefABCDEF" for byte in piece)


def _joined_nibbles(piece: bytes) -> bytes:
    joined, rest = bytearray(), list(piece)
    while rest:
        byte = rest.pop(0)
        joined.append(byte << 4 | rest.pop(0) & 15 if byte < 0x10 and rest else byte)
    return bytes(joined)
