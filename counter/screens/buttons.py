"""The desk's buttons with their F-keys; what does not work now is grey, never gone."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QWidget

from counter.flow.actions import F_KEYS, Action
from counter.flow.model import DeskModel
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.wire.view import CounterState

KEYS = {action: key for key, action in F_KEYS.items()}
ICONS: dict[Action, str] = {
    Action.CALL_NEXT: "speakerphone",
    Action.RECALL: "volume",
    Action.NO_SHOW: "player-skip-forward",
    Action.START: "player-play",
    Action.PARK: "player-pause",
    Action.TRANSFER: "transfer",
    Action.FINISH: "circle-check",
    Action.REGISTER_CASE: "clipboard-check",
    Action.PAUSE: "coffee",
    Action.INVITE: "star",
    Action.SERVE_SLIP: "wifi-off",
}
GRID: tuple[tuple[Action, int, int, int], ...] = (
    (Action.CALL_NEXT, 0, 0, 2),
    (Action.START, 0, 2, 1),
    (Action.FINISH, 0, 3, 1),
    (Action.RECALL, 1, 0, 1),
    (Action.NO_SHOW, 1, 1, 1),
    (Action.PARK, 1, 2, 1),
    (Action.TRANSFER, 1, 3, 1),
    (Action.REGISTER_CASE, 2, 0, 1),
    (Action.INVITE, 2, 1, 1),
    (Action.PAUSE, 2, 2, 1),
    (Action.SERVE_SLIP, 2, 3, 1),
)
"""Action, row, column, columns taken."""

LEADING: dict[CounterState, Action] = {
    CounterState.FREE: Action.CALL_NEXT,
    CounterState.CALLING: Action.START,
    CounterState.SERVING: Action.FINISH,
    CounterState.PAUSED: Action.PAUSE,
}
"""The button that the state asks for; it stands out."""


class Buttons(QWidget):
    """Renders `DeskModel.enabled`; emits the name of the pressed action."""

    pressed = pyqtSignal(str)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._paused = False
        self._buttons: dict[Action, BigButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for action, row, column, columns in GRID:
            button = BigButton(look, kind=Kind.QUIET, icon_name=ICONS.get(action, ""), main=True, role=Role.BUTTON)
            button.setObjectName(f"action.{action.value}")
            button.clicked.connect(lambda _=False, action=action: self._press(action))
            grid.addWidget(button, row, column, 1, columns)
            self._buttons[action] = button
        for column in range(4):
            grid.setColumnStretch(column, 1)

    def render_model(self, model: DeskModel) -> None:
        """Show what works now."""
        words = self._look.words
        self._paused = model.state is CounterState.PAUSED
        leading = LEADING.get(model.state)
        for action, button in self._buttons.items():
            shown = self._meant(action)
            button.setEnabled(shown in model.enabled)
            button.set_kind(Kind.PRIMARY if action is leading and button.isEnabled() else Kind.QUIET)
            button.set_texts(words(f"action.{shown.value}"), KEYS.get(action, ""))

    def _meant(self, action: Action) -> Action:
        """Return the action of a button; the pause button brings the counter back."""
        return Action.UNPAUSE if action is Action.PAUSE and self._paused else action

    def _press(self, action: Action) -> None:
        self.pressed.emit(self._meant(action).value)
