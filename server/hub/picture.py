"""The hall as units see it, drawn from the state: no token, no person."""

from hall.domain.ids import CounterId, ItemCode
from hall.domain.ticket import TicketState
from hall.wire.fold import line_of
from hall.wire.view import CounterState, CounterView, HallView, ItemView, OpenRating
from server.hub.facts import CounterFacts, ItemFacts
from server.hub.state import Desk, HubState


def hall_view(state: HubState, epoch: int, now_ms: int) -> HallView:
    """Return the whole hall as it is after the state's last event."""
    facts = state.facts
    return HallView(
        hall=facts.hall,
        names=facts.names,
        seq=state.seq,
        epoch=epoch,
        at=now_ms,
        day=state.day,
        items=tuple(_item(item) for item in facts.items.values()),
        counters=tuple(_counter(state, counter) for counter in facts.counters.values()),
        tickets=tuple(line_of(state.tickets[uid]) for uid in state.live),
        calls=state.last_calls,
        notices=facts.notices,
        zones=facts.zones,
        ratings=_open_ratings(state),
        alarms=tuple(state.carry.alarms.values()),
        timezone=str(facts.zone),
        hub_key=facts.hub_key,
    )


def _open_ratings(state: HubState) -> tuple[OpenRating, ...]:
    return tuple(
        OpenRating(uid, one.counter, one.at)
        for uid, one in state.carry.invitations.items()
        if one.counter is not None and not one.closed
    )


def _item(item: ItemFacts) -> ItemView:
    declared = item.declared
    return ItemView(
        code=item.code,
        names=declared.names,
        prefix=item.prefix,
        zone=declared.zone,
        counters=item.counters,
        opens=declared.opens,
        closes=declared.closes,
        quota=item.quota,
        service_s=item.service_s,
        icon=declared.icon,
        kiosk=declared.kiosk,
    )


def _counter(state: HubState, counter: CounterFacts) -> CounterView:
    desk = state.desks[CounterId(counter.id)]
    ticket = None if desk.ticket is None else state.tickets[desk.ticket]
    return CounterView(
        id=counter.id,
        names=counter.declared.names,
        zone=counter.zone,
        items=tuple(map(ItemCode, counter.declared.items)),
        state=_doing(state, desk),
        clerk=desk.clerk,
        ticket=desk.ticket,
        number=None if ticket is None else ticket.number,
        since=desk.since,
        pause_reason=desk.pause_reason,
    )


def _doing(state: HubState, desk: Desk) -> CounterState:
    if desk.paused:
        return CounterState.PAUSED
    if desk.ticket is not None:
        called = state.tickets[desk.ticket].state is TicketState.CALLED
        return CounterState.CALLING if called else CounterState.SERVING
    return CounterState.NOT_SIGNED_IN if desk.clerk is None else CounterState.FREE
