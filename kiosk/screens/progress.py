"""How a case stands."""

from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.models import Word
from kiosk.screens.page import Page, say


class ProgressPage(Page):
    """The newest step as a pill, everything else in a card; no name anywhere."""

    NAME = "progress"

    def build(self) -> None:
        """Fill the page."""
        model = self.model
        assert isinstance(model, m.ProgressModel)
        self.title(model.title)
        self.label("hint", Word("query.now"), Role.BODY, ink="grey")
        pill = StatusPill(self.look, role=Role.TILE)
        pill.setObjectName("state")
        pill.set_state(say(self.look, Word(f"case.step.{model.state}")), Tone.GOOD)
        self.column.addWidget(pill)
        self.card(model.rows)
        if not self.folded:
            self.column.addStretch(1)
        if model.can_print:
            self.main_button(Word("action.print"), icon="printer")
