"""Five levels, the best first, each with a face and a word; silence is not rated."""

from PyQt6.QtWidgets import QBoxLayout

from hall.qt.kit.big_button import Kind
from hall.qt.kit.tile import Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say, say_second

LEVELS = (
    ("1", "heart", "green"),
    ("2", "mood-happy", "teal"),
    ("3", "mood-smile", "blue"),
    ("4", "mood-neutral", "orange"),
    ("5", "mood-sad", "red"),
)


class RatePage(Page):
    """All levels are equally big; none is chosen beforehand. Side by side on a panel that lies."""

    NAME = "rate"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.RateModel)
        self.title(model.title)
        self.label("hint", Word("rate.hint"), Role.BODY, ink="grey")
        directions = QBoxLayout.Direction
        row = QBoxLayout(directions.LeftToRight if self.wide else directions.TopToBottom)
        row.setSpacing(0 if self.wide else self.column.spacing())
        self.column.addLayout(row)
        for level, face, hue in LEVELS:
            row.addWidget(self._tile(level, face, hue), 1)
        self.column.addStretch(1)
        self.column.addWidget(self.button("no_rating", Word("rate.no"), Touch.LEAVE, "", Kind.QUIET))

    def _tile(self, level: str, face: str, hue: str) -> Tile:
        made = Tile(self.look, face, hue)
        made.setObjectName(f"rate_{level}")
        made.set_texts(say(self.look, Word(f"rate.{level}")), say_second(self.look, Word(f"rate.{level}")))
        made.set_peers(tuple(say(self.look, Word(f"rate.{other}")) for other, _, _ in LEVELS))
        made.clicked.connect(self.touch(Touch.RATE, level))
        made.setFixedHeight(self.look.px(90 if self.wide else 46))
        return made
