"""A code to hold before the scanner, or to type."""

from PyQt6.QtCore import Qt

from hall.qt.icons import icon
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
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
        card = Card(self.look, padding=6)
        picture = Label(self.look, align=Qt.AlignmentFlag.AlignHCenter)
        picture.setPixmap(icon("qrcode", self.look.px(60), self.look.colours.accent))
        card.body.addWidget(picture)
        hint = Word("scan.prompt") if model.scanner_ok else Word("scan.off")
        self.label("hint", hint, Role.TILE, bold=True, align=Qt.AlignmentFlag.AlignHCenter, into=card.body)
        self.column.addWidget(card)
        self._problem = self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        self.column.addStretch(1)
        self._typed = TypedLine(self.look)
        self._typed.show_text(model.typed or " ")
        if model.or_type:
            self.label("or", Word("scan.or_type"), Role.BODY, ink="grey")
            self.column.addWidget(self._typed)
            self.column.addWidget(keypad(self.look, KEYS["code"], self.emit))

    def follow(self) -> None:
        """Show what was typed."""
        model = self._model()
        self._typed.show_text(model.typed or " ")
        self._problem.setText(say(self.look, model.problem))
        self._problem.setVisible(model.problem is not None)

    def _model(self) -> m.ScanModel:
        assert isinstance(self.model, m.ScanModel)
        return self.model
