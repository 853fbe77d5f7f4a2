"""Whose card to lay on the reader; or a number typed, where the flow allows it."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QVBoxLayout

from hall.qt.kit.big_button import Kind
from hall.qt.kit.card import Card
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
        left, right = self.halves(2, 1) if model.can_type or model.skip else (self.column, self.column)
        self._build_card(model, left)
        left.addStretch(1)
        if self.wide:
            right.addStretch(1)
        if model.can_type:
            made = self.button("type", Word("action.type"), Touch.NEXT, "", Kind.SECONDARY, "keyboard")
            right.addWidget(made)
        if model.skip:
            made = self.button("skip", Word("action.skip"), Touch.SKIP, "", Kind.SECONDARY, "arrow-right")
            right.addWidget(made)

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
        left, right = self.halves()
        left.addWidget(self._typed)
        left.addStretch(1)
        right.addWidget(keypad(self.look, KEYS["id"], self.emit))
        self.main_button(Word("action.next"), into=left if self.wide else right)

    def _build_card(self, model: m.IdentifyModel, into: QVBoxLayout) -> None:
        card = Card(self.look, padding=4 if self.wide else 8)
        card.body.addWidget(self.picture("id", 90, "accent" if model.reader_ok else "grey"))
        prompt = model.prompt if model.reader_ok else Word("identify.reader_off")
        centre = Qt.AlignmentFlag.AlignHCenter
        self.label("prompt", prompt, Role.TILE, bold=True, align=centre, into=card.body)
        self.label("hint", Word("identify.privacy"), Role.BODY, ink="grey", align=centre, into=card.body)
        into.addWidget(card)
