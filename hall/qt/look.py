"""A face's current look: tokens and words, and the one signal that either became another one.

Every widget of the kit takes the look first, restyles itself on `changed`, and so follows a switch of theme,
layout or language while the app runs.
"""

from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetrics

from hall.qt.tokens import Colours, Layout, Role, ThemeName, Tokens
from hall.words.catalogue import Words, other_language

FAMILIES = ["Noto Sans CJK SC", "HanaMinA", "HanaMinB"]
"""Noto for the screen; HanaMin holds the rare characters of names (Extension B and on)."""


class Look(QObject):
    """Tokens and words of one app.

    Attributes: `tokens`, `words` (the language shown), `second` (the language below it on bilingual screens).
    Signals: `changed` after any of them became another one.
    """

    changed = pyqtSignal()

    def __init__(self, tokens: Tokens, words: Words, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tokens = tokens
        self.words = words
        self.second = words.in_language(other_language(words.language))

    @property
    def colours(self) -> Colours:
        """Colours of the theme."""
        return self.tokens.colours

    @property
    def language(self) -> str:
        """Language shown."""
        return self.words.language

    def set_theme(self, theme: ThemeName | str) -> None:
        """Change the colours."""
        self._become(replace(self.tokens, theme=ThemeName(theme)))

    def set_layout(self, layout: Layout) -> None:
        """Change the arrangement; pages rebuild themselves on `changed`."""
        self._become(replace(self.tokens, layout=layout))

    def set_panel(self, width_px: int, height_px: int, px_per_mm: float, fit: float) -> None:
        """Change the panel: a window that became full screen is as big as the panel, whatever was configured."""
        self._become(replace(self.tokens, width_px=width_px, height_px=height_px, px_per_mm=px_per_mm, fit=fit))

    def smaller(self, share: float) -> "Look":
        """Return the same look with everything `share` as big, for a page that needs more room than there is."""
        return Look(replace(self.tokens, fit=self.tokens.fit * share), self.words)

    def set_language(self, language: str) -> None:
        """Change the language shown."""
        if language != self.language:
            self.words = self.words.in_language(language)
            self.second = self.words.in_language(other_language(language))
            self.changed.emit()

    def _become(self, tokens: Tokens) -> None:
        if tokens != self.tokens:
            self.tokens = tokens
            self.changed.emit()

    def font(self, role: Role, bold: bool = False, factor: float = 1.0) -> QFont:
        """Return the font of a text role."""
        return font(round(self.tokens.em(role) * factor), bold)

    def px(self, mm: float) -> int:
        """Return millimetres as pixels."""
        return self.tokens.px(mm)

    def space(self, steps: float = 1) -> int:
        """Return spacing in pixels."""
        return self.tokens.space(steps)

    def colour(self, name: str) -> QColor:
        """Return a colour of the theme by its token name."""
        return QColor(getattr(self.colours, name))


def font(pixels: int, bold: bool = False) -> QFont:
    """Return the interface's font in pixels, with the fallback for rare names."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(max(1, pixels))
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    return made


def fitted(text: str, wanted: QFont, width: int, smallest: float = 0.5) -> QFont:
    """Return `wanted`, made smaller (down to `smallest` of it) until `text` is at most `width` pixels wide."""
    made = QFont(wanted)
    full = wanted.pixelSize()
    wide = QFontMetrics(made).horizontalAdvance(text)
    if wide > width > 0:
        made.setPixelSize(max(round(full * smallest), int(full * width / wide)))
    return made
