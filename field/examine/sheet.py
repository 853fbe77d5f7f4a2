"""A test sheet for A4 printers: a frame 5 mm from each edge, shades, and lines down to the smallest print, as a PDF.

Written by hand, for a handful of lines needs no library: PDF 1.4 with the font Helvetica that every printer has.
"""

MM = 72 / 25.4
WIDTH, HEIGHT = 595, 842
"""A4 in points."""
SIZES = (24, 14, 10, 7, 5)
SHADES = 9


def sheet() -> bytes:
    """Return the PDF."""
    drawn = "\n".join([_frame(), *_shades(), *_lines()]).encode("ascii")
    return _document(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents 5 0 R "
            "/Resources << /Font << /F 4 0 R >> >> >>".encode("ascii"),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        ]
    )


def _frame() -> str:
    edge = 5 * MM
    return f"0.5 w {edge:.2f} {edge:.2f} {WIDTH - 2 * edge:.2f} {HEIGHT - 2 * edge:.2f} re S"


def _shades() -> list[str]:
    width = 18 * MM
    return [
        f"{step / (SHADES - 1):.3f} g {20 * MM + step * width:.2f} {200 * MM:.2f} {width:.2f} {15 * MM:.2f} re f"
        for step in range(SHADES)
    ]


def _lines() -> list[str]:
    left = f"{20 * MM:.2f}"
    return [
        f"0 g BT /F {size} Tf {left} {(260 - 12 * row) * MM:.2f} Td (HALLFLOOR TEST 0123456789, {size} pt) Tj ET"
        for row, size in enumerate(SIZES)
    ]


def _document(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for index, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, body)
    table = len(out)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    return bytes(out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
