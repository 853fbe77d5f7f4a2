"""The fold against the hub's own picture: whatever happens in a hall, folding it gives what a fetch would give."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.domain.ids import ClerkId, CommandKey, CounterId, ItemCode, RatingUid, TicketUid, UnitId
from hall.domain.rating import RatingLevel
from hall.domain.ticket import Priority
from hall.wire import commands as cmd
from hall.wire.actor import Actor, Role
from hall.wire.events import AnyBody
from hall.wire.fold import FOLDS, fold, follows
from hall.wire.view import HallView
from server.hub.picture import hall_view
from server.hub.step import HubStep, Received
from tests.support.halls import DAY, NOON, small_hall

LEAD = Actor(unit=UnitId("hub"), role=Role.HUB)
MOVES = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 5), st.integers(1, 3)), max_size=60)


class Hub:
    """A hub that hands out its events."""

    def __init__(self) -> None:
        self.step = HubStep(small_hall(), Random(1))
        self.events: list[msgspec.Struct] = []
        self.count = 0
        self.uids: list[TicketUid] = []

    def tell(self, make: type[cmd.Command], **fields: object) -> None:
        self.count += 1
        key = CommandKey(f"k{self.count}")
        persist = self.step.commands([Received(make(key=key, **fields), LEAD)], NOON + self.count)  # type: ignore[arg-type]
        self.events += [row.event for row in persist.rows]

    def picture(self) -> HallView:
        return msgspec.structs.replace(hall_view(self.step.state, 1, 0), at=0)

    def move(self, what: int, which: int, counter: int) -> None:
        desk = CounterId(str(counter))
        uids = list(self.step.state.tickets)
        uid = uids[which % len(uids)] if uids else TicketUid("none")
        other = CounterId(str(counter % 3 + 1))
        acts: list[tuple[type[cmd.Command], dict[str, object]]] = [
            (cmd.IssueTicket, {"item": ItemCode("social"), "priority": list(Priority)[which]}),
            (cmd.IssueTicket, {"item": ItemCode("tax")}),
            (cmd.ConfirmTicket, {"ticket": uid}),
            (cmd.ConfirmTicket, {"ticket": uid}),
            (cmd.SignIn, {"counter": desk, "clerk": ClerkId(("wang", "li", "zhao")[counter - 1])}),
            (cmd.CallNext, {"counter": desk}),
            (cmd.CallNext, {"counter": desk}),
            (cmd.StartService, {"counter": desk}),
            (cmd.FinishService, {"counter": desk}),
            (cmd.MarkNoShow, {"counter": desk}),
            (cmd.RecallTicket, {"counter": desk}),
            (cmd.ParkTicket, {"counter": desk, "note": "copy"}),
            (cmd.ResumeTicket, {"counter": desk, "ticket": uid}),
            (cmd.TransferTicket, {"counter": desk, "item": ItemCode("tax"), "to_counter": other if which else None}),
            (cmd.TakeOver, {"from_counter": desk, "to_counter": other}),
            (cmd.Pause if which % 2 else cmd.Unpause, {"counter": desk}),
            (cmd.AbandonTicket, {"issue_key": uid}),
            (cmd.CallTicket, {"counter": desk, "number": self._number(uid)}),
            (cmd.InviteRating, {"counter": desk}),
            (cmd.Rate, {"rating": self._rating(which), "level": RatingLevel.SATISFIED}),
        ]
        make, fields = acts[what]
        self.tell(make, **fields)

    def _rating(self, which: int) -> RatingUid:
        known = list(self.step.state.carry.invitations)
        return known[which % len(known)] if known else RatingUid("none")

    def _number(self, uid: TicketUid) -> str:
        return self.step.state.tickets[uid].number if uid in self.step.state.tickets else "none"


def test_every_event_type_is_folded() -> None:
    assert set(FOLDS) == set(AnyBody.__args__)


@given(MOVES, st.booleans())
@settings(max_examples=150)
def test_folding_gives_the_hubs_own_picture(moves: list[tuple[int, int, int]], close: bool) -> None:
    hub = Hub()
    hub.tell(cmd.OpenDay, day=DAY)
    view, told = hub.picture(), len(hub.events)
    for what, which, counter in moves:
        hub.move(what, which, counter)
    if close:
        hub.tell(cmd.CloseDay)
    for event in hub.events[told:]:
        if not follows(view, event):  # type: ignore[arg-type]
            return
        view = fold(view, event)  # type: ignore[arg-type]
    assert msgspec.structs.replace(view, at=0) == hub.picture()


def test_open_invitations_and_zones_stand_in_the_view() -> None:
    hub = Hub()
    hub.tell(cmd.OpenDay, day=DAY)
    hub.tell(cmd.SignIn, counter=CounterId("1"), clerk=ClerkId("wang"))
    view = hub.picture()
    assert view.zones == {"a": {"en": "A"}}
    hub.tell(cmd.InviteRating, counter=CounterId("1"))
    invited = fold(view, hub.events[-1])  # type: ignore[arg-type]
    (one,) = invited.ratings
    assert (one.counter, one.at, invited.zones) == ("1", NOON + hub.count, view.zones)
    hub.tell(cmd.Rate, rating=one.rating, level=RatingLevel.SATISFIED)
    assert fold(invited, hub.events[-1]).ratings == () == hub.picture().ratings  # type: ignore[arg-type]


def test_offline_work_is_folded_too() -> None:
    hub = Hub()
    hub.tell(cmd.OpenDay, day=DAY)
    hub.tell(cmd.SignIn, counter=CounterId("1"), clerk=ClerkId("wang"))
    view, told = hub.picture(), len(hub.events)
    for uid in ("u1", "u2"):
        entry = cmd.OfflineTicket(
            uid=TicketUid(uid),
            number=f"A-C0{uid[1]}",
            item=ItemCode("social"),
            token="t",
            age_ms=5,  # type: ignore[arg-type]
        )
        hub.tell(cmd.UploadOffline, tickets=(entry,))
    report = {"counter": CounterId("1"), "started_age_ms": 9, "rating": RatingLevel.SATISFIED}
    hub.tell(cmd.ReportService, ticket=TicketUid("u1"), number="A-C01", ended_age_ms=1, **report)
    hub.tell(cmd.ReportService, ticket=TicketUid("u2"), number="A-C02", counter=CounterId("1"), started_age_ms=9)
    for event in hub.events[told:]:
        view = fold(view, event)  # type: ignore[arg-type]
    assert msgspec.structs.replace(view, at=0) == hub.picture()
    assert view.counters[0].number == "A-C02"


def test_a_gap_an_old_epoch_and_a_new_day_do_not_follow() -> None:
    hub = Hub()
    view = hub.picture()
    hub.tell(cmd.OpenDay, day=DAY)
    hub.tell(cmd.SignIn, counter=CounterId("1"), clerk=ClerkId("wang"))
    opened, signed = hub.events[0], hub.events[1]
    assert not follows(view, opened)  # type: ignore[arg-type]
    assert not follows(view, signed)  # type: ignore[arg-type]
    at_one = msgspec.structs.replace(view, seq=1)
    assert follows(at_one, signed)  # type: ignore[arg-type]
    assert not follows(msgspec.structs.replace(at_one, epoch=2), signed)  # type: ignore[arg-type]


@pytest.mark.parametrize("times", [1, 2])
def test_an_event_folded_twice_counts_once(times: int) -> None:
    hub = Hub()
    hub.tell(cmd.OpenDay, day=DAY)
    view = hub.picture()
    hub.tell(cmd.IssueTicket, item=ItemCode("social"))
    for _ in range(times):
        view = fold(view, hub.events[-1])  # type: ignore[arg-type]
    assert len(view.tickets) == 1
