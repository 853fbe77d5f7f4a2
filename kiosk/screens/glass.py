"""How big things are on a panel: the rule for glass that is too small for the wanted millimetres.

Wanted are 20 mm for a finger and 8 mm for a line of text. A panel that offers the room of `TALL_MM` (standing) or
`WIDE_MM` (lying) gets them. A smaller one gets the share of them that its shorter dimension leaves, never less than
`LEAST`: then a finger still has 9 mm, the 48 dp of a telephone. A single page with more on it than fits is made
smaller by itself down to `BEFORE_TURNING` of the panel's share; from there on its list is cut into leaves to turn.
Nothing overlaps, nothing is cut and nothing leaves the glass.
"""

from math import hypot

from hall.qt.tokens import MM_PER_INCH, Tokens

TALL_MM = (262.0, 470.0)
"""Width and height of a standing panel from which on nothing is reduced: 21.5 inches of 9:16."""
WIDE_MM = (330.0, 240.0)
"""The same for a lying one, where pages stand side by side: 17 inches of 5:4."""
LEAST = 0.45
"""Smallest share of the wanted sizes."""
BEFORE_TURNING = 0.8
"""A page is reduced to this share of its panel's sizes before its list is cut into leaves."""
WIDEST_MM = 620.0
"""No page is wider: a line across a 43-inch panel is walked, not read."""


def least(tokens: Tokens) -> float:
    """Return the smallest share on this look: the layout for the elderly starts from bigger targets."""
    return LEAST * tokens.smallest_target / tokens.target


def panel_fit(width_mm: float, height_mm: float) -> float:
    """Return the share of the wanted sizes that a panel has room for."""
    wanted = WIDE_MM if width_mm > height_mm else TALL_MM
    return max(LEAST, min(1.0, width_mm / wanted[0], height_mm / wanted[1]))


def diagonal_in(tokens: Tokens) -> float:
    """Return the diagonal that was configured."""
    return hypot(tokens.width_px, tokens.height_px) / tokens.px_per_mm / MM_PER_INCH


def on_panel(tokens: Tokens, width_px: int, height_px: int) -> tuple[int, int, float, float]:
    """Return width, height, pixels a millimetre and fit of a panel with that diagonal and these pixels."""
    px_per_mm = hypot(width_px, height_px) / (diagonal_in(tokens) * MM_PER_INCH)
    return width_px, height_px, px_per_mm, panel_fit(width_px / px_per_mm, height_px / px_per_mm)
