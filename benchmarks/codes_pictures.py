"""Pictures of codes as a hall's camera sees them, made bad on purpose by degrees; the same seed, the same pictures.

A QR code (ticket, resume code, health code) or a Code 128 (slip number) stands somewhere on a bright desk in a grey
frame of 1280x720, slightly turned, softened like any lens does, with the sensor's noise; then comes the kind's own
damage, in four strengths from usual to hardly bearable.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.ticket_printer.symbols import code128_modules, qr_modules

Grey = NDArray[Any]
Dice = np.random.Generator
WIDTH, HEIGHT = 1280, 720
STRENGTHS = (1, 2, 3, 4)
QR_TEXTS = (
    "https://hall.example.cn/t/A{:03d}?k=9f3c7d",
    "HF1:resume:{:06d}:7Q2M9X",
    "https://health.example.cn/q?c=6f1d0b7c-5f3e-4a1b-9c57-8d2e41{:06d}&v=3",
    "{:018d}",
)
BAR_TEXTS = ("A{:07d}", "SL20261121{:05d}")
USUAL = (4.0, 4.0, 4.0, 4.0)
NEAR, AS_SAID = (0.9, 1.9), (0.95, 1.05)
"""How much nearer or farther than its kind says a code is held."""
PAPER, INK, DESK = 225.0, 35.0, 150.0


class Picture(NamedTuple):
    """One frame and what stands in it."""

    kind: str
    strength: int
    symbology: str
    text: str
    frame: Grey


class Shot(NamedTuple):
    """What a kind's damage works on."""

    frame: Grey
    corners: Grey
    """Of the symbol without its quiet zone, in the frame."""
    strength: int
    dice: Dice


