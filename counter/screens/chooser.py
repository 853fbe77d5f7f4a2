"""One question over the desk: where to, which item, why away, which slip. Never a window of its own."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from counter.screens.paper import Paper
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.look import Look
from hall.qt.tokens import Role

COLUMNS = 2
VEIL = 110
"""Opacity (0..255) of what lies below."""

Answer = Callable[[str, str], None]
"""Called with the chosen value and the typed text (empty where nothing can be typed)."""


class Chooser(QWidget):
    """Covers its parent while open. `ask` opens it; Escape or Cancel closes it without an answer."""

    cancelled = pyqtSignal()
    """The clerk closed it without an answer."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._answer: Answer | None = None
        self.setObjectName("chooser")
        self._paper = Paper(look, self)
        self._paper.setMinimumWidth(look.px(140))
        self._title = Label(look, Role.TITLE, bold=True, wrap=True)
        self._text = QLineEdit()
        self._text.setObjectName("chooser.text")
        self._grid = QGridLayout()
        self._cancel = BigButton(look, kind=Kind.QUIET, icon_name="x")
        self._cancel.setObjectName("chooser.cancel")
        self._cancel.clicked.connect(self._cancelled)
        column = QVBoxLayout(self._paper)
        margin = self._paper.margin + look.space(1)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(self._grid)
        column.addWidget(self._cancel)
        page = QVBoxLayout(self)
        page.addStretch(1)
        page.addWidget(self._paper, alignment=Qt.AlignmentFlag.AlignHCenter)
        page.addStretch(1)
        self.hide()

    def ask(self, title: str, options: Sequence[tuple[str, str]], answer: Answer, typed: str | None = None) -> None:
        """Open with (value, text) options; `typed` is the hint of a text field, None for none."""
        self._answer = answer
        self._title.setText(title)
        self._text.clear()
        self._text.setVisible(typed is not None)
        self._text.setPlaceholderText(typed or "")
        self._cancel.set_texts(self._look.words("action.cancel"))
        self._clear()
        for index, (value, text) in enumerate(options):
            self._grid.addWidget(self._option(value, text), index // COLUMNS, index % COLUMNS)
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        (self._text if typed is not None else self).setFocus()

    def close_unanswered(self) -> None:
        """Close; nothing was chosen."""
        self._answer = None
        self.hide()

    def _cancelled(self) -> None:
        self.close_unanswered()
        self.cancelled.emit()

    def _option(self, value: str, text: str) -> BigButton:
        button = BigButton(self._look, text, Kind.SECONDARY, main=True)
        button.setObjectName(f"chooser.{value}")
        button.clicked.connect(lambda: self._choose(value))
        return button

    def _choose(self, value: str) -> None:
        answer, typed = self._answer, self._text.text().strip()
        self.close_unanswered()
        if answer is not None:
            answer(value, typed)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                # Names must be unique for whoever looks for them, and deletion comes later.
                widget.setObjectName("")
                widget.hide()
                widget.deleteLater()

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Close on Escape."""
        if a0 is not None and a0.key() == Qt.Key.Key_Escape:
            self._cancelled()
        else:
            super().keyPressEvent(a0)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Dim what lies below."""
        veil = QColor(self._look.colours.ink if self._look.colours.border_px <= 2 else "#000000")
        veil.setAlpha(VEIL)
        QPainter(self).fillRect(self.rect(), veil)
