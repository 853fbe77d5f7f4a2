"""One device on the technician's screen: what it is, how it is now, and the button to its test."""

from PyQt6.QtWidgets import QHBoxLayout

from field.touch.state import DeviceRow
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, tone_of
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.words.lines import line_in


class DeviceCard(Card):
    """Follows its device's state without being built anew: a finger may lie on its button. `test` is the button."""

    def __init__(self, look: Look, row: DeviceRow) -> None:
        super().__init__(look, padding=1.5)
        line = QHBoxLayout()
        name = Label(look, Role.BODY, bold=True)
        name.setText(row.name)
        self._pill = StatusPill(look)
        line.addWidget(name, 1)
        line.addWidget(self._pill)
        self.body.addLayout(line)
        about = Label(look, Role.CAPTION, ink="grey", wrap=True)
        about.setText(f"{look.words(f'family.{row.kind}')} · {row.model} · {row.address}")
        self.body.addWidget(about)
        self._reason = Label(look, Role.CAPTION, wrap=True)
        self._reason.setObjectName(f"reason_{row.name}")
        self.body.addWidget(self._reason)
        self.test = BigButton(look, look.words("field.test_it"), Kind.SECONDARY)
        self.test.setObjectName(f"device_{row.name}")
        self.body.addWidget(self.test)
        self.follow(row)

    def follow(self, row: DeviceRow) -> None:
        """Show the device as it is now."""
        word = row.status.word.value
        self._pill.set_state(self._look.words(f"status.{word}"), tone_of(word))
        self._reason.setText(line_in(self._look.words.language, row.status.reason))
        self._reason.setVisible(bool(row.status.reason))
