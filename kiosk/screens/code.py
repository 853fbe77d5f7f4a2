"""A resume code: to note, or to type."""

from PyQt6.QtCore import Qt

from hall.qt.kit.keypad import Keys
from hall.qt.kit.number_board import NumberBoard
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.models import Word
from kiosk.screens.keys import TypedLine, keypad
from kiosk.screens.page import Page, say


def grouped(code: str) -> str:
    """Return a code in groups of four, as people read numbers to each other."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


class CodePage(Page):
    """The code big, or a line with keys."""

    NAME = "code"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self._typed: TypedLine | None = None
        if model.given:
            self._given(model)
        elif not model.busy or model.typed:
            self._entry(model)

    def follow(self) -> None:
        """Show what was typed."""
        model = self._model()
        if self._typed is None or model.given:
            super().follow()
            return
        self._typed.show_text(grouped(model.typed) or " ")
        self._problem.setText(say(self.look, model.problem))
        self._problem.setVisible(model.problem is not None)

    def _model(self) -> m.CodeModel:
        assert isinstance(self.model, m.CodeModel)
        return self.model

    def _given(self, model: m.CodeModel) -> None:
        self.title(Word("resume.given"))
        board = NumberBoard(self.look)
        board.setObjectName("number")
        board.set_texts("", grouped(model.given))
        self.column.addWidget(board)
        self.label("text", Word("resume.given_text"), Role.BODY, align=Qt.AlignmentFlag.AlignHCenter)
        self.column.addStretch(1)
        self.main_button(Word("action.noted"), icon="check")

    def _entry(self, model: m.CodeModel) -> None:
        self.title(Word("resume.enter"))
        self._problem = self.label("problem", model.problem, Role.BODY, ink="bad", bold=True)
        left, right = self.halves()
        left.addStretch(1)
        self._typed = TypedLine(self.look)
        self._typed.show_text(grouped(model.typed) or " ")
        left.addWidget(self._typed)
        right.addWidget(keypad(self.look, Keys.DIGITS, self.emit))
        self.main_button(Word("action.next"), into=left if self.wide else right)
