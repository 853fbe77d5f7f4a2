"""What a decision is: events and what the reply will say, or a refusal."""

from dataclasses import dataclass
from random import Random

from hall.domain.ids import CaseNumber, RatingUid, TicketUid
from hall.domain.ticket import Ticket
from hall.wire.actor import Actor
from hall.wire.events import AnyBody
from hall.wire.replies import RefusalCode
from server.hub.facts import HallFacts
from server.hub.state import HubState


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a decision may look at. The state is read only here; randomness comes in, so that runs repeat."""

    state: HubState
    facts: HallFacts
    actor: Actor
    now: int
    """Hub time, ms."""
    random: Random


@dataclass(frozen=True, slots=True)
class Decided:
    """Events to write, in order, and what the reply carries beside their seq."""

    bodies: tuple[AnyBody, ...] = ()
    ticket: TicketUid | None = None
    """Shown in the reply as it is after the events."""
    ahead: int | None = None
    estimate_s: int | None = None
    rating: RatingUid | None = None
    case: CaseNumber | None = None
    case_code: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing happens; the message is for the calling program."""

    code: RefusalCode
    message: str = ""
    ticket: Ticket | None = None


Decision = Decided | Refusal

NOTHING = Decided()
"""All is as the command wants it already."""
