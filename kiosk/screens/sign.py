"""A field to sign in: with a finger on the glass, or on the pad, whose strokes appear here as they are drawn."""

from collections.abc import Callable

import msgspec
from PyQt6.QtCore import QElapsedTimer, QPointF, QRectF
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from hall.domain.signature import Point
from hall.qt.ink import paint_stroke
from hall.qt.kit.big_button import Kind
from hall.qt.kit.card import Card
from hall.qt.look import Look
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say

Stroke = tuple[Point, ...]
MOST = 5_000
"""Points of one stroke; a hand that rests on the glass writes no more."""


class InkField(QWidget):
    """White paper with a line to write on. `drawn` is called with each stroke when the finger is lifted."""

    def __init__(self, look: Look, aspect: float, drawn: Callable[[Stroke], None]) -> None:
        super().__init__()
        self.setObjectName("ink")
        self._look, self._aspect, self._drawn = look, aspect, drawn
        self._strokes: tuple[Stroke, ...] = ()
        self._pen: Stroke = ()
        self._own: list[Point] = []
        self._clock = QElapsedTimer()
        self._clock.start()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(look.px(60))

    def show_strokes(self, strokes: tuple[Stroke, ...], aspect: float) -> None:
        """Show what is taken already."""
        self._strokes, self._aspect = strokes, aspect
        if not strokes:
            self._clock.restart()
        self.update()

    def show_pen(self, stroke: Stroke) -> None:
        """Show the stroke that is being drawn on the pad."""
        self._pen = stroke
        self.update()

    def _paper(self) -> QRectF:
        """The part that is written on: as wide as fits with the field's shape."""
        wide = min(float(self.width()), self.height() / self._aspect)
        return QRectF((self.width() - wide) / 2, (self.height() - wide * self._aspect) / 2, wide, wide * self._aspect)

    def _point(self, at: QPointF) -> Point:
        paper = self._paper()
        x, y = (at.x() - paper.x()) / paper.width(), (at.y() - paper.y()) / paper.width()
        return Point(
            round(min(1.0, max(0.0, x)), 4),
            round(min(self._aspect, max(0.0, y)), 4),
            at_ms=self._clock.elapsed(),
        )

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Begin a stroke."""
        if event is not None and self.isEnabled():
            self._own = [self._point(event.position())]
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Go on with it."""
        if event is not None and self._own and len(self._own) < MOST:
            self._own.append(self._point(event.position()))
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        """Hand it on."""
        stroke, self._own = tuple(self._own), []
        if stroke:
            self._drawn(stroke)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint paper, line and ink. White in every theme, as the picture that is kept will be."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paper = self._paper()
        painter.fillRect(paper, QColor("white"))
        painter.setPen(QPen(QColor(self._look.colours.line), self._look.px(0.6)))
        painter.drawRect(paper)
        low = paper.top() + paper.height() * 0.78
        painter.drawLine(QPointF(paper.left() + paper.width() * 0.06, low), QPointF(paper.right() * 0.94, low))
        painter.setClipRect(paper)
        painter.translate(paper.topLeft())
        for stroke in (*self._strokes, self._pen, tuple(self._own)):
            paint_stroke(painter, stroke, paper.width(), QColor("#10243e"))


class SignPage(Page):
    """What is signed, the field, and the two buttons."""

    NAME = "sign"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self.title(model.title)
        texts, paper = self.halves(2, 3, above=0, below=1)
        card = Card(self.look)
        add = self.leaves("text", card.body)
        add(self.text("text", model.text, Role.BODY))
        texts.addWidget(card)
        hint = Word("sign.pad" if model.pad else "sign.glass")
        self.label("hint", hint, Role.BODY, ink="grey", into=texts)
        self._field = InkField(self.look, model.aspect, self._drawn)
        paper.addWidget(self._field, 1)
        self._problem = self.label("problem", model.problem, Role.BODY, ink="bad", bold=True, into=paper)
        if self.wide:
            texts.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(self.look.space(2))
        self._clear = self.button("clear", Word("action.clear"), Touch.CLEAR, "", Kind.SECONDARY, "refresh")
        self._next = self.button("next", Word("action.signed"), Touch.NEXT, icon="check")
        row.addWidget(self._clear, 1)
        row.addWidget(self._next, 2)
        self.column.addLayout(row)
        self._show()

    def follow(self) -> None:
        """Show newer strokes in place: a stroke that is being drawn must not be cut off."""
        self._show()

    def pen_changed(self) -> None:
        """The pad's stroke went on."""
        self._field.show_pen(self.pictures.pen)

    def _show(self) -> None:
        model = self._model()
        self._field.show_strokes(model.strokes, model.aspect)
        self._field.setEnabled(not model.busy)
        self._problem.setText(say(self.look, model.problem))
        self._problem.setVisible(model.problem is not None)
        self._clear.setEnabled(bool(model.strokes) and not model.busy)
        self._next.setEnabled(bool(model.strokes) and not model.busy)

    def _drawn(self, stroke: Stroke) -> None:
        self.emit(Touch.INK, msgspec.json.encode(stroke).decode())

    def _model(self) -> m.SignModel:
        assert isinstance(self.model, m.SignModel)
        return self.model
