"""The technician's screen drawn: one page for each place, rebuilt when its state became another one."""

from collections.abc import Callable

import msgspec
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QAbstractScrollArea, QGridLayout, QHBoxLayout, QScrollArea, QScroller, QVBoxLayout, QWidget

from field.examine.finding import Colour
from field.touch.device_card import DeviceCard
from field.touch.state import Line, Place, State, Touch
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.header import Header
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.words.lines import line_in

Emit = Callable[[Touch, str], None]
LEVELS = ("internal", "external", "interactive")
TONES = {Colour.GREEN: Tone.GOOD, Colour.AMBER: Tone.WARN, Colour.RED: Tone.BAD}


class TouchWindow(QWidget):
    """Head, a page that can be drawn up and down by a finger, and the actions at the foot."""

    def __init__(self, look: Look, unit: str, emit: Emit) -> None:
        super().__init__()
        self.setObjectName("technician")
        self._look, self._emit = look, emit
        self._shown: State | None = None
        self._cards: dict[str, DeviceCard] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        header = Header(look, air=2)
        header.set_names(f"{look.words('field.title')} · {unit}", look.second("field.title"))
        whole.addWidget(header)
        self._page = QVBoxLayout()
        whole.addWidget(self._scrolled(), 1)
        self._foot = QGridLayout()
        side = look.space(4)
        self._foot.setContentsMargins(side, look.space(1), side, look.space(3))
        whole.addLayout(self._foot)

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea(self)
        area.setObjectName("scroll")
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setSizeAdjustPolicy(QAbstractScrollArea.SizeAdjustPolicy.AdjustIgnored)
        inner = QWidget()
        inner.setObjectName("page")
        side = self._look.space(4)
        self._page.setContentsMargins(side, self._look.space(3), side, self._look.space(2))
        self._page.setSpacing(self._look.space(1))
        inner.setLayout(self._page)
        area.setWidget(inner)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.LeftMouseButtonGesture)
        return area

    def show_state(self, state: State) -> None:
        """Draw it; the same state is not drawn twice."""
        shown, self._shown = self._shown, state
        if shown is not None and _but_for_devices(shown) == _but_for_devices(state):
            self._follow(state)
            return
        self._cards.clear()
        _clear(self._page)
        _clear(self._foot)
        self._title(state)
        _PAGES[state.place](self, state)
        self._page.addStretch(1)
        self._buttons(state)

    def _follow(self, state: State) -> None:
        """Only devices became other ones: nothing is built anew, for a finger may lie on a button."""
        for row in state.devices if self._cards else ():
            self._cards[row.name].follow(row)

    def _title(self, state: State) -> None:
        words = self._look.words
        title = state.device if state.place is Place.TEST else words(f"field.{state.place.value}")
        self._text("title", title, Role.TITLE, bold=True)

    def _text(self, name: str, text: str, role: Role = Role.BODY, *, ink: str = "ink", bold: bool = False) -> None:
        made = Label(self._look, role, ink=ink, bold=bold, wrap=True)
        made.setObjectName(name)
        made.setText(text)
        self._page.addWidget(made)

    def devices(self, state: State) -> None:
        """List the unit's devices; each opens its test."""
        if not state.devices:
            self._text("hint", self._look.words("field.no_devices"), ink="grey")
        for row in state.devices:
            card = DeviceCard(self._look, row)
            card.test.clicked.connect(lambda _on=False, name=row.name: self._emit(Touch.DEVICE, name))
            self._cards[row.name] = card
            self._page.addWidget(card)

    def _pair(self, name: str, state: str, tone: Tone) -> QHBoxLayout:
        line = QHBoxLayout()
        label = Label(self._look, Role.BODY, bold=True, wrap=True)
        label.setText(name)
        pill = StatusPill(self._look)
        pill.set_state(state, tone)
        line.addWidget(label, 1)
        line.addWidget(pill)
        return line

    def test(self, state: State) -> None:
        """Offer the three levels, then show results and questions."""
        row = next((row for row in state.devices if row.name == state.device), None)
        if row is not None:
            text = f"{self._look.words(f'family.{row.kind}')} · {row.model} · {row.address}"
            self._text("about", text, Role.CAPTION, ink="grey")
        if not state.busy:
            for level in LEVELS:
                self._page.addWidget(self._button(f"test_{level}", f"field.level.{level}", Touch.TEST, level))
        self.lines(state)
        if state.please:
            self._text("please", self._said(state.please), Role.TILE, bold=True)
        if state.question:
            self._question(state.question)

    def _question(self, question: str) -> None:
        self._text("question", self._said(question), Role.TILE, bold=True)
        both = QHBoxLayout()
        both.addWidget(self._button("yes", "field.yes", Touch.YES))
        both.addWidget(self._button("no", "field.no", Touch.NO, kind=Kind.DANGER))
        self._page.addLayout(both)

    def lines(self, state: State) -> None:
        """Show results or findings in the order they came; what runs says so."""
        for index, line in enumerate(state.lines):
            self._page.addWidget(self._line(index, line))
        if state.busy and not state.question:
            self._text("busy", self._look.words("field.busy"), ink="grey")

    def _line(self, index: int, line: Line) -> Card:
        card = Card(self._look, padding=1.5)
        card.setObjectName(f"line_{index}")
        mark = self._look.words(f"field.colour.{line.colour.value}")
        card.body.addLayout(self._pair(self._said(line.about), mark, TONES[line.colour]))
        texts = ((self._said(line.says), "ink"), (self._said(line.do), "accent"), (line.stanza, "grey"))
        for text, ink in texts:
            if text:
                label = Label(self._look, Role.CAPTION, ink=ink, wrap=True)
                label.setText(text)
                card.body.addWidget(label)
        return card

    def _said(self, line: str) -> str:
        return line_in(self._look.words.language, line)

    def plugged(self, state: State) -> None:
        """List what is plugged in."""
        if not state.lines:
            self._text("hint", self._look.words("field.busy" if state.looking else "field.nothing"), ink="grey")
        for index, line in enumerate(state.lines):
            self._page.addWidget(self._line(index, line))

    def report(self, state: State) -> None:
        """Ask where the report goes, then say what became of it."""
        self._text("hint", self._look.words("field.report_hint"), ink="grey")
        if not state.busy:
            for to in ("usb", "hub"):
                self._page.addWidget(self._button(f"send_{to}", f"field.send.{to}", Touch.SEND, to))
        self.lines(state)

    def _buttons(self, state: State) -> None:
        at_home = state.place is Place.DEVICES
        actions = (("look", Touch.LOOK), ("plugged", Touch.PLUGGED), ("report", Touch.REPORT), ("leave", Touch.LEAVE))
        for index, (name, what) in enumerate(actions if at_home else (("back", Touch.BACK),)):
            kind = Kind.QUIET if what in (Touch.LEAVE, Touch.BACK) else Kind.SECONDARY
            button = self._button(name, f"field.{name}", what, kind=kind)
            button.setEnabled(not state.busy)
            self._foot.addWidget(button, index // 2, index % 2)

    def _button(self, name: str, word: str, what: Touch, value: str = "", kind: Kind = Kind.PRIMARY) -> BigButton:
        made = BigButton(self._look, self._look.words(word), kind)
        made.setObjectName(name)
        made.clicked.connect(lambda: self._emit(what, value))
        return made


def _but_for_devices(state: State) -> tuple[State, tuple[str, ...]]:
    """Return what a page is built from: everything but how the devices are."""
    return msgspec.structs.replace(state, devices=()), tuple(row.name for row in state.devices)


def _clear(layout: QVBoxLayout | QGridLayout | QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif isinstance(inner, QVBoxLayout | QGridLayout | QHBoxLayout):
            _clear(inner)
            inner.deleteLater()


_PAGES: dict[Place, Callable[[TouchWindow, State], None]] = {
    Place.DEVICES: TouchWindow.devices,
    Place.TEST: TouchWindow.test,
    Place.FINDINGS: TouchWindow.lines,
    Place.PLUGGED: TouchWindow.plugged,
    Place.REPORT: TouchWindow.report,
}
