"""Events of a hall with three zones, for the lobby's tests."""

from typing import Any

from hall.domain.ids import CounterId, ItemCode, TicketNumber, TicketUid, UnitId
from hall.domain.ticket import TicketState
from hall.sync.link import HubEvent, ViewChanged
from hall.wire.actor import Actor, Role
from hall.wire.events import AnyBody, Event, TicketCalled
from hall.wire.view import CounterState, CounterView, HallView, ItemView, LastCall, WaitingTicket

ITEMS = (
    ItemView(ItemCode("social"), {"zh": "社保医保", "en": "Social insurance"}, "A", zone="A"),
    ItemView(ItemCode("company"), {"zh": "企业开办", "en": "Starting a company"}, "E", zone="B"),
)
COUNTERS = (
    CounterView(CounterId("1"), {}, zone="A", state=CounterState.FREE),
    CounterView(CounterId("2"), {}, zone="A", state=CounterState.PAUSED),
    CounterView(CounterId("3"), {}, zone="B", state=CounterState.SERVING),
    CounterView(CounterId("vip"), {"zh": "绿色通道", "en": "Priority desk"}, zone="B", state=CounterState.CLOSED),
)


def line(seq: int, number: str, counter: str = "1", zone: str = "A", calls: int = 1) -> LastCall:
    item = "social" if zone == "A" else "company"
    return LastCall(seq, 0, TicketNumber(number), CounterId(counter), calls, ItemCode(item), zone)


def waits(number: str, item: str) -> WaitingTicket:
    return WaitingTicket(TicketUid(number), TicketNumber(number), ItemCode(item), TicketState.WAITING, 0)


def view(*calls: LastCall, **changes: Any) -> ViewChanged:
    plain: dict[str, Any] = {
        "hall": "binjiang",
        "names": {"zh": "滨江区政务服务中心", "en": "Binjiang District Government Service Center"},
        "seq": 9,
        "epoch": 1,
        "at": 0,
        "day": "2026-11-21",
        "items": ITEMS,
        "counters": COUNTERS,
        "tickets": (waits("A030", "social"), waits("A031", "social"), waits("E008", "company")),
        "calls": calls,
        "notices": ("请带好证件。", "过号请到导办台。"),
    }
    return ViewChanged(HallView(**{**plain, **changes}))


def happened(body: AnyBody, fresh: bool = True, seq: int = 10) -> HubEvent:
    actor = Actor(UnitId("counter-1"), Role.COUNTER)
    return HubEvent(Event(1, "x", "binjiang", 1, seq, f"e{seq}", 0, actor, body), fresh)


def called(number: str, counter: str = "1", calls: int = 1, zone: str = "A") -> TicketCalled:
    return TicketCalled(
        TicketUid(number), TicketNumber(number), CounterId(counter), ItemCode("social"), calls, zone=zone
    )
