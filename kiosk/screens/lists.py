"""Pages that are lists: materials to tick off, answers to confirm."""

from hall.qt.kit.tile import Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Text, Word
from kiosk.screens.page import Page, say, say_second


class ChecklistPage(Page):
    """Each line is a big tile with a box to tick."""

    NAME = "checklist"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.ChecklistModel)
        self.title(model.title)
        tiles = [self._tile(index, line, index in model.ticked) for index, line in enumerate(model.lines)]
        self.tiles("lines", tiles, 2 if self.wide and len(tiles) > 2 else 1)
        self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        self.column.addStretch(1)
        self.main_button(Word("action.next"))

    def _tile(self, index: int, line: Text, ticked: bool) -> Tile:
        made = Tile(self.look, "circle-check" if ticked else "hand-finger", "green" if ticked else "blue")
        made.setObjectName(f"tick_{index}")
        made.set_texts(say(self.look, line), say_second(self.look, line))
        made.clicked.connect(self.touch(Touch.TICK, str(index)))
        made.setFixedHeight(self.look.px(44 if self.wide else 50))
        return made


class ConfirmPage(Page):
    """Everything answered, masked."""

    NAME = "confirm"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.ConfirmModel)
        self.title(model.title)
        self.label("hint", Word("confirm.hint"), Role.BODY, ink="grey")
        self.card(model.rows)
        if not self.folded:
            self.column.addStretch(1)
        self.main_button(Word("action.submit"), icon="check")
