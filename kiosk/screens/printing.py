"""While the kiosk works, when the slip is out, and when it cannot come out: number or case big on the screen."""

from PyQt6.QtCore import Qt

from hall.qt.icons import icon
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
        card = Card(self.look, padding=10)
        picture = Label(self.look, align=CENTRE)
        name = "printer" if model.printing else "hourglass"
        picture.setPixmap(icon(name, self.look.px(70), self.look.colours.accent))
        card.body.addWidget(picture)
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
        if model.number:
            board = NumberBoard(self.look)
            board.setObjectName("number")
            caption = Word("take.number" if model.kind in ("ticket", "reprint") else "take.case")
            board.set_texts(say(self.look, caption), model.number)
            self.column.addWidget(board)
        if model.rows:
            self.card(model.rows)
        if model.offline:
            self.label("text", Word("take.offline"), Role.BODY, ink="warn", bold=True, align=CENTRE)
        if model.kind == "reprint":
            self.label("text", Word("take.old_dead"), Role.BODY, ink="warn", bold=True, align=CENTRE)
        self.column.addStretch(1)
        arrow = Label(self.look, align=CENTRE)
        arrow.setPixmap(icon("arrow-down", self.look.px(60), self.look.colours.good))
        self.column.addWidget(arrow)
        self.column.addStretch(1)
        self.main_button(Word("action.taken"), icon="check")


class NumberPage(Page):
    """No paper: photograph this. The seconds run, and an unacknowledged number is given up."""

    NAME = "number"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        ink = "bad" if model.jam else "warn"
        self.label("text", model.text, Role.TILE, ink=ink, bold=True, align=CENTRE)
        board = NumberBoard(self.look)
        board.setObjectName("number")
        board.set_texts(say(self.look, Word("take.case" if model.case else "take.number")), model.number)
        self.column.addWidget(board)
        if model.qr:
            self._qr(model.qr)
        if model.rows:
            self.card(model.rows)
        self.column.addStretch(1)
        self._seconds = Countdown(self.look, diameter_mm=24)
        self._seconds.setObjectName("seconds")
        self._most = model.seconds
        self._seconds.set_seconds(model.seconds, self._most)
        self.column.addWidget(self._seconds, 0, CENTRE)
        if model.reprint:
            key = Word("action.print" if model.case else "action.reprint")
            self.column.addWidget(self.button("reprint", key, Touch.REPRINT, "", Kind.SECONDARY, "printer"))
        self.main_button(Word("action.noted"), icon="check")

    def follow(self) -> None:
        """Count on in place; build anew when the printer works again."""
        model, built = self._model(), self._built
        if built is not None and (model.number, model.reprint, model.text) == built:
            self._seconds.set_seconds(model.seconds, self._most)
        else:
            super().follow()
        self._built = (model.number, model.reprint, model.text)

    _built: tuple[object, ...] | None = None

    def _qr(self, text: str) -> None:
        card = Card(self.look)
        picture = Label(self.look, align=CENTRE)
        picture.setObjectName("qr")
        picture.setPixmap(qr_pixmap(text, self.look.px(110)))
        card.body.addWidget(picture)
        self.label("hint", Word("number.scan"), Role.CAPTION, ink="grey", align=CENTRE, into=card.body)
        self.column.addWidget(card)

    def _model(self) -> m.NumberModel:
        assert isinstance(self.model, m.NumberModel)
        return self.model
