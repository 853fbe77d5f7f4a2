"""What all pages share: words of a model in the present language, a column of widgets, touches handed on."""

from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from hall.qt.icons import icon
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.words.catalogue import other_language, pick
from kiosk.flow.causes import Touch
from kiosk.flow.models import Row, Text, View, Word
from kiosk.screens.glass import WIDEST_MM
from kiosk.screens.names import SCREEN
from kiosk.screens.pictures import Pictures
from kiosk.screens.reel import Reel

Emit = Callable[[Touch, str], None]
LONG_LABEL = 0.4
"""A row's label that takes more than this share of the line wraps, so that its value has room."""


def say(look: Look, text: Text | str | None) -> str:
    """Return a text in the language shown."""
    if text is None:
        return ""
    if isinstance(text, Word):
        return look.words(text.id, **text.args)
    return text if isinstance(text, str) else pick(text, look.language)


def say_second(look: Look, text: Text | str | None) -> str:
    """Return a text in the other language, for the second line of tiles; empty where there is none."""
    if isinstance(text, Word):
        return look.second(text.id, **text.args)
    return text.get(other_language(look.language), "") if isinstance(text, dict) else ""


class Page(QWidget):
    """One screen. `build` fills it from the model; `follow` takes a newer one, by default by building anew.

    `folded`: lists stand in leaves to turn, since all of it does not fit (see `glass`).
    """

    NAME = ""

    def __init__(
        self,
        look: Look,
        emit: Emit,
        model: Any,
        view: View,
        pictures: Pictures | None = None,
        *,
        folded: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName(SCREEN + self.NAME)
        self.look, self.emit, self.folded = look, emit, folded
        self.pictures = pictures if pictures is not None else Pictures()
        self.model, self.view = model, view
        self.wide = look.tokens.wide
        self._reels: dict[str, Reel] = {}
        self._turned: dict[str, int] = {}
        side = max(look.space(5), (look.tokens.width_px - look.px(WIDEST_MM)) // 2)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(side, look.space(2 if self.wide else 4), side, look.space(2))
        self.column.setSpacing(look.space(1.5 if self.wide else 2.5))
        # The glass does not grow with a page; the window makes a page that is too big smaller.
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.build()

    def needs(self, width: int) -> QSize:
        """Return the least size of the page in pixels, at a width."""
        forget(self.column)
        least = self.column.totalMinimumSize()
        # Qt gives what wraps its whole height and takes it from its neighbours, so the smallest height is no measure.
        high = self.column.heightForWidth(width) if self.column.hasHeightForWidth() else 0
        return QSize(least.width(), max(least.height(), high))

    has_lists = False
    """Whether the page has a list that could be folded."""

    def halves(self, left: int = 1, right: int = 1, above: int = 1, below: int = 0) -> tuple[QVBoxLayout, QVBoxLayout]:
        """Add two columns: side by side on a panel that lies, with these shares of its width, else stacked.

        Stacked, what is over goes to `above` and `below` by these shares.
        """
        both = QBoxLayout(QBoxLayout.Direction.LeftToRight if self.wide else QBoxLayout.Direction.TopToBottom)
        both.setSpacing(self.look.space(4) if self.wide else self.column.spacing())
        made = QVBoxLayout(), QVBoxLayout()
        for half, share in zip(made, (left, right) if self.wide else (above, below), strict=True):
            half.setSpacing(self.column.spacing())
            both.addLayout(half, share)
        self.column.addLayout(both, 1)
        return made

    def choices(self, into: QVBoxLayout | None = None) -> QBoxLayout:
        """Add the place for a page's few actions: one below the other, or side by side on a panel that lies."""
        directions = QBoxLayout.Direction
        made = QBoxLayout(directions.LeftToRight if self.wide else directions.TopToBottom)
        made.setSpacing(self.column.spacing())
        (into if into is not None else self.column).addLayout(made)
        return made

    def leaves(self, name: str, into: QBoxLayout | None = None, spacing: float = 0) -> Callable[[QWidget], None]:
        """Begin a list; return what adds a line to it. Folded, the list turns leaf by leaf."""
        target = into if into is not None else self.column
        self.has_lists = True
        if not self.folded:
            lines = QVBoxLayout()
            lines.setSpacing(self.look.space(spacing))
            target.addLayout(lines)
            return lines.addWidget
        reel = self._reels[name] = Reel(self.look, name, self._turned.get(name, 0))
        reel.lines.setSpacing(self.look.space(spacing))
        target.addWidget(reel, 1)
        return reel.add

    def turn_to(self, widget: QWidget) -> None:
        """Turn the list to the leaf that holds a widget, where it is folded."""
        for reel in self._reels.values():
            if reel.isAncestorOf(widget):
                reel.turn_to(widget)

    def tiles(self, name: str, tiles: Sequence[QWidget], columns: int, into: QVBoxLayout | None = None) -> None:
        """Add tiles in rows of `columns`, as a list."""
        add = self.leaves(name, into)
        for start in range(0, len(tiles), columns):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(0)
            for tile in tiles[start : start + columns]:
                row.addWidget(tile, 1)
            for _ in range(columns - len(tiles[start : start + columns])):
                row.addStretch(1)
            add(line)

    def build(self) -> None:
        """Fill the empty column from `self.model`."""

    def update_model(self, model: Any, view: View) -> None:
        """Take a newer model of the same kind."""
        if (model, view.elder) == (self.model, self.view.elder):
            self.view = view
            return
        self.model, self.view = model, view
        self.follow()

    def follow(self) -> None:
        """Show the newer model."""
        self._turned = {name: reel.leaf for name, reel in self._reels.items()}
        self._reels = {}
        clear(self.column)
        self.build()

    def touch(self, what: Touch, value: str = "") -> Callable[[], None]:
        """Return a slot that hands a touch on."""
        return lambda: self.emit(what, value)

    def title(self, text: Text | str, into: QVBoxLayout | None = None) -> Label:
        """Add the page's title."""
        return self.label("title", text, Role.TITLE, bold=True, into=into)

    def label(
        self,
        name: str,
        text: Text | str | None,
        role: Role = Role.BODY,
        *,
        ink: str = "ink",
        bold: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        into: QVBoxLayout | None = None,
    ) -> Label:
        """Add a wrapping text; an empty one stays there without a place."""
        made = self.text(name, text, role, ink=ink, bold=bold, align=align)
        (into if into is not None else self.column).addWidget(made)
        if not made.text():
            made.hide()
        return made

    def text(
        self,
        name: str,
        text: Text | str | None,
        role: Role = Role.BODY,
        *,
        ink: str = "ink",
        bold: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> Label:
        """Make a wrapping text."""
        made = Label(self.look, role, ink=ink, bold=bold, wrap=True, align=align)
        made.setObjectName(name)
        made.setText(say(self.look, text))
        return made

    def button(
        self,
        name: str,
        text: Text | str,
        what: Touch,
        value: str = "",
        kind: Kind = Kind.PRIMARY,
        icon: str = "",
        main: bool = True,
    ) -> BigButton:
        """Make a button that hands on a touch."""
        made = BigButton(self.look, say(self.look, text), kind, icon, main=main)
        made.setObjectName(name)
        made.clicked.connect(self.touch(what, value))
        return made

    def main_button(
        self,
        text: Text | str,
        name: str = "next",
        what: Touch = Touch.NEXT,
        icon: str = "",
        into: QVBoxLayout | None = None,
    ) -> BigButton:
        """Add the page's main action."""
        made = self.button(name, text, what, icon=icon)
        (into if into is not None else self.column).addWidget(made)
        return made

    def picture(self, name: str, mm: float, ink: str = "accent") -> Label:
        """Make a picture of an icon, in the middle."""
        made = Label(self.look, align=Qt.AlignmentFlag.AlignHCenter)
        made.setPixmap(icon(name, self.look.px(mm * (0.6 if self.wide else 1.0)), self.look.colour(ink).name()))
        return made

    def rows(self, rows: tuple[Row, ...], into: QBoxLayout | None = None) -> None:
        """Add labels with their values, one line each, as a list."""
        add = self.leaves("rows", into, spacing=1.5)
        for index, row in enumerate(rows):
            add(self.row(row, f"row_{index}"))

    def row(self, row: Row, name: str = "") -> QWidget:
        """Make a line of a label and its value; the value wraps, the label keeps its width."""
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(self.look.space(2))
        label = say(self.look, row.label)
        wide = QFontMetrics(self.look.font(Role.BODY)).horizontalAdvance(label)
        long = wide > min(self.look.tokens.width_px, self.look.px(WIDEST_MM)) * LONG_LABEL / (2 if self.wide else 1)
        left = Label(self.look, Role.BODY, ink="grey", wrap=long)
        left.setText(label)
        right = Label(self.look, Role.BODY, bold=True, wrap=True, align=Qt.AlignmentFlag.AlignRight)
        right.setObjectName(name)
        right.setText(say(self.look, row.value))
        line.addWidget(left, 1 if long else 0)
        line.addWidget(right, 1)
        return made

    def card(self, rows: tuple[Row, ...], into: QBoxLayout | None = None) -> Card:
        """Add a card with rows."""
        made = Card(self.look)
        self.rows(rows, made.body)
        (into if into is not None else self.column).addWidget(made, 1 if self.folded else 0)
        return made


def forget(layout: QLayout) -> None:
    """Make a layout, and those in it, measure anew: Qt would tell the inner ones only when it lays them out."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget = item.widget() if item is not None else None
        inner = item.layout() if item is not None else None
        if inner is None and widget is not None:
            inner = widget.layout()
        if inner is not None:
            forget(inner)
    layout.invalidate()


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, at once out of sight and then gone."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()
