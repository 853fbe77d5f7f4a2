"""A paper to read, over the desk: one page at a time, or a signature. Nothing can be saved from here."""

import base64
import binascii
from typing import Any

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.look import Look
from hall.qt.tokens import Role

TALLEST = 3
"""A page is drawn at most so many times as high as wide, whatever a broken one says of itself."""


class Sheets:
    """The pages of what was handed in, drawn when they are asked for. None for what this program cannot draw."""

    def __init__(self, content: Any) -> None:
        self._picture, self._pdf, self._kept = QImage(), None, QBuffer()
        if isinstance(content, bytes):
            # Imported here: a desk that opens no paper does not load the renderer.
            from PyQt6.QtPdf import QPdfDocument

            self._kept.setData(QByteArray(content))
            self._kept.open(QIODevice.OpenModeFlag.ReadOnly)
            self._pdf = QPdfDocument(None)
            self._pdf.load(self._kept)
        elif isinstance(content, dict) and isinstance(content.get("png"), str):
            self._picture = _picture(content["png"])

    def __len__(self) -> int:
        if self._pdf is not None:
            return max(0, self._pdf.pageCount())
        return 0 if self._picture.isNull() else 1

    def drawn(self, number: int, width: int) -> QImage:
        """Draw a page, counted from 0, as wide as asked; a signature is as wide as it was drawn."""
        if self._pdf is None:
            return self._picture
        size = self._pdf.pagePointSize(number)
        height = round(width * size.height() / size.width()) if size.width() else width
        return self._pdf.render(number, QSize(width, min(height, TALLEST * width)))

    def close(self) -> None:
        """Forget everything."""
        if self._pdf is not None:
            self._pdf.close()
        self._kept.close()
        self._kept.setData(QByteArray())


class Reader(QWidget):
    """Covers its parent while open. `closed` is told when the clerk is done; `let_go` forgets what was shown."""

    closed = pyqtSignal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._name, self._number, self._sheets = "", 0, Sheets(None)
        self.setObjectName("reader")
        self._title = Label(look, Role.TITLE, bold=True)
        self._title.setObjectName("reader.title")
        self._page = QLabel()
        self._page.setObjectName("reader.page")
        self._page.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._page)
        self._before = self._button("before", "arrow-left", lambda: self._turn(-1))
        self._after = self._button("after", "arrow-right", lambda: self._turn(1))
        self._close = self._button("close", "x", self.closed.emit)
        column, row = QVBoxLayout(self), QHBoxLayout()
        margin = look.space(1.5)
        column.setContentsMargins(margin, margin, margin, margin)
        column.addWidget(self._title)
        column.addWidget(self._scroll, 1)
        for button in (self._before, self._after, self._close):
            row.addWidget(button)
        column.addLayout(row)
        self.hide()

    def read(self, name: str, content: Any) -> None:
        """Show a PDF's bytes, or a signature's JSON as plain values."""
        self.let_go()
        words, parent = self._look.words, self.parentWidget()
        assert parent is not None
        for button, word in ((self._before, "before"), (self._after, "after"), (self._close, "close")):
            button.set_texts(words(f"desk.papers_{word}"))
        self.setGeometry(parent.rect())
        self._name, self._number, self._sheets = name, 0, Sheets(content)
        self.show()
        self.raise_()
        self._turn(0)
        self.setFocus()

    def let_go(self) -> None:
        """Close, and forget every page."""
        self.hide()
        self._page.setPixmap(QPixmap())
        self._sheets.close()
        self._name, self._number, self._sheets = "", 0, Sheets(None)

    def _turn(self, by: int) -> None:
        count = len(self._sheets)
        self._number = max(0, min(count - 1, self._number + by))
        if not count:
            self._title.setText(f"{self._name} · {self._look.words('desk.papers_unreadable')}")
        else:
            page = self._sheets.drawn(self._number, self.width() - 6 * self._look.space(1.5))
            self._page.setPixmap(QPixmap.fromImage(page))
            self._title.setText(f"{self._name} · {self._number + 1}/{count}")
        self._before.setEnabled(self._number > 0)
        self._after.setEnabled(self._number + 1 < count)

    def _button(self, name: str, icon: str, act: Any) -> BigButton:
        button = BigButton(self._look, kind=Kind.QUIET, icon_name=icon)
        button.setObjectName(f"reader.{name}")
        button.clicked.connect(act)
        return button

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Close on Escape."""
        if a0 is not None and a0.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(a0)

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Hide the desk below."""
        QPainter(self).fillRect(self.rect(), QColor(self._look.colours.ground))


def _picture(png: str) -> QImage:
    try:
        return QImage.fromData(base64.b64decode(png, validate=True))
    except binascii.Error:
        return QImage()
