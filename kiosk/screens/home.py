"""The first screen: items to take a number for, self-service flows, and what the hall is doing."""

from PyQt6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.label import Label
from hall.qt.kit.tile import HUES, Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say, say_second

HIGHEST_MM = 120.0
"""Tiles of a big panel that lies grow no higher."""


class HomePage(Page):
    """Tiles in two columns; one in the layout for the elderly, with the flows on the same page.

    On a panel that lies the flows stand in a column of their own.
    """

    NAME = "home"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self._tiles: dict[str, Tile] = {}
        self._head(model)
        if not model.items:
            self.label("text", Word("home.no_items"), Role.BODY, ink="grey")
        left, right = self.halves(2, 1 if self._flows_here(model) else 0, below=1 if self.folded else 0)
        self._items(model, left)
        if not self.wide:
            self._pages(model, right)
        self._flows(model, right)
        if model.notices and not self.view.elder:
            self.label("notice", model.notices[0], Role.CAPTION, ink="grey")

    def _head(self, model: m.Home) -> None:
        """Title and hint; on a panel that lies the keys to other pages beside them."""
        if not self.wide:
            self.title(Word("home.title"))
            self._hint(self.column)
            return
        row, texts = QHBoxLayout(), QVBoxLayout()
        texts.setSpacing(0)
        self.column.addLayout(row)
        row.addLayout(texts, 1)
        self.title(Word("home.title"), into=texts)
        self._hint(texts)
        self._pages(model, row)

    def follow(self) -> None:
        """Show new counts in place; build anew when other tiles are offered."""
        model = self._model()
        same = [t.value for t in (*model.items, *self._flows_here(model))] == list(self._tiles)
        if not same or (model.page, model.pages, model.holder) != self._built:
            super().follow()
            return
        for tile in (*model.items, *self._flows_here(model)):
            self._fill(self._tiles[tile.value], tile)

    def _model(self) -> m.Home:
        assert isinstance(self.model, m.Home)
        return self.model

    def _hint(self, into: QVBoxLayout) -> None:
        model = self._model()
        self._built = (model.page, model.pages, model.holder)
        if model.holder:
            word = Word("home.hint_holder", {"name": model.holder})
            self.label("holder", word, Role.BODY, ink="accent", bold=True, into=into)
        elif not self.view.elder:
            self.label("hint", Word("home.hint"), Role.BODY, ink="grey", into=into)

    def _items(self, model: m.Home, into: QVBoxLayout) -> None:
        columns = 2 if self.wide or not self.view.elder else 1
        made = [self._tile(tile, place, "tile_", Touch.ITEM) for place, tile in enumerate(model.items)]
        self._grid(made, columns, into, 3)

    def _flows_here(self, model: m.Home) -> tuple[m.Tile, ...]:
        """Return the flows of this page: in the layout for the elderly they stand on the last one."""
        return model.flows if model.page == model.pages - 1 or not self.view.elder else ()

    def _flows(self, model: m.Home, into: QVBoxLayout) -> None:
        shown = self._flows_here(model)
        if not shown:
            return
        if not self.view.elder and not self.wide:
            heading = Label(self.look, Role.TILE, bold=True)
            heading.setText(say(self.look, Word("home.flows")))
            into.addWidget(heading)
        columns = 1 if self.view.elder or self.wide else min(2, len(shown))
        made = [self._tile(tile, place + 2, "flow_", Touch.FLOW) for place, tile in enumerate(shown)]
        self._grid(made, columns, into, 2 if self.view.elder else 1)

    def _grid(self, tiles: list[Tile], columns: int, into: QVBoxLayout, share: int) -> None:
        """Add tiles in rows; a last flow alone takes its whole row. Folded, they turn leaf by leaf."""
        self.has_lists = True
        if self.folded:
            self.tiles(tiles[0].objectName() if tiles else "tiles", tiles, columns, into)
            return
        grid = QGridLayout()
        grid.setSpacing(0)
        for place, tile in enumerate(tiles):
            if self.wide:
                tile.setMaximumHeight(self.look.px(HIGHEST_MM))
            alone = place == len(tiles) - 1 and place % columns == 0 and tile.objectName().startswith("flow_")
            grid.addWidget(tile, place // columns, place % columns, 1, columns if alone else 1)
        for row in range(-(-len(tiles) // columns)):
            grid.setRowStretch(row, 1)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        into.addLayout(grid, share)
        if self.wide:
            into.addStretch(0)

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
        made.set_closed(say(self.look, tile.closed))

    def _pages(self, model: m.Home, into: QBoxLayout) -> None:
        row = QHBoxLayout()
        if model.page > 0:
            row.addWidget(self._page_button("previous", "home.previous", "arrow-left"))
        if model.page < model.pages - 1:
            row.addWidget(self._page_button("next", "home.more", "arrow-right"))
        if model.resume and not self.view.elder:
            row.addWidget(
                self.button("resume", Word("home.resume"), Touch.ENTER_CODE, "", Kind.QUIET, "history", False)
            )
        into.addLayout(row)

    def _page_button(self, value: str, key: str, icon: str) -> BigButton:
        return self.button(f"page_{value}", Word(key), Touch.PAGE, value, Kind.SECONDARY, icon, False)
