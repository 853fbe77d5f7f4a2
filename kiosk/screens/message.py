"""What happened, what to do now, and a small code for staff; never a traceback. Also: a kiosk out of service."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QBoxLayout, QVBoxLayout

from hall.qt.kit.big_button import Kind
from hall.qt.kit.card import Card
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
        card = Card(self.look, padding=4 if self.wide else 8)
        directions = QBoxLayout.Direction
        beside = QBoxLayout(directions.LeftToRight if self.wide else directions.TopToBottom)
        beside.setSpacing(self.look.space(4 if self.wide else 1.5))
        card.body.addLayout(beside)
        beside.addWidget(self.picture(model.icon, 60, "accent" if model.good else "warn"))
        texts = QVBoxLayout()
        beside.addLayout(texts, 1)
        align = Qt.AlignmentFlag.AlignLeft if self.wide else CENTRE
        self.label("title", model.title, Role.TITLE, bold=True, align=align, into=texts)
        self.label("text", model.text, Role.TILE, align=align, into=texts)
        if model.number:
            board = NumberBoard(self.look, framed=False)
            board.setObjectName("number")
            board.set_texts(say(self.look, Word("message.held")), model.number)
            beside.addWidget(board, 1)
        if model.code and not model.good:
            code = Word("message.code", {"code": model.code})
            self.label("code", code, Role.CAPTION, ink="grey", align=CENTRE, into=card.body)
        self.column.addWidget(card)
        self.column.addStretch(2)
        self._buttons(model)

    def _buttons(self, model: m.Message) -> None:
        into = self.choices()
        if model.retry:
            into.addWidget(self.button("retry", Word("action.retry"), Touch.RETRY, "", Kind.SECONDARY, "refresh"))
        if model.reprint:
            text = Word("action.reprint")
            into.addWidget(self.button("reprint", text, Touch.REPRINT, "", Kind.SECONDARY, "printer"))
        goes_on = model.code == "no_paper" and model.good
        word, picture = ("action.continue", "ticket") if goes_on else ("action.home", "home")
        into.addWidget(self.button("next", Word(word), Touch.NEXT, icon=picture))


class OutPage(Page):
    """Staff took this kiosk out of service."""

    NAME = "out"

    def build(self) -> None:
        """Fill the page."""
        self.column.addStretch(1)
        self.column.addWidget(self.picture("player-pause", 90, "grey"))
        self.label("title", Word("out.title"), Role.TITLE, bold=True, align=CENTRE)
        self.label("text", Word("out.text"), Role.TILE, ink="grey", align=CENTRE)
        self.column.addStretch(2)
