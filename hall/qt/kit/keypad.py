"""Our own keys on the screen: digits with X for ID numbers, or letters.

The Qt wheel ships no virtual keyboard, and no flow asks for Chinese text.
"""

from enum import StrEnum

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.look import Look
from hall.qt.tokens import Role


class Keys(StrEnum):
    """Which keys are offered."""

    DIGITS = "digits"
    ID_NUMBER = "id_number"
    LETTERS = "letters"


ROWS: dict[Keys, tuple[str, ...]] = {
    Keys.DIGITS: ("123", "456", "789", "<0>"),
    Keys.ID_NUMBER: ("123", "456", "789", "X0<"),
    Keys.LETTERS: ("1234567890", "QWERTYUIOP", "ASDFGHJKL-", "ZXCVBNM<>"),
}
"""``<`` deletes the last character, ``>`` confirms."""


class Keypad(QWidget):
    """A grid of keys.

    Signals: `typed(str)` one character; `deleted()`; `confirmed()`. Object names of keys are ``key_5``, ``key_X``,
    ``key_delete``, ``key_confirm``.
    """

    typed = pyqtSignal(str)
    deleted = pyqtSignal()
    confirmed = pyqtSignal()

    def __init__(self, look: Look, keys: Keys = Keys.ID_NUMBER, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._grid = QGridLayout(self)
        self._buttons: dict[str, BigButton] = {}
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._build(keys)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take gaps and words from the look."""
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(self._look.space(0.25))
        if "<" in self._buttons:
            self._buttons["<"].setAccessibleName(self._look.words("keypad.delete"))
        if ">" in self._buttons:
            self._buttons[">"].set_texts(self._look.words("keypad.confirm"))

    def set_keys(self, keys: Keys) -> None:
        """Show other keys."""
        for button in self._buttons.values():
            button.setParent(None)
            button.deleteLater()
        self._buttons.clear()
        self._build(keys)
        self.restyle()

    def _build(self, keys: Keys) -> None:
        # Rows of unlike length share one width: columns in units of the longest row.
        rows = ROWS[keys]
        span = 2
        longest = max(len(row) for row in rows) * span
        for line, row in enumerate(rows):
            wide = longest // len(row)
            for place, key in enumerate(row):
                last = place == len(row) - 1
                columns = longest - wide * (len(row) - 1) if last else wide
                self._grid.addWidget(self._key(key), line, place * wide, 1, columns)

    def _key(self, key: str) -> BigButton:
        kind = {"<": Kind.SECONDARY, ">": Kind.PRIMARY}.get(key, Kind.QUIET)
        picture = "backspace" if key == "<" else ""
        role = Role.BUTTON if key == ">" else Role.TILE
        button = BigButton(self._look, "" if key in "<>" else key, kind, picture, self, role=role, shrinks=True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setObjectName({"<": "key_delete", ">": "key_confirm"}.get(key, f"key_{key}"))
        button.clicked.connect(lambda: self._pressed(key))
        self._buttons[key] = button
        return button

    def _pressed(self, key: str) -> None:
        if key == "<":
            self.deleted.emit()
        elif key == ">":
            self.confirmed.emit()
        else:
            self.typed.emit(key)
