"""The desk's foot: one pill a device, the hub, and the day's own figures."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from counter.flow.model import DeskModel
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone, tone_of
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.words.lines import line_in


class Foot(QWidget):
    """Renders devices and figures of `DeskModel`; `papers` is pressed to look at what a case's citizen handed in."""

    papers = pyqtSignal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._hub = StatusPill(look, self)
        self._hub.setObjectName("pill.hub")
        self._pills: dict[str, StatusPill] = {}
        self._figures = Label(look, Role.CAPTION, ink="grey")
        self._figures.setObjectName("figures")
        self._row = QHBoxLayout(self)
        side = look.space(2.5)
        self._row.setContentsMargins(side, look.space(1), side, look.space(1.5))
        self._row.setSpacing(look.space(1.5))
        self._row.addWidget(self._hub)
        self._papers = BigButton(look, kind=Kind.QUIET, icon_name="file-text")
        self._papers.setObjectName("papers")
        self._papers.clicked.connect(self.papers.emit)
        self._row.addStretch(1)
        self._row.addWidget(self._papers)
        self._row.addWidget(self._figures)

    def render_model(self, model: DeskModel) -> None:
        """Show what is there and what is not."""
        words = self._look.words
        hub, tone = _hub_state(model)
        self._hub.set_state(f"{words('hub.name')} · {words(hub)}", tone)
        for name, status in model.devices:
            key = f"device.{name}"
            text = f"{words(key) if key in words else name} · {words(f'status.{status.word.value}')}"
            self._pill(name).set_state(text, tone_of(status.word.value))
            self._pill(name).setToolTip(line_in(words.language, status.reason))
        self._papers.set_texts(words("desk.papers"))
        self._papers.setVisible(model.clerk is not None)
        self._papers.setEnabled(not model.away)
        served, rated = words("desk.served", n=model.served), words("desk.rated", n=model.rated)
        self._figures.setText(f"{served}　{rated}")

    def _pill(self, name: str) -> StatusPill:
        if name not in self._pills:
            pill = StatusPill(self._look, self)
            pill.setObjectName(f"pill.{name}")
            pill.set_state(name, Tone.PLAIN)
            self._row.insertWidget(1 + len(self._pills), pill)
            self._pills[name] = pill
        return self._pills[name]


def _hub_state(model: DeskModel) -> tuple[str, Tone]:
    """Return the word and tone of the hub's pill."""
    if not (model.met or model.away):
        return "hub.connecting", Tone.PLAIN
    state = "offline" if model.away else "ready"
    return f"status.{state}", tone_of(state)
