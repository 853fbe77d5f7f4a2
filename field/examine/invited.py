"""The code that invites a unit into its hall, from wherever it comes: a picture, a scanner or camera, or pasted text.

What was read is never shown nor logged unless it is an invitation: somebody may hold up a slip or a card.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

from config.devices import DeviceConfig
from field.examine.opened import SETTLE_S, Opened, opened
from hall.ports.code_scanner import CodeRejected, CodeScanned, CodeScanner
from hall.wire.enrolment import read_invitation

LOOKS = 10
"""Times a picture is looked at: the eye tries another way each second time."""
MAKE_ONE = "hall-server token --qr terminal shows one"


class Invited(NamedTuple):
    """Where the hub is, and the one-time token."""

    url: str
    token: str

    def __repr__(self) -> str:
        return f"Invited({self.url})"


def from_text(text: str) -> Invited | str:
    """Read pasted text; a text in return says why it is none."""
    if not text.strip():
        return f"no code was given; {MAKE_ONE}"
    found = read_invitation(text)
    if found is None:
        return f"these {len(text.strip())} characters are no invitation of a hub (URL and TOKEN); {MAKE_ONE}"
    return Invited(*found)


def from_picture(path: Path) -> Invited | str:
    """Find the code in a picture file."""
    import numpy
    from PIL import Image, UnidentifiedImageError

    from drivers.code_scanner.seeing import Eye

    try:
        with Image.open(path) as picture:
            grey = numpy.asarray(picture.convert("L"))
    except UnidentifiedImageError:
        return f"{path}: this is no picture that can be read; take a .png or .jpg"
    except (OSError, Image.DecompressionBombError) as problem:
        return f"{path}: {getattr(problem, 'strerror', None) or type(problem).__name__}"
    eye = Eye()
    texts = [text for _ in range(LOOKS) for text, _kind in eye.codes(grey)]
    for text in texts:
        found = from_text(text)
        if isinstance(found, Invited):
            return found
    if texts:
        return f"{path}: the code in it is no invitation of a hub; {MAKE_ONE}"
    return f"{path}: no code in it; take the picture from nearer, straight and without glare"


def from_scanner(devices: tuple[DeviceConfig, ...], seconds: float, tell: Callable[[str], None]) -> Invited | str:
    """Wait for the code at every scanner and camera of the unit; a wrong one is told, and waiting goes on."""
    scanners = tuple(device for device in devices if device.kind == "code_scanner")
    if not scanners:
        return "no code_scanner in this file: use --picture FILE, or paste the code with --qr 'URL TOKEN'"
    with opened(scanners) as there:
        usable = [item for item in there if item.settled(time.monotonic() + SETTLE_S).usable]
        if not usable:
            item = there[0]
            return (
                f"{item.config.name}: {item.status().word.value}: {item.status().reason or 'check cable and address'}"
            )
        tell(f"hold the code up to {' or '.join(item.config.name for item in usable)}; waiting {seconds:.0f} s")
        for item in usable:
            cast(CodeScanner, item.device).trigger(True)
        try:
            return _awaited(usable, time.monotonic() + seconds, tell)
        finally:
            for item in usable:
                cast(CodeScanner, item.device).trigger(False)


def _awaited(scanners: list[Opened], until: float, tell: Callable[[str], None]) -> Invited | str:
    seen: set[int] = set()
    while time.monotonic() < until:
        for item in scanners:
            turn = min(until, time.monotonic() + 0.2)
            event = item.wait_for((CodeScanned, CodeRejected), turn, lambda event: id(event) not in seen)
            if event is None:
                continue
            seen.add(id(event))
            found = from_text(event.text) if isinstance(event, CodeScanned) else f"not readable: {event.reason}"
            if isinstance(found, Invited):
                return found
            tell(found)
    return f"no invitation was held up; {MAKE_ONE}"
