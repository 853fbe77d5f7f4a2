"""Who waits for this counter, and who is parked here: at most what fits, earliest first."""

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from counter.flow.actions import Action
from counter.flow.model import DeskModel, WaitingRow
from counter.screens.paper import Paper
from hall.domain.ticket import Priority
from hall.qt.kit.label import Label
from hall.qt.kit.surface import paint_plate
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role
from hall.words.catalogue import pick

MOST_WAITING = 8
MOST_PARKED = 3
LEVEL_INK = {"ok": "grey", "notice": "warn", "alarm": "bad"}


class Row(QAbstractButton):
    """One ticket of a list; a press chooses it."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.row: WaitingRow | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_row(self, row: WaitingRow, name: str) -> None:
        """Show a ticket."""
        self.row = row
        self.setObjectName(name)
        self.setAccessibleName(row.number)
        self.setVisible(True)
        self.update()

    def sizeHint(self) -> QSize:
        """Return one target's height."""
        return QSize(self._look.px(60), self._look.tokens.target)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Paint number, item, kind and minutes."""
        if self.row is None:
            return
        painter, look, row = QPainter(self), self._look, self.row
        box = QRectF(self.rect())
        if self.isDown() or (self.underMouse() and self.isEnabled()):
            paint_plate(painter, box, look.colour("soft"), look.space(2))
        pad = look.space(1.5)
        number = box.adjusted(pad, 0, 0, 0)
        number.setWidth(box.width() * 0.24)
        self._words(painter, number, row.number, Role.TILE, "accent", bold=True)
        minutes = box.adjusted(box.width() * 0.80, 0, -pad, 0)
        text = look.words("desk.minutes", n=row.minutes)
        self._words(painter, minutes, text, Role.BODY, LEVEL_INK[row.level], align=Qt.AlignmentFlag.AlignRight)
        middle = box.adjusted(pad + box.width() * 0.25, 0, -box.width() * 0.21, 0)
        item = pick(row.names, look.language)
        if row.priority is not Priority.NORMAL:
            item = f"{look.words(f'priority.{row.priority.value}')} · {item}"
        self._words(painter, middle, item, Role.BODY, "ink" if row.priority is Priority.NORMAL else "warn")

    def _words(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        role: Role,
        ink: str,
        *,
        bold: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(fitted(text, self._look.font(role, bold), int(box.width()), smallest=0.7))
        painter.setPen(self._look.colour(ink))
        painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, text)


class WaitingCard(Paper):
    """Renders the two lists of `DeskModel`."""

    call_chosen = pyqtSignal(str)
    """A number of the waiting list was chosen."""
    take_back = pyqtSignal(str)
    """A parked ticket's uid was chosen."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._count = Label(look, Role.TILE, bold=True)
        self._count.setObjectName("waiting.count")
        self._parked_count = Label(look, Role.BUTTON, bold=True, ink="warn")
        self._parked_count.setObjectName("parked.count")
        self._waiting = [Row(look, self) for _ in range(MOST_WAITING)]
        self._parked = [Row(look, self) for _ in range(MOST_PARKED)]
        for row in self._waiting:
            row.clicked.connect(lambda _=False, row=row: self._choose(row))
        for row in self._parked:
            row.clicked.connect(lambda _=False, row=row: self._take_back(row))
        column = QVBoxLayout(self)
        column.setContentsMargins(self.margin, self.margin, self.margin, self.margin)
        column.setSpacing(0)
        for widget in (self._count, *self._waiting):
            column.addWidget(widget)
        column.addStretch(1)
        for widget in (self._parked_count, *self._parked):
            column.addWidget(widget)

    def render_model(self, model: DeskModel) -> None:
        """Show both lists."""
        words = self._look.words
        waiting = len(model.waiting)
        self._count.setText(words("desk.waiting", n=waiting) if waiting else words("desk.waiting_none"))
        self._parked_count.setText(words("desk.parked", n=len(model.parked)))
        self._parked_count.setVisible(bool(model.parked))
        _fill(self._waiting, model.waiting, "waiting", Action.CALL_CHOSEN in model.enabled)
        _fill(self._parked, model.parked, "parked", Action.RESUME in model.enabled)

    def _choose(self, row: Row) -> None:
        if row.row is not None:
            self.call_chosen.emit(row.row.number)

    def _take_back(self, row: Row) -> None:
        if row.row is not None:
            self.take_back.emit(row.row.uid)


def _fill(rows: list[Row], tickets: tuple[WaitingRow, ...], list_name: str, enabled: bool) -> None:
    for index, row in enumerate(rows):
        if index < len(tickets):
            row.show_row(tickets[index], f"{list_name}.{tickets[index].number}")
            row.setEnabled(enabled)
        else:
            row.row = None
            row.hide()
