"""The first screen: items to take a number for, self-service flows, and what the hall is doing."""

from PyQt6.QtWidgets import QGridLayout, QHBoxLayout

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.kit.tile import HUES, Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say, say_second


class HomePage(Page):
    """Tiles in two columns; one in the layout for the elderly, with the flows on the same page."""

    NAME = "home"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self._tiles: dict[str, Tile] = {}
        self.title(Word("home.title"))
        self._hint()
        if not model.items:
            self.label("text", Word("home.no_items"), Role.BODY, ink="grey")
        self._items(model)
        self._pages(model)
        self._flows(model)
        if model.notices and not self.view.elder:
            self.label("notice", model.notices[0], Role.CAPTION, ink="grey")

    def follow(self) -> None:
        """Show new counts in place; build anew when other tiles are offered."""
        model = self._model()
        same = [t.value for t in (*model.items, *model.flows)] == list(self._tiles)
        if not same or (model.page, model.pages, model.holder) != self._built:
            super().follow()
            return
        for tile in (*model.items, *model.flows):
            self._fill(self._tiles[tile.value], tile)

    def _model(self) -> m.Home:
        assert isinstance(self.model, m.Home)
        return self.model

    def _hint(self) -> None:
        model = self._model()
        self._built = (model.page, model.pages, model.holder)
        if model.holder:
            word = Word("home.hint_holder", {"name": model.holder})
            self.label("holder", word, Role.BODY, ink="accent", bold=True)
        elif not self.view.elder:
            self.label("hint", Word("home.hint"), Role.BODY, ink="grey")

    def _items(self, model: m.Home) -> None:
        grid = QGridLayout()
        grid.setSpacing(0)
        columns = 1 if self.view.elder else 2
        for place, tile in enumerate(model.items):
            made = self._tile(tile, place, "tile_", Touch.ITEM)
            grid.addWidget(made, place // columns, place % columns)
        for row in range(-(-len(model.items) // columns)):
            grid.setRowStretch(row, 1)
        self.column.addLayout(grid, 3)

    def _flows(self, model: m.Home) -> None:
        if not model.flows:
            return
        if not self.view.elder:
            heading = Label(self.look, Role.TILE, bold=True)
            heading.setText(say(self.look, Word("home.flows")))
            self.column.addWidget(heading)
        row = QGridLayout()
        row.setSpacing(0)
        columns = 1 if self.view.elder else min(2, len(model.flows))
        shown = model.flows if model.page == model.pages - 1 or not self.view.elder else ()
        for place, tile in enumerate(shown):
            made = self._tile(tile, place + 2, "flow_", Touch.FLOW)
            last = place == len(shown) - 1 and place % columns == 0
            row.addWidget(made, place // columns, place % columns, 1, columns if last else 1)
        for place in range(-(-len(shown) // columns)):
            row.setRowStretch(place, 1)
        self.column.addLayout(row, 1 if not self.view.elder else 2)

    def _tile(self, tile: m.Tile, place: int, prefix: str, what: Touch) -> Tile:
        made = Tile(self.look, tile.icon or "ticket", HUES[place % len(HUES)])
        made.setObjectName(prefix + tile.value)
        made.clicked.connect(self.touch(what, tile.value))
        self._fill(made, tile)
        self._tiles[tile.value] = made
        return made

    def _fill(self, made: Tile, tile: m.Tile) -> None:
        caption = say(self.look, tile.subtitle) if tile.subtitle else say_second(self.look, tile.title)
        if self.view.elder and not tile.subtitle:
            caption = ""
        made.set_texts(say(self.look, tile.title), caption, say(self.look, tile.badge))
        made.set_trouble(say(self.look, tile.why))

    def _pages(self, model: m.Home) -> None:
        row = QHBoxLayout()
        if model.page > 0:
            row.addWidget(self._page_button("previous", "home.previous", "arrow-left"))
        if model.page < model.pages - 1:
            row.addWidget(self._page_button("next", "home.more", "arrow-right"))
        if model.resume and not self.view.elder:
            row.addWidget(
                self.button("resume", Word("home.resume"), Touch.ENTER_CODE, "", Kind.QUIET, "history", False)
            )
        self.column.addLayout(row)

    def _page_button(self, value: str, key: str, icon: str) -> BigButton:
        return self.button(f"page_{value}", Word(key), Touch.PAGE, value, Kind.SECONDARY, icon, False)
