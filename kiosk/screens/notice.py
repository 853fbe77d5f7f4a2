"""A notice to agree to: who asks, why, which data, how long."""

from hall.qt.kit.card import Card
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say


class NoticePage(Page):
    """The text in a card, agreeing as the main action; leaving stands below."""

    NAME = "notice"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.NoticeModel)
        self.title(model.title)
        card = Card(self.look, padding=3 if self.wide else 5)
        add = self.leaves("text", card.body, spacing=1.5)
        for line in self._lines(model):
            add(self.text("text", line, Role.BODY))
        self.column.addWidget(card, 1 if self.folded else 0)
        if not self.folded:
            self.column.addStretch(1)
        self.main_button(Word("action.agree"), icon="check")

    def _lines(self, model: m.NoticeModel) -> list[str]:
        return [line.strip() for line in say(self.look, model.text).splitlines() if line.strip()]
