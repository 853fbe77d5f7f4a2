"""An item in detail: people ahead, estimate, counters, hours; then the number, plainly, by card or by priority."""

from PyQt6.QtWidgets import QVBoxLayout

from hall.qt.kit.stat_strip import StatStrip
from hall.qt.kit.tile import Tile
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Row, Word
from kiosk.screens.page import Page, say


class ItemPage(Page):
    """The last look before a number is taken."""

    NAME = "item"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.ItemModel)
        self.title(model.names)
        second = model.names.get("en" if self.look.language == "zh" else "zh", "")
        self.label("subtitle", second, Role.BODY, ink="grey")
        left, right = self.halves()
        self._figures(model, left)
        counters = self.look.words("list.comma").join(model.counters)
        hours = Word("item.all_day") if model.hours == "00:00-24:00" else {"zh": model.hours, "en": model.hours}
        rows = (Row(Word("item.counters"), counters or Word("item.no_counter")), Row(Word("item.hours"), hours))
        self.card(rows, left)
        if model.holder:
            word = Word("item.holder", {"name": model.holder})
            self.label("holder", word, Role.BODY, ink="accent", bold=True, into=left)
        if model.no_paper:
            self.label("problem", Word("item.no_paper"), Role.BODY, ink="warn", bold=True, into=left)
        left.addStretch(1)
        self._others(model, right)
        if self.wide:
            right.addStretch(1)
        right.addWidget(self.button("channel_normal", Word("item.take"), Touch.CHANNEL, "normal", icon="ticket"))

    def _figures(self, model: m.ItemModel, into: QVBoxLayout) -> None:
        strip = StatStrip(self.look)
        strip.setObjectName("figures")
        minutes = Word("item.about_minutes", {"n": str(model.estimate_min)})
        strip.set_figures(
            (say(self.look, Word("home.people", {"n": str(model.ahead)})), say(self.look, Word("item.ahead"))),
            (say(self.look, minutes), say(self.look, Word("item.estimate"))),
        )
        into.addWidget(strip)

    def _others(self, model: m.ItemModel, into: QVBoxLayout) -> None:
        if model.card and not model.holder:
            into.addWidget(self._tile("card", "id", "teal"), 1)
        if model.priority:
            into.addWidget(self._tile("priority", "accessible", "orange"), 1)

    def _tile(self, channel: str, icon: str, hue: str) -> Tile:
        made = Tile(self.look, icon, hue)
        made.setObjectName(f"channel_{channel}")
        made.set_texts(say(self.look, Word(f"item.{channel}")), say(self.look, Word(f"item.{channel}_hint")))
        made.clicked.connect(self.touch(Touch.CHANNEL, channel))
        made.setMaximumHeight(self.look.px(46))
        return made
