"""Five levels, the best first, each with a face and a word; silence is not rated."""

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
    """All levels are equally big; none is chosen beforehand."""

    NAME = "rate"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.RateModel)
        self.title(model.title)
        self.label("hint", Word("rate.hint"), Role.BODY, ink="grey")
        for level, face, hue in LEVELS:
            made = Tile(self.look, face, hue)
            made.setObjectName(f"rate_{level}")
            made.set_texts(say(self.look, Word(f"rate.{level}")), say_second(self.look, Word(f"rate.{level}")))
            made.clicked.connect(self.touch(Touch.RATE, level))
            made.setFixedHeight(self.look.px(46))
            self.column.addWidget(made)
        self.column.addStretch(1)
        self.column.addWidget(self.button("no_rating", Word("rate.no"), Touch.LEAVE, "", Kind.QUIET))
