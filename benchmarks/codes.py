"""Which reader reads a hall's codes: zxing-cpp, pyzbar, OpenCV's three, and the product's own chain.

    ./run bench codes [--each 6] [--seed 20261121] [--only KIND]

Every reader sees the same pictures (`benchmarks.codes_pictures`), one thread, one core. A picture counts as read when
its text is among what the reader gave; any other text is a wrong reading. The chain is the camera worker's `Eye`; a
camera sends many pictures of what is held up, so it may look `LOOKS` times at the same picture, and each look is timed.
Milliseconds are the processor's, which other programs on the machine do not lengthen.
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import cv2

from benchmarks.codes_pictures import KINDS, Picture, pictures
from benchmarks.table import machine, percentile, show
from drivers.code_scanner.seeing import EVERY, OTHER_LOOKS, Eye

LOOKS = EVERY * len(OTHER_LOOKS)
"""So many pictures a camera sends in about half a second; then every other look was tried."""

Read = Callable[[Any], list[str]]


class Looked(NamedTuple):
    """What one reader made of one picture."""

    kind: str
    symbology: str
    strength: int
    read: bool
    wrong: tuple[str, ...]
    looks_s: tuple[float, ...]


def zxing() -> Read:
    """zxing-cpp as it comes: turns, shrinks and inverts by itself."""
    import zxingcpp

    return lambda grey: [code.text for code in zxingcpp.read_barcodes(grey)]


def pyzbar() -> Read:
    """Pyzbar as it comes."""
    from pyzbar import pyzbar as bars

    kinds = [kind for kind in bars.ZBarSymbol if kind.name not in ("NONE", "PARTIAL", "PDF417", "DATABAR")]
    return lambda grey: [code.data.decode("utf-8", "replace") for code in bars.decode(grey, symbols=kinds)]


def opencv(made: Callable[[], Any]) -> Callable[[], Read]:
    """One of OpenCV's detectors; where one of its own assertions fails, it has read nothing."""

    def make() -> Read:
        detector = made()

        def read(grey: Any) -> list[str]:
            try:
                _found, texts, *_rest = detector.detectAndDecodeMulti(grey)
            except cv2.error:
                return []
            return [text for text in texts or () if text]

        return read

    return make


def chain() -> Read:
    """The camera worker's, afresh for every picture."""
    eye = Eye()
    return lambda grey: [text for text, _kind in eye.codes(grey)]


READERS: dict[str, tuple[Callable[[], Read], int]] = {
    "zxing-cpp": (zxing, 1),
    "pyzbar": (pyzbar, 1),
    "cv2.QRCodeDetector": (opencv(cv2.QRCodeDetector), 1),
    "cv2.QRCodeDetectorAruco": (opencv(cv2.QRCodeDetectorAruco), 1),
    "cv2.barcode": (opencv(cv2.barcode.BarcodeDetector), 1),
    "the product's chain": (chain, LOOKS),
}
"""How a reader is made, and how often it may look."""


def looked(make: Callable[[], Read], most: int, picture: Picture) -> Looked:
    """Let one reader look at one picture."""
    read, found, spans = make(), [], []
    for _ in range(most):
        began = time.thread_time()
        found += read(picture.frame)
        spans.append(time.thread_time() - began)
        if picture.text in found:
            break
    wrong = tuple(sorted(set(found) - {picture.text}))
    return Looked(picture.kind, picture.symbology, picture.strength, picture.text in found, wrong, tuple(spans))


def share(rows: list[Looked]) -> str:
    """Return how many of them were read."""
    return f"{sum(row.read for row in rows)}/{len(rows)}" if rows else ""


def by_kind(seen: dict[str, list[Looked]]) -> list[list[str]]:
    """Return one row a kind and symbology, one column a reader."""
    rows = []
    for kind, made in KINDS.items():
        for symbology in made.symbologies:
            mine = {
                name: [row for row in rows_ if (row.kind, row.symbology) == (kind, symbology)]
                for name, rows_ in seen.items()
            }
            if any(mine.values()):
                rows.append([f"{kind}, {symbology}", *(share(found) for found in mine.values())])
    return rows


def summary(name: str, rows: list[Looked]) -> list[str]:
    """Return the row of one reader: read in all, by strength, wrong readings, milliseconds a frame."""
    spans = [span * 1000 for row in rows for span in row.looks_s]
    strengths = [share([row for row in rows if row.strength == strength]) for strength in (1, 2, 3, 4)]
    part = f"{100 * sum(row.read for row in rows) / len(rows):.1f} %"
    wrong = str(sum(bool(row.wrong) for row in rows))
    return [name, part, *strengths, wrong, f"{percentile(spans, 0.5):.1f}", f"{percentile(spans, 0.95):.1f}"]


def measured(each: int, seed: int, only: str) -> dict[str, list[Looked]]:
    """Show every picture to every reader."""
    seen: dict[str, list[Looked]] = {name: [] for name in READERS}
    for one in pictures(each, seed):
        if one.kind.startswith(only):
            for name, (make, most) in READERS.items():
                seen[name].append(looked(make, most, one))
    return seen


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--each", type=int, default=6, help="pictures of every kind, strength and symbology")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--only", default="", help="beginning of a kind's name")
    asked = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    cv2.setNumThreads(1)
    print(machine())
    seen = measured(asked.each, asked.seed, asked.only)
    print(f"{len(next(iter(seen.values())))} pictures of 1280x720, seed {asked.seed}\n")
    head = ["reader", "read", "strength 1", "2", "3", "4", "pictures read wrong", "ms a frame p50", "p95"]
    show(head, [summary(name, rows) for name, rows in seen.items()])
    print()
    show(["kind", *seen], by_kind(seen))
    for name, rows in seen.items():
        for row in rows:
            for text in row.wrong:
                print(f"wrong: {name}, {row.kind} {row.strength}, {row.symbology}: {text[:60]!r}")


if __name__ == "__main__":
    main()
