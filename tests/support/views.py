"""A small hall to look at, for tests of faces and flows."""

import itertools
from typing import Any

import msgspec

from hall.domain.ids import CommandKey, CounterId, ItemCode, TicketNumber, TicketUid
from hall.domain.ticket import TicketState
from hall.wire.view import CounterState, CounterView, HallView, ItemView, WaitingTicket

NOW_MS = 1_795_000_000_000
SOCIAL = ItemView(
    ItemCode("social"), {"zh": "社保医保", "en": "Social insurance"}, "A", zone="a", counters=(CounterId("1"),)
)
HOUSING = ItemView(
    ItemCode("housing"), {"zh": "不动产登记", "en": "Property registration"}, "B", zone="a", counters=(CounterId("2"),)
)


def waiting(number: str, item: ItemView = SOCIAL, **changes: Any) -> WaitingTicket:
    """Make a ticket that waits; its uid is its number."""
    plain = WaitingTicket(
        uid=TicketUid(number),
        number=TicketNumber(number),
        item=item.code,
        state=TicketState.WAITING,
        arrived_at=NOW_MS,
    )
    return msgspec.structs.replace(plain, **changes)


def hall(*tickets: WaitingTicket, **counter: Any) -> HallView:
    """Make a hall with two counters; keyword arguments change counter 1."""
    one = CounterView(
        CounterId("1"), {"zh": "1号窗口", "en": "Counter 1"}, zone="a", items=(SOCIAL.code,), state=CounterState.FREE
    )
    two = CounterView(CounterId("2"), {"zh": "2号窗口", "en": "Counter 2"}, zone="a", state=CounterState.FREE)
    return HallView(
        hall="demo",
        names={"zh": "滨江区政务服务中心", "en": "Binjiang Service Center"},
        seq=1,
        epoch=1,
        at=NOW_MS,
        day="2026-11-21",
        items=(SOCIAL, HOUSING),
        counters=(msgspec.structs.replace(one, **counter), two),
        tickets=tickets,
        calls=(),
    )


class Keys:
    """Keys in order: k1, k2, ..."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def __call__(self) -> CommandKey:
        return CommandKey(f"k{next(self._numbers)}")
