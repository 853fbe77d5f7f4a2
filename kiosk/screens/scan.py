"""A code to hold before the scanner, or to type."""

from PyQt6.QtCore import Qt

from hall.qt.kit.card import Card
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.models import Word
from kiosk.screens.keys import KEYS, TypedLine, keypad
from kiosk.screens.page import Page, say


class ScanPage(Page):
    """The scanner's picture above, the keys below."""

    NAME = "scan"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self.title(model.title)
        self._typed = TypedLine(self.look)
        self._typed.show_text(model.typed or " ")
        above, below = self.halves() if self.wide and model.or_type else (self.column, self.column)
        above.addWidget(self._card(model))
        self._problem = self.label("problem", model.problem, Role.BODY, ink="bad", bold=True, into=above)
        above.addStretch(1)
        if model.or_type:
            self.label("or", Word("scan.or_type"), Role.BODY, ink="grey", into=below)
            below.addWidget(self._typed)
            if self.wide:
                below.addStretch(1)
            self.column.addWidget(keypad(self.look, KEYS["code"], self.emit))

    def _card(self, model: m.ScanModel) -> Card:
        """Make the scanner's picture with its hint; above the keys of a lying panel only the hint has room."""
        beside = self.wide and model.or_type
        card = Card(self.look, padding=1.5 if beside else 6)
        if not beside:
            card.body.addWidget(self.picture("qrcode", 60))
        hint = Word("scan.prompt") if model.scanner_ok else Word("scan.off")
        role = Role.BODY if beside else Role.TILE
        self.label("hint", hint, role, bold=True, align=Qt.AlignmentFlag.AlignHCenter, into=card.body)
        return card

    def follow(self) -> None:
        """Show what was typed."""
        model = self._model()
        self._typed.show_text(model.typed or " ")
        self._problem.setText(say(self.look, model.problem))
        self._problem.setVisible(model.problem is not None)

    def _model(self) -> m.ScanModel:
        assert isinstance(self.model, m.ScanModel)
        return self.model
