"""Design tokens: sizes in millimetres turned into pixels, and the colours of the three themes. No Qt.

Millimetres, since a 20 mm key must be 20 mm on a 21.5-inch and on a 32-inch panel. The diagonal comes from the
configuration, because the size that panels report is often wrong. Type sizes are the em (pixel size of the font):
18 dp on a phone held at 330 mm (MIIT's ageing specification) is 5.2 mm at an arm's length of 600 mm, and a lobby
screen read at 10 m needs 60 mm (20 arc minutes).
"""

from dataclasses import dataclass
from enum import StrEnum
from math import hypot

MM_PER_INCH = 25.4
ELDER_FACTOR = 1.4


class Reach(StrEnum):
    """How far the eyes are: a standing citizen, a seated clerk, a lobby."""

    KIOSK = "kiosk"
    DESK = "desk"
    LOBBY = "lobby"


class Layout(StrEnum):
    """Sizes of a page, beside the theme. A page that keeps to the lower part of the glass does so in either."""

    NORMAL = "normal"
    ELDER = "elder"


class ThemeName(StrEnum):
    """Sets of colours."""

    NORMAL = "normal"
    CONTRAST = "contrast"
    RED = "red"


class Role(StrEnum):
    """What a text is for; its size follows."""

    CAPTION = "caption"
    BODY = "body"
    BUTTON = "button"
    TILE = "tile"
    TITLE = "title"
    FIGURE = "figure"
    CLOCK = "clock"
    NUMBER = "number"


EM_MM: dict[Reach, dict[Role, float]] = {
    Reach.KIOSK: {
        Role.CAPTION: 6.5,
        Role.BODY: 8,
        Role.BUTTON: 9.5,
        Role.TILE: 11.5,
        Role.TITLE: 13,
        Role.FIGURE: 15.5,
        Role.CLOCK: 21,
        Role.NUMBER: 42,
    },
    Reach.DESK: {
        Role.CAPTION: 3.4,
        Role.BODY: 4.0,
        Role.BUTTON: 4.4,
        Role.TILE: 5.2,
        Role.TITLE: 6.2,
        Role.FIGURE: 8.0,
        Role.CLOCK: 8.0,
        Role.NUMBER: 24,
    },
    Reach.LOBBY: {
        Role.CAPTION: 20,
        Role.BODY: 27,
        Role.BUTTON: 27,
        Role.TILE: 36,
        Role.TITLE: 38,
        Role.FIGURE: 60,
        Role.CLOCK: 44,
        Role.NUMBER: 125,
    },
}
"""Em in millimetres. On a lobby screen only FIGURE and NUMBER must be read from the far end of the hall."""

SPACE_MM: dict[Reach, float] = {Reach.KIOSK: 2.0, Reach.DESK: 1.1, Reach.LOBBY: 6.0}
"""One step of spacing."""

TARGET_MM: dict[Reach, tuple[float, float]] = {
    Reach.KIOSK: (20.0, 26.0),
    Reach.DESK: (9.0, 13.0),
    Reach.LOBBY: (20.0, 26.0),
}
"""Smallest side of anything touched, and of a main action. No gain was found above 20 mm standing (Colle and Hiszem
2004); a desk has a mouse."""


@dataclass(frozen=True)
class Colours:
    """One theme. Every pair that carries text has a contrast of at least 4.5 (checked by a test)."""

    ground: str
    surface: str
    sunken: str
    line: str
    ink: str
    grey: str
    accent: str
    accent_pressed: str
    on_accent: str
    soft: str
    on_soft: str
    header: tuple[str, str]
    on_header: str
    on_header_dim: str
    header_shape: str
    bar: str
    on_bar: str
    on_bar_dim: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    shadow: str
    shadow_alpha: int
    border_px: int
    tiles: dict[str, tuple[str, str]]


TILES_PLAIN = {
    "blue": ("#1F79E8", "#1559BE"),
    "green": ("#16A37F", "#0D7A5E"),
    "purple": ("#7E58E0", "#6442BE"),
    "orange": ("#E6690F", "#BC520A"),
    "red": ("#D4304A", "#AC1F38"),
    "teal": ("#108AA0", "#0A687C"),
}

NORMAL = Colours(
    ground="#EEF3FA",
    surface="#FFFFFF",
    sunken="#F4F7FC",
    line="#D5DEEC",
    ink="#12263F",
    grey="#47566B",
    accent="#0B4EA2",
    accent_pressed="#083B7C",
    on_accent="#FFFFFF",
    soft="#E1ECFB",
    on_soft="#0B4EA2",
    header=("#0A3F8F", "#1B74D8"),
    on_header="#FFFFFF",
    on_header_dim="#DCE8FA",
    header_shape="#FFFFFF",
    bar="#0A2E63",
    on_bar="#FFFFFF",
    on_bar_dim="#C6D6EF",
    good="#0A6B4F",
    good_soft="#DDF3EA",
    warn="#8A4A00",
    warn_soft="#FDEFD8",
    bad="#A3182E",
    bad_soft="#FBE1E5",
    shadow="#1B2F66",
    shadow_alpha=58,
    border_px=1,
    tiles=TILES_PLAIN,
)

