"""For staff: the own card, or number and PIN; then one touch for what was done."""

from PyQt6.QtCore import Qt

from hall.qt.kit.card import Card
from hall.qt.kit.keypad import Keys
from hall.qt.kit.tile import HUES, Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.keys import TypedLine, keypad
from kiosk.screens.page import Page, say, say_second

CENTRE = Qt.AlignmentFlag.AlignHCenter


class PinPage(Page):
    """The number in clear, the PIN as dots."""

    NAME = "pin"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self.title(Word("staff.title"))
        self.label("hint", _hint(model), Role.BODY, ink="grey")
        self._problem = self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        self._typed = TypedLine(self.look)
        if self.wide and not model.on_pin:
            self._letters()
        else:
            self._digits(model)
        self._on_pin = model.on_pin
        self._fill(model)

    def _digits(self, model: m.PinModel) -> None:
        """The keys below the line that they fill, or beside it on a panel that lies."""
        left, right = self.halves()
        left.addStretch(1)
        left.addWidget(self._typed)
        right.addWidget(keypad(self.look, Keys.DIGITS if model.on_pin else Keys.LETTERS, self.emit))
        self.main_button(Word("action.next"), into=left if self.wide else right)

    def _letters(self) -> None:
        """On a panel that lies letters take the whole width: the line stands above them, the action beside it."""
        row = self.choices()
        row.addWidget(self._typed, 2)
        row.addWidget(self.button("next", Word("action.next"), Touch.NEXT, main=False), 1)
        self.column.addWidget(keypad(self.look, Keys.LETTERS, self.emit))

    def follow(self) -> None:
        """Show what was typed."""
        model = self._model()
        if model.on_pin != self._on_pin:
            super().follow()
            return
        self._fill(model)

    def _model(self) -> m.PinModel:
        assert isinstance(self.model, m.PinModel)
        return self.model

    def _fill(self, model: m.PinModel) -> None:
        self._typed.show_text("●" * model.dots if model.on_pin else model.clerk or " ")
        self._problem.setText(say(self.look, model.problem))
        self._problem.setVisible(model.problem is not None)


def _hint(model: m.PinModel) -> Word:
    if model.on_pin:
        return Word("staff.pin")
    return Word("staff.card_or_number" if model.card else "staff.number")


class StaffCardPage(Page):
    """A big picture of a card, and what to do with the own one."""

    NAME = "staff_card"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.StaffCardModel)
        self.title(Word("act.my_card"))
        self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        card = Card(self.look, padding=4 if self.wide else 8)
        card.body.addWidget(self.picture("credit-card", 90))
        prompt = Word("staff.card_busy" if model.busy else "staff.lay_card")
        self.label("prompt", prompt, Role.TILE, bold=True, align=CENTRE, into=card.body)
        self.label("hint", Word("staff.card_reach"), Role.BODY, ink="grey", align=CENTRE, into=card.body)
        self.column.addWidget(card)
        self.column.addStretch(1)


class AttendantPage(Page):
    """Devices and their states, and the five acts."""

    NAME = "attendant"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.AttendantModel)
        self.title(Word("staff.title"))
        left, right = self.halves(below=1 if self.folded else 0)
        self.card(model.devices, left)
        if model.paper is not None:
            self.label("paper", model.paper, Role.BODY, ink="grey", into=left)
        if model.documents is not None:
            self.label("documents", model.documents, Role.BODY, ink="warn", bold=True, into=left)
        self.label("done", model.done, Role.BODY, ink="good", bold=True, into=left)
        columns = 2 if not self.wide or len(model.acts) > 4 else 1
        self.tiles("acts", [self._tile(act, place) for place, act in enumerate(model.acts)], columns, right)
        if not self.folded:
            left.addStretch(1)
        if self.wide and not self.folded:
            right.addStretch(1)
        self.main_button(Word("action.finish"), into=right)

    def _tile(self, act: m.Tile, place: int) -> Tile:
        made = Tile(self.look, act.icon, HUES[place % len(HUES)])
        made.setObjectName(f"act_{act.value}")
        made.set_texts(say(self.look, act.title), say_second(self.look, act.title))
        made.set_trouble(say(self.look, act.why))
        made.clicked.connect(self.touch(Touch.ACT, act.value))
        return made
