"""Whose card to lay on the reader; or a number typed, where the flow allows it."""

from PyQt6.QtCore import Qt

from hall.qt.icons import icon
from hall.qt.kit.big_button import Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.keys import KEYS, TypedLine, keypad
from kiosk.screens.page import Page, say


class IdentifyPage(Page):
    """A big picture of a card, or the keypad."""

    NAME = "identify"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self.title(model.title)
        self._problem = self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        if model.typing:
            self._build_keys(model)
            return
        self._build_card(model)
        self.column.addStretch(1)
        if model.can_type:
            made = self.button("type", Word("action.type"), Touch.NEXT, "", Kind.SECONDARY, "keyboard")
            self.column.addWidget(made)
        if model.skip:
            made = self.button("skip", Word("action.skip"), Touch.SKIP, "", Kind.SECONDARY, "arrow-right")
            self.column.addWidget(made)

    def follow(self) -> None:
        """Show keys in place; build anew for another prompt."""
        model = self._model()
        if not model.typing or self._typed is None:
            self._typed = None
            super().follow()
            return
        self._typed.show_text(model.typed or " ")
        self._problem.setText(say(self.look, model.problem))
        self._problem.setVisible(model.problem is not None)

    def _model(self) -> m.IdentifyModel:
        assert isinstance(self.model, m.IdentifyModel)
        return self.model

    _typed: TypedLine | None = None

    def _build_keys(self, model: m.IdentifyModel) -> None:
        self._typed = TypedLine(self.look)
        self._typed.show_text(model.typed or " ")
        self.column.addWidget(self._typed)
        self.column.addStretch(1)
        self.column.addWidget(keypad(self.look, KEYS["id"], self.emit))
        self.main_button(Word("action.next"))

    def _build_card(self, model: m.IdentifyModel) -> None:
        card = Card(self.look, padding=8)
        picture = Label(self.look, align=Qt.AlignmentFlag.AlignHCenter)
        colour = self.look.colours.accent if model.reader_ok else self.look.colours.grey
        picture.setPixmap(icon("id", self.look.px(90), colour))
        card.body.addWidget(picture)
        prompt = model.prompt if model.reader_ok else Word("identify.reader_off")
        centre = Qt.AlignmentFlag.AlignHCenter
        self.label("prompt", prompt, Role.TILE, bold=True, align=centre, into=card.body)
        self.label("hint", Word("identify.privacy"), Role.BODY, ink="grey", align=centre, into=card.body)
        self.column.addWidget(card)
