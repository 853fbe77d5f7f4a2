"""A line for what is typed, over our own keys."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from hall.qt.kit.keypad import Keypad, Keys
from hall.qt.kit.label import Label
from hall.qt.kit.surface import paint_surface
from hall.qt.look import Look
from hall.qt.tokens import Role
from kiosk.flow.causes import Touch
from kiosk.flow.forms import ERASE
from kiosk.screens.page import Emit

KEYS = {"digits": Keys.DIGITS, "phone": Keys.DIGITS, "id": Keys.ID_NUMBER, "code": Keys.LETTERS}
"""The form's keypads as the kit names them."""


class TypedLine(QWidget):
    """What was typed so far, big and spaced."""

    def __init__(self, look: Look, name: str = "typed") -> None:
        super().__init__()
        self._look = look
        self.text = Label(look, Role.TITLE, bold=True, align=Qt.AlignmentFlag.AlignCenter)
        self.text.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(look.space(1), 0, look.space(1), 0)
        column.addWidget(self.text)
        self.setMinimumHeight(look.tokens.target)

    def show_text(self, text: str) -> None:
        """Show it."""
        self.text.setText(text)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the box."""
        accent = self._look.colour("accent")
        paint_surface(
            QPainter(self), self._look, QRectF(self.rect()).adjusted(2, 2, -2, -2), border=accent, shadow=False
        )


def keypad(look: Look, keys: Keys, emit: Emit) -> Keypad:
    """Return our keys, handing on each touch."""
    made = Keypad(look, keys)
    made.typed.connect(lambda key: emit(Touch.KEY, key))
    made.deleted.connect(lambda: emit(Touch.KEY, ERASE))
    made.confirmed.connect(lambda: emit(Touch.NEXT, ""))
    return made
