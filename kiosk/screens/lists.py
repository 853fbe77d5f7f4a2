"""Pages that are lists: materials to tick off, answers to confirm, papers to photograph."""

from PyQt6.QtCore import Qt

from hall.qt.icons import icon
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.kit.tile import Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say, say_second


class ChecklistPage(Page):
    """Each line is a big tile with a box to tick."""

    NAME = "checklist"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.ChecklistModel)
        self.title(model.title)
        for index, line in enumerate(model.lines):
            ticked = index in model.ticked
            made = Tile(self.look, "circle-check" if ticked else "hand-finger", "green" if ticked else "blue")
            made.setObjectName(f"tick_{index}")
            made.set_texts(say(self.look, line), say_second(self.look, line))
            made.clicked.connect(self.touch(Touch.TICK, str(index)))
            made.setFixedHeight(self.look.px(50))
            self.column.addWidget(made)
        self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        self.column.addStretch(1)
        self.main_button(Word("action.next"))


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
        self.column.addStretch(1)
        self.main_button(Word("action.submit"), icon="check")


class CapturePage(Page):
    """The camera's prompt and its release."""

    NAME = "capture"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.CaptureModel)
        self.title(model.title)
        card = Card(self.look, padding=8)
        picture = Label(self.look, align=Qt.AlignmentFlag.AlignHCenter)
        picture.setPixmap(icon("camera", self.look.px(80), self.look.colours.accent))
        card.body.addWidget(picture)
        hint = Word("capture.hint", {"n": str(min(model.taken + 1, model.pages)), "all": str(model.pages)})
        self.label("hint", hint, Role.TILE, align=Qt.AlignmentFlag.AlignHCenter, into=card.body)
        self.column.addWidget(card)
        self.column.addStretch(1)
        release: BigButton = self.button("next", Word("action.shoot"), Touch.SHOOT, "", Kind.PRIMARY, "camera")
        release.setEnabled(not model.busy)
        self.column.addWidget(release)
