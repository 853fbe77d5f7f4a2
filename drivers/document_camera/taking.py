"""A picture becomes a page: found, squared up, turned as mounted, and a JPEG. Pure.

Pages are JPEGs with colour at full resolution (4:4:4): red seals and thin red rules lose their edges at half (4:2:0),
and cost a sixth more bytes so. Quality 85 keeps print of 5 points readable; see the README for sizes.
"""

from typing import NamedTuple

import cv2

from drivers.document_camera.finding import Picture, brightness, find_page
from drivers.document_camera.squaring import quarter_turned, squared

DARK = 24.0
"""The brightest hundredth of a picture that is too dark to read, of 255."""
PREVIEW_QUALITY = 60
TOO_DARK = "too dark: switch the camera's lamp on, or see whether something lies over the lens"


class Made(NamedTuple):
    """A page as the worker hands it over."""

    jpeg: bytes
    width: int
    height: int
    dpi: int
    found: bool


def page_of(picture: Picture, quality: int, rotate: int, mat: str) -> Made:
    """Return the paper in a picture, or the whole picture where none is found."""
    corners = find_page(picture, mat)
    page, dpi = (picture, 0) if corners is None else squared(picture, corners)
    page = quarter_turned(page, rotate)
    height, width = page.shape[:2]
    return Made(encoded(page, quality), width, height, dpi, corners is not None)


def too_dark(picture: Picture) -> bool:
    """Tell whether nothing could be read in a picture."""
    return brightness(picture) < DARK


def encoded(picture: Picture, quality: int) -> bytes:
    """Return a JPEG with colour at full resolution."""
    wanted = [
        *(cv2.IMWRITE_JPEG_QUALITY, quality),
        *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    ]
    return bytes(cv2.imencode(".jpg", picture, wanted)[1])


def preview_of(picture: Picture, rotate: int) -> bytes:
    """Return a small JPEG for a screen."""
    return bytes(cv2.imencode(".jpg", quarter_turned(picture, rotate), [cv2.IMWRITE_JPEG_QUALITY, PREVIEW_QUALITY])[1])
