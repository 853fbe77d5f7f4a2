"""How a number stands in a frame: the words that `form` and `length` of a profile may have, and their bytes.

u8 s8                          one byte; s is signed
u16be u16le s16be s16le        likewise u24, u32 and s24, s32: high byte first or low byte first
f32be f32le                    IEEE 754, single precision, shown with the seven digits it holds
ascii1 .. ascii9               so many decimal digits
hex1 .. hex8                   so many hexadecimal digits; capitals are written, both cases read
bcd1 .. bcd4                   so many bytes with two decimal digits each
"""

import math
import struct

WHOLE = {
    f"{sign}{8 * width}{order}": (width, "little" if order == "le" else "big", sign == "s")
    for sign in "us"
    for width, orders in ((1, ("",)), (2, ("be", "le")), (3, ("be", "le")), (4, ("be", "le")))
    for order in orders
}
"""Name to (bytes, byte order, signed)."""
FLOATS = {"f32be": ">f", "f32le": "<f"}
DIGITS = {
    **{f"ascii{count}": (count, 10) for count in range(1, 10)},
    **{f"hex{count}": (count, 16) for count in range(1, 9)},
    **{f"bcd{count}": (2 * count, 10) for count in range(1, 5)},
}
"""Name to (digits, base)."""
FORMS = (*WHOLE, *FLOATS, *DIGITS)


def width_of(form: str) -> int:
    """Return the bytes that a number of this form takes."""
    if form in WHOLE:
        return WHOLE[form][0]
    if form in FLOATS:
        return 4
    return DIGITS[form][0] // 2 if form.startswith("bcd") else DIGITS[form][0]


def number_bytes(form: str, number: float) -> bytes:
    """Return a number's bytes.

    Raises:
        ValueError: it does not fit the form.

    """
    try:
        if form in FLOATS:
            return struct.pack(FLOATS[form], number)
        if form in WHOLE:
            width, order, signed = WHOLE[form]
            return int(number).to_bytes(width, order, signed=signed)  # type: ignore[arg-type]  # two literals
    except OverflowError as problem:
        raise ValueError(f"{number} does not fit {form}") from problem
    return _digit_bytes(form, int(number))


def number_of(form: str, piece: bytes) -> float:
    """Return the number that bytes of the form's width say; a whole one as int.

    Raises:
        ValueError: they are no number of this form.

    """
    if form in FLOATS:
        found = float(struct.unpack(FLOATS[form], piece)[0])
        if not math.isfinite(found):
            raise ValueError(f"{piece.hex().upper()} is no finite number")
        return float(f"{found:.7g}")
    if form in WHOLE:
        _width, order, signed = WHOLE[form]
        return int.from_bytes(piece, order, signed=signed)  # type: ignore[arg-type]  # two literals
    text = piece.hex() if form.startswith("bcd") else piece.decode("ascii", "replace")
    base = DIGITS[form][1]
    if not all(letter in "0123456789abcdefABCDEF"[: 10 if base == 10 else 22] for letter in text):
        raise ValueError(f"{piece.hex().upper()} is no {'decimal' if base == 10 else 'hexadecimal'} number")
    return int(text, base)


def _digit_bytes(form: str, number: int) -> bytes:
    count, base = DIGITS[form]
    text = f"{number:0{count}{'d' if base == 10 else 'X'}}"
    if number < 0 or len(text) > count:
        raise ValueError(f"{number} does not fit {form}")
    return bytes.fromhex(text) if form.startswith("bcd") else text.encode()
