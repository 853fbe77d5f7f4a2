"""Sign in: clerk id and PIN. The PIN leaves the widget with the press and is wiped from it."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from counter.flow.actions import Action
from counter.flow.model import DeskModel
from counter.screens.paper import Paper
from hall.qt.kit.big_button import BigButton
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.look import Look
from hall.qt.tokens import Role


class SignInPage(QWidget):
    """Emits `sign_in(clerk, pin)`."""

    sign_in = pyqtSignal(str, str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._title = Label(look, Role.TITLE, bold=True)
        self._hint = Label(look, Role.BODY, ink="grey", wrap=True)
        self._clerk = QLineEdit()
        self._clerk.setObjectName("sign_in.clerk")
        self._pin = QLineEdit()
        self._pin.setObjectName("sign_in.pin")
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._go = BigButton(look, main=True, icon_name="login")
        self._go.setObjectName("sign_in.go")
        self._message = StatusPill(look, self, Role.BODY)
        self._message.setObjectName("sign_in.message")
        self._go.clicked.connect(self._press)
        self._pin.returnPressed.connect(self._press)
        self._clerk.returnPressed.connect(self._pin.setFocus)
        self._lay_out()

    def _lay_out(self) -> None:
        paper = Paper(self._look, self)
        paper.setFixedWidth(self._look.px(120))
        column = QVBoxLayout(paper)
        margin = paper.margin + self._look.space(2)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(self._look.space(2))
        for widget in (self._title, self._hint, self._clerk, self._pin, self._go, self._message):
            column.addWidget(widget)
        page = QVBoxLayout(self)
        page.addStretch(1)
        page.addWidget(paper, alignment=Qt.AlignmentFlag.AlignHCenter)
        page.addStretch(2)

    def render_model(self, model: DeskModel) -> None:
        """Show the words, and what the last try said."""
        words = self._look.words
        self._title.setText(words("desk.sign_in"))
        self._hint.setText(words("desk.sign_in_hint"))
        self._clerk.setPlaceholderText(words("desk.clerk_id"))
        self._pin.setPlaceholderText(words("desk.pin"))
        self._go.set_texts(words("action.sign_in"))
        self._go.setEnabled(Action.SIGN_IN in model.enabled)
        said = model.message
        self._message.setVisible(said is not None)
        if said is not None:
            key = said.word if said.word.startswith("refusal.") else f"message.{said.word}"
            self._message.set_state(words(key, **said.arguments), Tone.BAD if said.trouble else Tone.PLAIN)

    def _press(self) -> None:
        clerk, pin = self._clerk.text().strip(), self._pin.text()
        self._pin.clear()
        if clerk and pin:
            self.sign_in.emit(clerk, pin)
