"""While the kiosk works, when the slip is out, and when it cannot come out: number or case big on the screen."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QVBoxLayout

from hall.qt.kit.big_button import Kind
from hall.qt.kit.card import Card
from hall.qt.kit.countdown import Countdown
from hall.qt.kit.label import Label
from hall.qt.kit.number_board import NumberBoard
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say
from kiosk.screens.qr import qr_pixmap

CENTRE = Qt.AlignmentFlag.AlignHCenter


class WorkingPage(Page):
    """One moment, please."""

    NAME = "working"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.Working)
        self.column.addStretch(1)
        card = Card(self.look, padding=5 if self.wide else 10)
        card.body.addWidget(self.picture("printer" if model.printing else "hourglass", 70))
        self.label("text", model.text, Role.TITLE, bold=True, align=CENTRE, into=card.body)
        if model.printing:
            self.label("hint", Word("printing.hint"), Role.BODY, ink="grey", align=CENTRE, into=card.body)
        if model.slow:
            self.label("hint", Word("working.slow"), Role.BODY, ink="warn", align=CENTRE, into=card.body)
        self.column.addWidget(card)
        self.column.addStretch(2)
        if model.slow:
            self.column.addWidget(self.button("leave_waiting", Word("action.leave"), Touch.LEAVE, "", Kind.SECONDARY))


class TakePage(Page):
    """Take your slip: an arrow down to it, and the number in case it is lost at once."""

    NAME = "take"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.TakeSlip)
        self.label("title", Word(f"take.{model.kind}"), Role.TITLE, bold=True, align=CENTRE)
        left, right = self.halves()
        if model.number:
            board = NumberBoard(self.look)
            board.setObjectName("number")
            caption = Word("take.number" if model.kind in ("ticket", "reprint") else "take.case")
            board.set_texts(say(self.look, caption), model.number)
            left.addWidget(board)
        if model.rows:
            self.card(model.rows, right if self.wide else left)
        self._warning(model, left)
        for stretch in (left.addStretch, right.addStretch):
            stretch(1)
        left.addWidget(self.picture("arrow-down", 60, "good"))
        left.addStretch(1)
        self.main_button(Word("action.taken"), icon="check")

    def _warning(self, model: m.TakeSlip, into: QVBoxLayout) -> None:
        word = "take.offline" if model.offline else "take.old_dead" if model.kind == "reprint" else ""
        if word:
            self.label("text", Word(word), Role.BODY, ink="warn", bold=True, align=CENTRE, into=into)


class NumberPage(Page):
    """No paper: photograph this. The seconds run, and an unacknowledged number is given up."""

    NAME = "number"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        ink = "bad" if model.jam else "warn"
        self.label("text", model.text, Role.TILE, ink=ink, bold=True, align=CENTRE)
        left, right = self.halves(2, 1)
        beside = self.choices(left)
        board = NumberBoard(self.look)
        board.setObjectName("number")
        board.set_texts(say(self.look, Word("take.case" if model.case else "take.number")), model.number)
        beside.addWidget(board, 1)
        if model.qr:
            self._qr(model.qr, right if self.wide else left)
        if model.rows:
            self.card(model.rows, beside if self.wide else left)
        for half in (left, right) if self.wide else (left,):
            half.addStretch(1)
        self._seconds = Countdown(self.look, diameter_mm=24)
        self._seconds.setObjectName("seconds")
        self._most = model.seconds
        self._seconds.set_seconds(model.seconds, self._most)
        into = self.choices()
        (into if self.wide else right).addWidget(self._seconds, 0, CENTRE)
        if model.reprint:
            key = Word("action.print" if model.case else "action.reprint")
            into.addWidget(self.button("reprint", key, Touch.REPRINT, "", Kind.SECONDARY, "printer"))
        into.addWidget(self.button("next", Word("action.noted"), Touch.NEXT, icon="check"))

    def follow(self) -> None:
        """Count on in place; build anew when the printer works again."""
        model, built = self._model(), self._built
        if built is not None and (model.number, model.reprint, model.text) == built:
            self._seconds.set_seconds(model.seconds, self._most)
        else:
            super().follow()
        self._built = (model.number, model.reprint, model.text)

    _built: tuple[object, ...] | None = None

    def _qr(self, text: str, into: QVBoxLayout) -> None:
        card = Card(self.look)
        picture = Label(self.look, align=CENTRE)
        picture.setObjectName("qr")
        picture.setPixmap(qr_pixmap(text, self.look.px(80 if self.wide else 110)))
        card.body.addWidget(picture)
        self.label("hint", Word("number.scan"), Role.CAPTION, ink="grey", align=CENTRE, into=card.body)
        into.addWidget(card)

    def _model(self) -> m.NumberModel:
        assert isinstance(self.model, m.NumberModel)
        return self.model
