"""Codes in a picture: zxing-cpp at every one, and while it sees nothing, every second time also another look.

The other looks take turns: the picture enlarged (small codes, blur), smoothed and stretched (low light), through
pyzbar (glare, torn bars), turned by 45 degrees (slanting bars), and inverted (light bars on dark, which zxing-cpp tries
for square codes only). The one that saw something goes first next time, since light and distance stay as they are. So a
picture without a code costs about as much as a pyzbar at each third one did, and what they see adds up:
`docs/benchmarks.md`, codes.
"""

from collections.abc import Callable
from typing import Any

import zxingcpp

from drivers.code_scanner.text import decoded, explained

EVERY = 2
"""Of the pictures in which zxing-cpp sees nothing, each so many-th gets another look."""
LARGER = 1.5
GRAIN = 1.2
"""Standard deviation, in dots, of what is smoothed away of a sensor's noise."""

HALF_TURN = 0.7072
"""Of width and height together: the side of the square that holds a picture turned by 45 degrees."""

Seen = list[tuple[str, str]]
"""Text and kind of each code."""


class Eye:
    """Remembers how many pictures in a row held nothing, and which other look is next."""

    def __init__(self) -> None:
        self._misses = 0
        self._look = 0

    def codes(self, grey: Any) -> Seen:
        """Return (text, kind) of each code in a grey picture."""
        found = plain(grey)
        self._misses = 0 if found else self._misses + 1
        if found or self._misses % EVERY:
            return found
        found = OTHER_LOOKS[self._look](grey)
        if not found:
            self._look = (self._look + 1) % len(OTHER_LOOKS)
        return found


def plain(grey: Any) -> Seen:
    """Look with zxing-cpp. Its readable mode would write a control character as ``<BEL>``, which looks like a text."""
    found = zxingcpp.read_barcodes(grey, text_mode=zxingcpp.TextMode.Plain)
    return [(_text(code), code.format.name) for code in found]


def enlarged(grey: Any) -> Seen:
    """Look at a larger picture: modules of less than two dots, or a blur over them."""
    import cv2

    return plain(cv2.resize(grey, None, fx=LARGER, fy=LARGER, interpolation=cv2.INTER_CUBIC))


def brightened(grey: Any) -> Seen:
    """Look without the grain of low light, from black to white."""
    import cv2

    smooth = _smooth(grey)
    return plain(cv2.normalize(smooth, smooth, 0, 255, cv2.NORM_MINMAX))


def through_pyzbar(grey: Any) -> Seen:
    """Look with pyzbar, which needs only a line of the bars; smooth pictures cost it a third of the time."""
    from pyzbar import pyzbar

    kinds = [kind for kind in pyzbar.ZBarSymbol if kind.name not in ("NONE", "PARTIAL", "PDF417", "DATABAR")]
    read = [(decoded(code.data), str(code.type)) for code in pyzbar.decode(_smooth(grey), symbols=kinds)]
    return [(text.text, kind) for text, kind in read if text is not None]


def inverted(grey: Any) -> Seen:
    """Look at the negative."""
    return plain(255 - grey)


def aslant(grey: Any) -> Seen:
    """Look at the picture turned by 45 degrees: zxing-cpp finds bars that lie or stand, within some 30 degrees."""
    import cv2

    height, width = grey.shape
    side = int((height + width) * HALF_TURN)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 45, 1.0)
    matrix[:, 2] += ((side - width) / 2, (side - height) / 2)
    return plain(cv2.warpAffine(grey, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE))


OTHER_LOOKS: tuple[Callable[[Any], Seen], ...] = (enlarged, brightened, through_pyzbar, aslant, inverted)


def _smooth(grey: Any) -> Any:
    import cv2

    return cv2.GaussianBlur(grey, (0, 0), GRAIN)


def _text(code: Any) -> str:
    """Trust an encoding that the code itself tells; else decide as for a scanner's bytes."""
    if code.content_type == zxingcpp.ContentType.GS1:
        return explained(code.symbology_identifier + code.text).text
    text = None if code.text.isascii() else decoded(code.bytes)
    return str(text.text if text else code.text)
