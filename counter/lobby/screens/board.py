"""The big screen of the lobby: newest call, calls before it, waiting by zone, notices, clock."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counter.lobby.flow.board import Board, BoardState
from counter.lobby.screens.call_list import CallList
from counter.lobby.screens.newest import Newest
from counter.lobby.screens.notice_bar import NoticeBar
from counter.lobby.screens.zone_strip import ZoneStrip
from hall.qt.kit.header import Header
from hall.qt.look import Look
from hall.sync.link import LinkEvent


class BoardScreen(QWidget):
    """Renders `BoardState`; `monotonic` is its clock for blinking, `clock` the wall clock of the header."""

    def __init__(
        self,
        look: Look,
        state: BoardState,
        monotonic: Callable[[], float],
        clock: Callable[[], datetime] = datetime.now,
        lines: int = 6,
    ) -> None:
        super().__init__()
        self._look, self._state, self._monotonic = look, state, monotonic
        self.setObjectName("lobby_board")
        self.header = Header(look, clock, air=3)
        self.newest = Newest(look)
        self.calls = CallList(look, rows=max(1, lines - 1))
        self.zones = ZoneStrip(look)
        self.notices = NoticeBar(look)
        for widget, name in self._parts():
            widget.setObjectName(name)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        look.changed.connect(self.restyle)
        self.restyle()

    def _parts(self) -> list[tuple[QWidget, str]]:
        return [
            (self.header, "header"),
            (self.newest, "newest"),
            (self.calls, "calls"),
            (self.zones, "zones"),
            (self.notices, "notices"),
        ]

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.newest, 1)
        left.addWidget(self.zones)
        self._body = QHBoxLayout()
        self._body.addLayout(left, 54)
        self._body.addWidget(self.calls, 46)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(self._body, 1)
        column.addWidget(self.notices)

    def restyle(self) -> None:
        """Take margins and words from the look."""
        margin = self._look.space(2.5)
        self._body.setContentsMargins(margin, margin, margin, margin)
        self._body.setSpacing(self._look.space(1))
        self.refresh()

    def hear(self, event: LinkEvent) -> None:
        """Take one link event, on the GUI thread."""
        self._state.hear(event, self._monotonic())
        self.refresh()

    def refresh(self) -> None:
        """Show the board as it is now, and come back when it changes by itself."""
        now = self._monotonic()
        self._show(self._state.board(self._look.words, now))
        due = self._state.next_change(now)
        if due is not None:
            self._timer.start(max(1, round((due - now) * 1000)))

    def _show(self, board: Board) -> None:
        self.header.set_names(board.hall, board.hall_second)
        self.newest.show_line(board.newest, board.lit)
        self.calls.show_lines(board.lines)
        self.zones.show_zones(board.zones)
        closed = (self._look.words("lobby.day_closed"),) if not board.open and board.hall else ()
        self.notices.show_notices(closed + board.notices, board.offline)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the ground."""
        QPainter(self).fillRect(self.rect(), self._look.colour("ground"))
