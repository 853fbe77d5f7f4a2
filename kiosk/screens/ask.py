"""One question, answered by a tile."""

from PyQt6.QtWidgets import QHBoxLayout

from hall.qt.kit.big_button import Kind
from hall.qt.kit.tile import HUES, Tile
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say, say_second


class AskPage(Page):
    """Tiles one below the other up to five, else in two columns; one column more on a panel that lies."""

    NAME = "ask"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.AskModel)
        self.title(model.title)
        columns = 1 if self.view.elder or len(model.tiles) <= 5 else 2
        if self.wide:
            columns = 2 if self.view.elder or len(model.tiles) <= 4 else 3
        self.tiles("answers", [self._tile(tile, place) for place, tile in enumerate(model.tiles)], columns)
        self.column.addStretch(1)
        self._pages(model)

    def _tile(self, tile: m.Tile, place: int) -> Tile:
        made = Tile(self.look, tile.icon or "arrow-right", HUES[place % len(HUES)])
        made.setObjectName(f"answer_{tile.value}")
        caption = say(self.look, tile.subtitle) if tile.subtitle else say_second(self.look, tile.title)
        made.set_texts(say(self.look, tile.title), caption, say(self.look, tile.badge))
        made.set_trouble(say(self.look, tile.why))
        made.set_closed(say(self.look, tile.closed))
        made.clicked.connect(self.touch(Touch.ANSWER, tile.value))
        made.setFixedHeight(self.look.px(44 if self.wide else 56 if self.view.elder else 50))
        return made

    def _pages(self, model: m.AskModel) -> None:
        row = QHBoxLayout()
        for value, key, icon, shown in (
            ("previous", "home.previous", "arrow-left", model.page > 0),
            ("next", "home.more", "arrow-right", model.page < model.pages - 1),
        ):
            if shown:
                row.addWidget(self.button(f"page_{value}", Word(key), Touch.PAGE, value, Kind.SECONDARY, icon))
        self.column.addLayout(row)
