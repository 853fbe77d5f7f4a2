"""QR codes and Code 128 as dots, for printers that cannot draw them and for pictures of slips."""

from typing import Any

from hall.ports.ticket_printer import Bitmap

RASTER_BARCODE_HEIGHT = 48
"""6 mm: a scanner needs 5, and every row costs the line as much as the code is wide."""
_SMALLEST_QR_LEVEL = "M"


def qr_modules(data: str, level: str = _SMALLEST_QR_LEVEL) -> list[list[bool]]:
    """Return the modules of a QR code without its quiet zone, by rows; True is black. Error correction M."""
    import zxingcpp

    code = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    rows, columns = image.shape[:2]
    return [[pixels[row, column] == 0 for column in range(columns)] for row in range(rows)]


def qr_bitmap(data: str, module: int, quiet: int, widest: int) -> Bitmap:
    """Return a QR code with its quiet zone; the module shrinks until it fits into `widest` dots."""
    bare = qr_modules(data)
    side = len(bare) + 2 * quiet
    blank = [False] * side
    rows = [*[blank] * quiet, *([False] * quiet + row + [False] * quiet for row in bare), *[blank] * quiet]
    return _scaled(rows, max(1, min(module, widest // side)), max(1, min(module, widest // side)))


def code128_modules(data: str) -> list[bool]:
    """Return the bars of a Code 128 (python-barcode chooses the code sets); True is black."""
    from barcode.codex import Code128

    ascii_only = data.encode("ascii", "replace").decode()
    return [bar == "1" for bar in Code128(ascii_only).build()[0]]


def code128_bitmap(data: str, height: int = RASTER_BARCODE_HEIGHT) -> Bitmap:
    """Return a Code 128 with modules of 1 dot."""
    return _scaled([code128_modules(data)], 1, height)


def _scaled(rows: list[list[bool]], across: int, down: int) -> Bitmap:
    width_bytes = -(-len(rows[0]) * across // 8)
    packed = bytearray()
    for row in rows:
        bits = 0
        for black in row:
            bits = bits << across | ((1 << across) - 1 if black else 0)
        bits <<= width_bytes * 8 - len(row) * across
        packed += bits.to_bytes(width_bytes, "big") * down
    return Bitmap(width_bytes * 8, len(rows) * down, bytes(packed))
