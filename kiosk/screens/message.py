"""What happened, what to do now, and a small code for staff; never a traceback. Also: a kiosk out of service."""

from PyQt6.QtCore import Qt

from hall.qt.icons import icon
from hall.qt.kit.big_button import Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.kit.number_board import NumberBoard
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say

CENTRE = Qt.AlignmentFlag.AlignHCenter


class MessagePage(Page):
    """Icon, two sentences, and what may be done."""

    NAME = "message"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.Message)
        self.column.addStretch(1)
        card = Card(self.look, padding=8)
        picture = Label(self.look, align=CENTRE)
        colour = self.look.colours.accent if model.good else self.look.colours.warn
        picture.setPixmap(icon(model.icon, self.look.px(60), colour))
        card.body.addWidget(picture)
        self.label("title", model.title, Role.TITLE, bold=True, align=CENTRE, into=card.body)
        self.label("text", model.text, Role.TILE, align=CENTRE, into=card.body)
        if model.number:
            board = NumberBoard(self.look, framed=False)
            board.setObjectName("number")
            board.set_texts(say(self.look, Word("message.held")), model.number)
            card.body.addWidget(board)
        if model.code and not model.good:
            code = Word("message.code", {"code": model.code})
            self.label("code", code, Role.CAPTION, ink="grey", align=CENTRE, into=card.body)
        self.column.addWidget(card)
        self.column.addStretch(2)
        self._buttons(model)

    def _buttons(self, model: m.Message) -> None:
        if model.retry:
            self.column.addWidget(
                self.button("retry", Word("action.retry"), Touch.RETRY, "", Kind.SECONDARY, "refresh")
            )
        if model.reprint:
            text = Word("action.reprint")
            self.column.addWidget(self.button("reprint", text, Touch.REPRINT, "", Kind.SECONDARY, "printer"))
        goes_on = model.code == "no_paper" and model.good
        self.main_button(Word("action.continue" if goes_on else "action.home"), icon="ticket" if goes_on else "home")


class OutPage(Page):
    """Staff took this kiosk out of service."""

    NAME = "out"

    def build(self) -> None:
        """Fill the page."""
        self.column.addStretch(1)
        picture = Label(self.look, align=CENTRE)
        picture.setPixmap(icon("player-pause", self.look.px(90), self.look.colours.grey))
        self.column.addWidget(picture)
        self.label("title", Word("out.title"), Role.TITLE, bold=True, align=CENTRE)
        self.label("text", Word("out.text"), Role.TILE, ink="grey", align=CENTRE)
        self.column.addStretch(2)
