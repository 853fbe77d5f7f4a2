"""The code by which a unit is enrolled: the hub's address and a one-time token, as a picture or on the terminal.

Whoever sees the code may enrol the unit, once, within a day; the CA's fingerprint in the token lets the unit know the
hub before it says anything.
"""

import io
from pathlib import Path

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

from hall.wire.enrolment import invitation
from server.trouble import StartTrouble

TERMINAL = "terminal"
QUIET = 2
"""Modules of margin on a terminal; its own background does the rest. Pictures have the standard's four."""
BOX_PX = 8
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""A character for two modules, the upper and the lower one: dark modules are the terminal's dark background."""


def show(url: str, token: str, where: str) -> str:
    """Draw the code into the file `where` (.png or .svg) or, for ``terminal``, return it as text.

    Raises:
        StartTrouble: the file has another ending, or cannot be written.

    """
    if where == TERMINAL:
        return half_blocks(_code(url, token, QUIET).get_matrix())
    path = Path(where)
    if path.suffix.lower() not in (".png", ".svg"):
        raise StartTrouble(f"--qr {where}: a picture is a .png or .svg; or write --qr terminal")
    try:
        path.touch(mode=0o600)
        path.write_bytes(picture(url, token, path.suffix.lower()))
    except OSError as problem:
        raise StartTrouble(f"--qr {where}: {problem.strerror}") from problem
    return f"the code is in {where}; whoever has it can enrol the unit: delete it afterwards"


def half_blocks(matrix: list[list[bool]]) -> str:
    """Return dark-on-light modules as lines of half blocks, two rows of modules a line."""
    rows = [*matrix, [False] * len(matrix[0])] if len(matrix) % 2 else matrix
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)


def picture(url: str, token: str, suffix: str) -> bytes:
    """Return the code as PNG or SVG."""
    code, out = _code(url, token, 4), io.BytesIO()
    if suffix == ".svg":
        code.make_image(image_factory=SvgPathImage).save(out)
    else:
        code.make_image().save(out, "PNG")
    return out.getvalue()


def _code(url: str, token: str, border: int) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=BOX_PX, border=border)
    code.add_data(invitation(url, token))
    code.make(fit=True)
    return code
