"""A form: its fields one below the other, the active one with its keys or choices below."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Row, Word
from kiosk.screens.keys import KEYS, keypad
from kiosk.screens.page import Page, clear, say


class FormPage(Page):
    """Card fields in a card, masked; the others as buttons that make them active."""

    NAME = "form"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self.title(model.title)
        left, right = self.halves()
        add = self.leaves("fields", left, spacing=1)
        fixed = tuple(Row(field.label, field.value) for field in model.fields if field.fixed)
        if fixed:
            card = Card(self.look)
            self.label("from_card", Word("form.from_card"), Role.CAPTION, ink="grey", into=card.body)
            for row in fixed:
                card.body.addWidget(self.row(row))
            add(card)
        self._buttons: dict[str, BigButton] = {}
        for field in model.fields:
            if not field.fixed:
                add(self._button(field))
        self._problem = self.label("problem", None, Role.BODY, ink="bad", bold=True, into=left)
        if not self.folded:
            left.addStretch(1)
        self._keys = QVBoxLayout()
        right.addLayout(self._keys)
        self._shown = ""
        self._fill(model)
        if self.wide:
            right.addStretch(1)
        self.main_button(Word("action.next"), into=right)

    def follow(self) -> None:
        """Show values and the active field's keys."""
        self._fill(self._model())

    def _model(self) -> m.FormModel:
        assert isinstance(self.model, m.FormModel)
        return self.model

    def _button(self, field: m.Field) -> BigButton:
        made = self.button(f"field_{field.name}", field.label, Touch.FIELD, field.name, Kind.QUIET, main=False)
        self._buttons[field.name] = made
        return made

    def _fill(self, model: m.FormModel) -> None:
        for field in model.fields:
            if field.name in self._buttons:
                self._fill_button(field, field.name == model.active)
        active = next((field for field in model.fields if field.name == model.active), None)
        self._problem.setText(self._problem_text(model))
        self._problem.setVisible(bool(self._problem.text()))
        if active is not None:
            self._show_keys(active)
            if active.name in self._buttons:
                self.turn_to(self._buttons[active.name])

    def _fill_button(self, field: m.Field, active: bool) -> None:
        choice = next((say(self.look, tile.title) for tile in field.choices if tile.value == field.value), "")
        value = choice or field.value or (say(self.look, Word("form.tap")) if not active else "＿")
        button = self._buttons[field.name]
        button.set_texts(self.look.words("form.labelled", label=say(self.look, field.label), value=value))
        chosen = Kind.PRIMARY if self.look.colours.border_px > 2 else Kind.SECONDARY
        button.set_kind(Kind.DANGER if field.problem else (chosen if active else Kind.QUIET))

    def _problem_text(self, model: m.FormModel) -> str:
        wrong = next((field for field in model.fields if field.problem is not None), None)
        return (
            self.look.words("form.labelled", label=say(self.look, wrong.label), value=say(self.look, wrong.problem))
            if wrong
            else ""
        )

    def _show_keys(self, field: m.Field) -> None:
        if field.name == self._shown:
            return
        self._shown = field.name
        clear(self._keys)
        if field.choices:
            self._keys.addWidget(self._choices(field))
        elif field.keypad:
            self._keys.addWidget(keypad(self.look, KEYS[field.keypad], self.emit))

    def _choices(self, field: m.Field) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setAlignment(Qt.AlignmentFlag.AlignBottom)
        for place, tile in enumerate(field.choices):
            name = f"choice_{tile.value}"
            made = self.button(name, tile.title, Touch.ANSWER, tile.value, Kind.SECONDARY)
            grid.addWidget(made, place // 2, place % 2)
        return box
