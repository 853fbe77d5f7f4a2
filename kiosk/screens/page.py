"""What all pages share: words of a model in the present language, a column of widgets, touches handed on."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.card import Card
from hall.qt.kit.label import Label
from hall.qt.look import Look
from hall.qt.tokens import Role
from hall.words.catalogue import other_language, pick
from kiosk.flow.causes import Touch
from kiosk.flow.models import Row, Text, View, Word
from kiosk.screens.names import SCREEN
from kiosk.screens.pictures import Pictures

Emit = Callable[[Touch, str], None]


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
    """One screen. `build` fills it from the model; `follow` takes a newer one, by default by building anew."""

    NAME = ""

    def __init__(self, look: Look, emit: Emit, model: Any, view: View, pictures: Pictures | None = None) -> None:
        super().__init__()
        self.setObjectName(SCREEN + self.NAME)
        self.look, self.emit = look, emit
        self.pictures = pictures if pictures is not None else Pictures()
        self.model, self.view = model, view
        side = look.space(5)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(side, look.space(4), side, look.space(2))
        self.column.setSpacing(look.space(2.5))
        self.build()

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
        clear(self.column)
        self.build()

    def touch(self, what: Touch, value: str = "") -> Callable[[], None]:
        """Return a slot that hands a touch on."""
        return lambda: self.emit(what, value)

    def title(self, text: Text | str, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> Label:
        """Add the page's title."""
        return self.label("title", text, Role.TITLE, bold=True, align=align)

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
        made = Label(self.look, role, ink=ink, bold=bold, wrap=True, align=align)
        made.setObjectName(name)
        made.setText(say(self.look, text))
        made.setVisible(bool(made.text()))
        (into if into is not None else self.column).addWidget(made)
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

    def main_button(self, text: Text | str, name: str = "next", what: Touch = Touch.NEXT, icon: str = "") -> BigButton:
        """Add the page's main action."""
        made = self.button(name, text, what, icon=icon)
        self.column.addWidget(made)
        return made

    def rows(self, rows: tuple[Row, ...], into: QVBoxLayout | None = None) -> None:
        """Add labels with their values, one line each."""
        for index, row in enumerate(rows):
            line = QHBoxLayout()
            line.setSpacing(self.look.space(2))
            left = Label(self.look, Role.BODY, ink="grey")
            left.setText(say(self.look, row.label))
            right = Label(self.look, Role.BODY, bold=True, wrap=True, align=Qt.AlignmentFlag.AlignRight)
            right.setObjectName(f"row_{index}")
            right.setText(say(self.look, row.value))
            line.addWidget(left)
            line.addWidget(right, 1)
            (into if into is not None else self.column).addLayout(line)

    def card(self, rows: tuple[Row, ...]) -> Card:
        """Add a card with rows."""
        made = Card(self.look)
        self.rows(rows, made.body)
        self.column.addWidget(made)
        return made


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