def symbol(symbology: str, text: str, module: float) -> tuple[Grey, float]:
    """Return paper with the symbol on it, and its quiet zone in dots; `module` in dots may be broken."""
    rows = qr_modules(text) if symbology == "qr" else [code128_modules(text)]
    bits = np.array(rows, dtype=np.uint8)
    if symbology == "code128":
        bits = np.repeat(bits, 40, axis=0)
    quiet = 4 if symbology == "qr" else 10
    padded = np.pad(bits, ((4, 4), (quiet, quiet)))
    fine = cv2.resize(padded, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    size = (max(1, round(padded.shape[1] * module)), max(1, round(padded.shape[0] * module)))
    dots = cv2.resize(fine.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return PAPER - dots * (PAPER - INK), quiet * module


def scene(paper: Grey, quiet: float, turn: float, dice: Dice, lean: float = 0.0) -> tuple[Grey, Grey]:
    """Lay the paper on the desk; return the frame and the corners of the symbol in it."""
    height, width = paper.shape
    turned = np.deg2rad(turn)
    reach = (abs(np.cos(turned)) * width + abs(np.sin(turned)) * height) / 2 + 6
    tall = (abs(np.sin(turned)) * width + abs(np.cos(turned)) * height) / 2 + 6
    at = (dice.uniform(min(reach, WIDTH / 2), max(WIDTH - reach, WIDTH / 2)),
          dice.uniform(min(tall, HEIGHT / 2), max(HEIGHT - tall, HEIGHT / 2)))  # fmt: skip
    ends = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    spin = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    placed = (ends - [width / 2, height / 2]) @ spin.T
    if lean:
        placed *= 1 - lean * (placed[:, 1:] / max(tall, 1) + 1) / 2 * np.array([1.0, 0.6])
    placed += at
    matrix = cv2.getPerspectiveTransform(ends.astype(np.float32), placed.astype(np.float32))
    desk = np.full((HEIGHT, WIDTH), DESK, dtype=np.float32) + np.linspace(-25, 25, WIDTH, dtype=np.float32)
    cv2.warpPerspective(
        paper.astype(np.float32), matrix, (WIDTH, HEIGHT), dst=desk, flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_TRANSPARENT,
    )  # fmt: skip
    inner = ends + np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * quiet
    return desk, cv2.perspectiveTransform(inner[None].astype(np.float32), matrix)[0]


def blur(shot: Shot) -> Grey:
    """Out of focus."""
    return cv2.GaussianBlur(shot.frame, (0, 0), 0.7 + 0.75 * shot.strength)


def moved(shot: Shot) -> Grey:
    """A hand that moves while the picture is taken."""
    length = 3 + 4 * shot.strength
    kernel = np.zeros((length, length), dtype=np.float32)
    angle = shot.dice.uniform(0, np.pi)
    middle = length // 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * middle
    ends = [tuple(round(middle + sign * way) for way in reach) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return cv2.filter2D(shot.frame, -1, kernel / kernel.sum())


def dark(shot: Shot) -> Grey:
    """Low light: little contrast, much noise."""
    share = (0.35, 0.2, 0.12, 0.07)[shot.strength - 1]
    dim: Grey = shot.frame * share + shot.dice.normal(0, 2.5 + 1.3 * shot.strength, shot.frame.shape)
    return dim


def glare(shot: Shot) -> Grey:
    """A lamp's reflection on plastic, over part of the code."""
    spot = shot.corners.mean(axis=0) + shot.dice.uniform(-0.3, 0.3, 2) * np.ptp(shot.corners, axis=0)
    reach = (0.15 + 0.1 * shot.strength) * float(np.ptp(shot.corners, axis=0).max())
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = ((x - spot[0]) ** 2 + (y - spot[1]) ** 2) / (2 * reach**2)
    lit: Grey = shot.frame + (90 + 60 * shot.strength) * np.exp(-away)
    return lit


def phone(shot: Shot) -> Grey:
    """A phone's screen: its pixels against the sensor's (moire), and black that is not black."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    angle, period = shot.dice.uniform(0.05, 0.5), shot.dice.uniform(2.1, 5.5)
    waves = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / period)
    waves += np.sin(2 * np.pi * (y * np.cos(angle) - x * np.sin(angle)) / (period * 1.07))
    beaten: Grey = 60 + shot.frame * 0.72 + waves * 11 * shot.strength
    return beaten


def stripes(shot: Shot) -> Grey:
    """Rolling stripes of a dimmed screen or of lamps on 50 Hz."""
    y = np.arange(HEIGHT)[:, None]
    wave = np.sin(2 * np.pi * (y / shot.dice.uniform(40, 160) + shot.dice.uniform()))
    lit = 1 - (0.12 + 0.2 * shot.strength) * (wave > shot.dice.uniform(0.1, 0.6))
    return shot.frame * np.clip(cv2.GaussianBlur(lit.astype(np.float32), (1, 31), 0, sigmaY=3.0), 0.02, 1)


def covered(shot: Shot) -> Grey:
    """A thumb over an edge of the code."""
    low, high = shot.corners.min(axis=0), shot.corners.max(axis=0)
    share = 0.03 + 0.045 * shot.strength
    corner = np.array([high[0], low[1] + (high[1] - low[1]) * shot.dice.uniform(0.4, 0.7)])
    axes = tuple(int(max(2.0, way)) for way in (high - low) * [share * 1.6, share * 1.6])
    frame = shot.frame.copy()
    cv2.ellipse(frame, tuple(int(way) for way in corner), axes, shot.dice.uniform(0, 90), 0, 360, 120.0, -1)
    return frame


def torn(shot: Shot) -> Grey:
    """A slip torn through: part of the bars' height is gone, at a slant, with scratches along."""
    left_top, right_top, right_low, left_low = shot.corners
    kept = 0.75 - 0.17 * shot.strength
    slant = shot.dice.uniform(-0.12, 0.12)
    edge = [left_top + (left_low - left_top) * (kept - slant), right_top + (right_low - right_top) * (kept + slant)]
    below = [right_low + np.array((60.0, 40.0)), left_low + np.array((-60.0, 40.0))]
    gone = np.array([edge[0] - np.array((60.0, 0.0)), edge[1] + np.array((60.0, 0.0)), *below])
    frame = shot.frame.copy()
    cv2.fillPoly(frame, [gone.astype(np.int32)], DESK)
    for _ in range(shot.strength):
        start, end = (shot.dice.uniform(shot.corners.min(axis=0), shot.corners.max(axis=0)) for _ in range(2))
        cv2.line(frame, tuple(map(int, start)), tuple(map(int, end)), PAPER, 1 + shot.strength // 3)
    return frame


def untouched(shot: Shot) -> Grey:
    """Nothing but lens and sensor: what is bad is the size, the angle or the colour."""
    return shot.frame


class Kind(NamedTuple):
    """How pictures of one kind come about."""

    damage: Callable[[Shot], Grey]
    symbologies: tuple[str, ...] = ("qr", "code128")
    modules: tuple[float, ...] = USUAL
    """Dots a module, by strength."""
    lean: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    turn: float = 8.0
    """Largest turn in degrees."""
    inverted: bool = False


KINDS = {
    "clean": Kind(untouched),
    "blur": Kind(blur),
    "movement": Kind(moved),
    "perspective": Kind(untouched, lean=(0.2, 0.35, 0.5, 0.62)),
    "turned": Kind(untouched, turn=180.0, modules=(4.0, 3.2, 2.6, 2.2)),
    "low light": Kind(dark),
    "glare": Kind(glare),
    "phone moire": Kind(phone, ("qr",)),
    "rolling stripes": Kind(stripes),
    "small": Kind(untouched, modules=(2.2, 1.8, 1.5, 1.3)),
    "partly covered": Kind(covered, ("qr",)),
    "torn": Kind(torn, ("code128",)),
    "inverted": Kind(untouched, modules=(4.0, 3.0, 2.4, 2.0), inverted=True),
}


def picture(name: str, strength: int, symbology: str, number: int, seed: int) -> Picture:
    """Make one; the arguments alone decide it."""
    kind = KINDS[name]
    dice = np.random.default_rng([seed, list(KINDS).index(name), strength, len(symbology), number])
    texts = QR_TEXTS if symbology == "qr" else BAR_TEXTS
    text = texts[number % len(texts)].format(int(dice.integers(0, 999)))
    module = kind.modules[strength - 1] * dice.uniform(*(NEAR if kind.modules == USUAL else AS_SAID))
    paper, quiet = symbol(symbology, text, module * (0.75 if symbology == "code128" else 1.0))
    if kind.inverted:
        paper = PAPER + INK - paper
    turn = dice.uniform(-kind.turn, kind.turn)
    frame, corners = scene(paper, quiet, turn, dice, kind.lean[strength - 1])
    damaged = kind.damage(Shot(cv2.GaussianBlur(frame, (0, 0), 0.6), corners, strength, dice))
    noisy = damaged + dice.normal(0, 2.0, damaged.shape)
    return Picture(name, strength, symbology, text, np.clip(noisy, 0, 255).astype(np.uint8))


def pictures(each: int, seed: int) -> Iterator[Picture]:
    """Yield `each` pictures of every kind, strength and symbology."""
    for name, kind in KINDS.items():
        for symbology in kind.symbologies:
            for strength in STRENGTHS:
                for number in range(each):
                    yield picture(name, strength, symbology, number, seed)