RED = Colours(
    ground="#FAF4F1",
    surface="#FFFFFF",
    sunken="#FBF7F5",
    line="#EADBD5",
    ink="#3A1512",
    grey="#6A4F4A",
    accent="#A8161D",
    accent_pressed="#7F0F15",
    on_accent="#FFFFFF",
    soft="#FBE5E1",
    on_soft="#971319",
    header=("#8E0F15", "#C9252B"),
    on_header="#FFFFFF",
    on_header_dim="#FFE9D6",
    header_shape="#FFD98A",
    bar="#6E0B10",
    on_bar="#FFFFFF",
    on_bar_dim="#F7D4C2",
    good="#0A6B4F",
    good_soft="#DDF3EA",
    warn="#8A4A00",
    warn_soft="#FDEFD8",
    bad="#8F1226",
    bad_soft="#FBE1E5",
    shadow="#5A1A12",
    shadow_alpha=52,
    border_px=1,
    tiles=TILES_PLAIN
    | {
        "blue": ("#D9303A", "#A8161D"),
        "red": ("#C98A12", "#9A6508"),
    },
)

CONTRAST = Colours(
    ground="#000000",
    surface="#0E0E0E",
    sunken="#000000",
    line="#FFE600",
    ink="#FFE600",
    grey="#FFFFFF",
    accent="#FFE600",
    accent_pressed="#FFFFFF",
    on_accent="#000000",
    soft="#FFE600",
    on_soft="#000000",
    header=("#000000", "#000000"),
    on_header="#FFE600",
    on_header_dim="#FFFFFF",
    header_shape="#000000",
    bar="#000000",
    on_bar="#FFE600",
    on_bar_dim="#FFFFFF",
    good="#7CFFB2",
    good_soft="#000000",
    warn="#FFB84D",
    warn_soft="#000000",
    bad="#FF8A8A",
    bad_soft="#000000",
    shadow="#000000",
    shadow_alpha=0,
    border_px=4,
    tiles=dict.fromkeys(TILES_PLAIN, ("#FFE600", "#FFE600")),
)

THEMES: dict[ThemeName, Colours] = {ThemeName.NORMAL: NORMAL, ThemeName.CONTRAST: CONTRAST, ThemeName.RED: RED}


@dataclass(frozen=True)
class Tokens:
    """Everything a widget may ask about sizes and colours."""

    reach: Reach
    width_px: int
    height_px: int
    px_per_mm: float
    theme: ThemeName
    layout: Layout
    fit: float = 1.0
    """Share of the wanted sizes on a panel (or page) that is too small for them; the panel itself stays as it is."""

    @property
    def wide(self) -> bool:
        """Whether the panel lies: pages then stand side by side what else stands one below the other."""
        return self.width_px > self.height_px

    @property
    def colours(self) -> Colours:
        """Colours of the theme."""
        return THEMES[self.theme]

    @property
    def elder(self) -> bool:
        """Whether this is the layout for the elderly."""
        return self.layout is Layout.ELDER

    def px(self, mm: float) -> int:
        """Return millimetres as whole pixels, at least one."""
        return max(1, round(mm * self.px_per_mm * self.fit))

    def em(self, role: Role) -> int:
        """Return a text's em in pixels."""
        factor = 1 + (ELDER_FACTOR - 1) * self._elder_share if self.elder and role is not Role.NUMBER else 1.0
        return self.px(EM_MM[self.reach][role] * factor)

    @property
    def _elder_share(self) -> float:
        """How much of what the elderly get more there is room for: all on a panel of full size, half of it at half."""
        return min(1.0, self.fit)

    def space(self, steps: float = 1) -> int:
        """Return spacing in pixels."""
        return self.px(SPACE_MM[self.reach] * steps)

    @property
    def target(self) -> int:
        """Smallest side in pixels of anything touched."""
        return self.px(TARGET_MM[self.reach][0] * (1 + 0.15 * self._elder_share if self.elder else 1.0))

    @property
    def smallest_target(self) -> int:
        """The same in the plain layout."""
        return self.px(TARGET_MM[self.reach][0])

    @property
    def main_target(self) -> int:
        """Height in pixels of a main action."""
        return self.px(TARGET_MM[self.reach][1] * (1 + 0.15 * self._elder_share if self.elder else 1.0))

    @property
    def radius(self) -> int:
        """Corner radius in pixels."""
        return self.space(3.5)

    @property
    def low_reach_top(self) -> int:
        """First pixel row within 1220 mm of the floor, the panel's lower edge at 800 mm (ADA forward reach)."""
        return max(0, self.height_px - round((1220 - 800) * self.px_per_mm))


def tokens(
    diagonal_in: float,
    width_px: int,
    height_px: int,
    reach: Reach = Reach.KIOSK,
    theme: str = ThemeName.NORMAL,
    layout: Layout = Layout.NORMAL,
) -> Tokens:
    """Make the tokens of a panel from its true diagonal and its pixels."""
    px_per_mm = hypot(width_px, height_px) / (diagonal_in * MM_PER_INCH)
    return Tokens(reach, width_px, height_px, px_per_mm, ThemeName(theme), layout)
