"""The visitor at this counter: number, item, badges, and one line of what just happened."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter.flow.model import CurrentTicket, DeskModel
from counter.screens.paper import Paper
from hall.domain.ticket import Priority
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.words.catalogue import pick


class CurrentCard(Paper):
    """Renders `DeskModel.current` and `DeskModel.message`."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(look, parent)
        self._title = Label(look, Role.CAPTION, ink="grey")
        self._number = Label(look, Role.NUMBER, ink="accent", bold=True, factor=1.3)
        self._number.setObjectName("current.number")
        self._item = Label(look, Role.TITLE, bold=True)
        self._item.setObjectName("current.item")
        self._note = Label(look, Role.BODY, ink="grey", wrap=True)
        self._note.setObjectName("current.note")
        self._badges = {name: StatusPill(look, self) for name in ("priority", "cases", "calls", "minutes")}
        for name, badge in self._badges.items():
            badge.setObjectName(f"current.{name}")
        self._message = StatusPill(look, self, Role.BODY)
        self._message.setObjectName("message")
        self._lay_out()

    def _lay_out(self) -> None:
        badges = QHBoxLayout()
        badges.setSpacing(self._look.space(1.5))
        for badge in self._badges.values():
            badges.addWidget(badge)
        badges.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(self.margin, self.margin, self.margin, self.margin)
        column.setSpacing(self._look.space(1))
        column.addWidget(self._title)
        column.addWidget(self._number)
        column.addWidget(self._item)
        column.addLayout(badges)
        column.addWidget(self._note)
        column.addStretch(1)
        column.addWidget(self._message, alignment=Qt.AlignmentFlag.AlignLeft)

    def render_model(self, model: DeskModel) -> None:
        """Show the visitor, or that there is none."""
        words = self._look.words
        self._title.setText(words("desk.current"))
        if model.current is None:
            self._number.setText("—")
            self._item.setText(words("desk.nobody"))
            self._note.setText(words("desk.nobody_hint"))
            for badge in self._badges.values():
                badge.hide()
        else:
            self._show_ticket(model.current)
        self._show_message(model)

    def _show_ticket(self, ticket: CurrentTicket) -> None:
        words = self._look.words
        self._number.setText(ticket.number)
        self._item.setText(pick(ticket.names, self._look.language))
        self._note.setText(f"{words('desk.note')}: {ticket.note}" if ticket.note else "")
        priority = ticket.priority is not Priority.NORMAL
        self._badge("priority", priority, words(f"priority.{ticket.priority.value}"), Tone.WARN)
        done, total = ticket.registered, ticket.cases
        # A runner's pile is often larger than what the kiosk was told; then only what is done counts.
        cases = words("desk.cases", done=done, all=total) if total > 1 else words("desk.cases_done", done=done)
        self._badge("cases", bool(done) or total > 1, cases, Tone.PLAIN)
        self._badge("calls", ticket.calls > 0, words("desk.calls", n=ticket.calls), Tone.PLAIN)
        self._badge("minutes", True, words("desk.minutes", n=ticket.minutes), Tone.PLAIN)

    def _badge(self, name: str, shown: bool, text: str, tone: Tone) -> None:
        self._badges[name].set_state(text, tone)
        self._badges[name].setVisible(shown)

    def _show_message(self, model: DeskModel) -> None:
        said = model.message
        self._message.setVisible(said is not None)
        if said is None:
            return
        words = self._look.words
        key = said.word if said.word.startswith("refusal.") else f"message.{said.word}"
        arguments = dict(said.arguments)
        if "action" in arguments:
            arguments["action"] = words(f"action.{arguments['action']}")
        self._message.set_state(words(key, **arguments), Tone.BAD if said.trouble else Tone.GOOD)
