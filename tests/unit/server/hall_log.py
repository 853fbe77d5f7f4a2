"""A hall's log in memory, as rows that a hub would have stored. All people and cases are invented."""

from collections.abc import Sequence
from typing import Any

from hall.domain.ids import (
    CaseNumber,
    ClerkId,
    CounterId,
    ItemCode,
    PersonRef,
    RatingUid,
    TicketNumber,
    TicketUid,
    UnitId,
)
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.domain.ticket import Ticket, TicketState
from hall.wire import chain
from hall.wire import events as e
from hall.wire.actor import Actor, Role
from hall.wire.ingest import SealedPerson

ACTOR = Actor(UnitId("counter-1"), Role.CLERK, ClerkId("c1"), CounterId("1"))
KINDS = {kind: tag for tag in e.catalogue() for kind in e.Body.__subclasses__() if kind.__struct_config__.tag == tag}


class HallLog:
    """Grows by `say`; stands for the hub's log towards the shipper."""

    def __init__(self, origin: str = "binjiang", epoch: int = 1) -> None:
        self.origin = origin
        self.epoch = epoch
        self.stored: list[bytes] = []
        self.people: dict[str, bytes] = {}

    def say(self, *bodies: e.AnyBody, **change: Any) -> None:
        """Append events."""
        for body in bodies:
            seq = len(self.stored) + 1
            before = chain.row_hash(self.stored[-1]) if self.stored else chain.GENESIS
            head = {"v": 1, "type": KINDS[type(body)], "origin": self.origin, "epoch": self.epoch, "seq": seq}
            head |= {"uid": f"{self.origin}-{self.epoch}-{seq}", "at": 1000 + seq, "prev_hash": before or ""}
            self.stored.append(chain.seal(e.Event(**{**head, **change}, actor=ACTOR, body=body)))

    def newest(self) -> tuple[int, int]:
        return self.epoch, len(self.stored)

    def rows(self, after: int, limit: int) -> Sequence[bytes]:
        return self.stored[after : after + limit]

    def sealed_persons(self, refs: Sequence[str], parent_key: bytes) -> tuple[SealedPerson, ...]:
        return tuple(SealedPerson(ref, parent_key + self.people[ref]) for ref in refs if ref in self.people)


def visit(number: int, level: int | None = 1) -> list[e.AnyBody]:
    """One visitor from the number to the rating (None: silence), with a case."""
    uid, counter, clerk = TicketUid(f"t{number}"), CounterId("1"), ClerkId("c1")
    made = Ticket(
        uid, TicketNumber(f"A{number:03d}"), ItemCode("social-card"), TicketState.ISSUED, 1000, UnitId("kiosk-c"), "tok"
    )
    rating = RatingUid(f"r{number}")
    end: e.AnyBody = e.NotRated(rating, NotRatedReason.TIMED_OUT)
    if level is not None:
        end = e.Rated(rating, RatingLevel(level), ("207",))
    return [
        e.TicketIssued(made),
        e.TicketConfirmed(uid, printed=True),
        e.TicketCalled(uid, made.number, counter, made.item, 1, clerk),
        e.ServiceStarted(uid, counter, clerk),
        e.CaseSubmitted(
            case_of(number),
            made.item,
            uid,
            counter,
            clerk,
            PersonRef(f"p-{number}"),
            provisional=CaseNumber(f"X-{number}"),
        ),
        e.ServiceFinished(uid, counter, clerk),
        e.RatingInvited(rating, counter, uid, clerk),
        e.InvitationCut(rating, counter),
        end,
    ]


def case_of(number: int) -> CaseNumber:
    """Return the number of a visit's case."""
    return CaseNumber(f"BINJIANG-2026-{number:06d}-1")
