"""What units did while the hub was away: tickets of a kiosk's own series, services of a counter."""

from datetime import date

from hall.domain import hours
from hall.domain.ids import RatingUid, TicketUid
from hall.domain.ticket import LIVE, Ticket, TicketState
from hall.wire import commands as cmd
from hall.wire import events as ev
from hall.wire.replies import RefusalCode
from server.hub.desks import counter_desk
from server.hub.outcome import Decided, Decision, Refusal, Scene
from server.hub.state import reported_key


def upload(scene: Scene, command: cmd.UploadOffline) -> Decision:
    """Let a kiosk's own tickets enter with their printed numbers; one that is known already is passed over.

    Arrival is upload time minus monotonic age. A service that a counter reported earlier is joined by uid, else by
    the printed number. What is of an earlier day, or comes when the day is closed, enters as void: it is in the log,
    and nobody is called.
    """
    unknown = next((one.item for one in command.tickets if one.item not in scene.facts.items), None)
    if unknown is not None:
        return Refusal(RefusalCode.UNKNOWN_ITEM, f"no item {unknown!r} in this hall; nothing was taken")
    taken = [scene.state.tickets[one.uid] for one in command.tickets if one.uid in scene.state.tickets]
    if any(ticket.unit != scene.actor.unit for ticket in taken):
        return Refusal(RefusalCode.NOT_YOURS, "one of these uids is another unit's ticket; nothing was taken")
    bodies: list[ev.AnyBody] = []
    seen: set[TicketUid] = set()
    for one in command.tickets:
        known = scene.state.tickets.get(one.uid)
        if one.uid in seen or (known is not None and known.offline):
            continue
        seen.add(one.uid)
        if known is not None and known.state in LIVE:
            # The hub's own number under this uid never reached the citizen: the kiosk printed its own instead.
            bodies.append(ev.TicketVoided(ticket=known.uid, reason="superseded_by_offline_number"))
        bodies.append(ev.OfflineTicketEntered(ticket=_ticket(scene, one)))
    return Decided(tuple(bodies), ticket=command.tickets[-1].uid if command.tickets else None)


def _ticket(scene: Scene, one: cmd.OfflineTicket) -> Ticket:
    # A clock set back must not make a ticket of today one of yesterday, nor let it overtake those who came before.
    arrived = max(scene.now, scene.state.last_arrival) - max(0, one.age_ms)
    waiting = scene.state.carry.reported
    reported = waiting.get(one.uid) or waiting.get(reported_key(TicketUid(""), one.number))
    today = scene.state.open and _is_today(scene, arrived)
    ticket = Ticket(
        uid=one.uid,
        number=one.number,
        item=one.item,
        state=TicketState.WAITING if today else TicketState.VOID,
        arrived_at=arrived,
        unit=scene.actor.unit,
        token=one.token,
        priority=one.priority,
        person=one.person,
        cases=max(1, one.cases),
        fallback_counter=one.fallback_counter,
        ended_at=None if today else scene.now,
        offline=True,
    )
    return ticket if reported is None else _served(ticket, reported, scene.now)


def _served(ticket: Ticket, report: ev.ServiceReported, now: int) -> Ticket:
    """Return the ticket as the counter's earlier report says it ended."""
    fields = {name: getattr(ticket, name) for name in ticket.__struct_fields__}
    fields.update(
        state=TicketState.FINISHED,
        counter=report.counter,
        clerk=report.clerk,
        first_clerk=report.clerk,
        started_at=report.started_at,
        ended_at=report.ended_at or now,
    )
    return Ticket(**fields)


def _is_today(scene: Scene, arrived: int) -> bool:
    day = scene.state.day
    return day is not None and hours.local_date(arrived, scene.facts.zone) >= date.fromisoformat(day)


def report_service(scene: Scene, command: cmd.ReportService) -> Decision:
    """Note a service done while the hub was away, with its rating.

    It is always written down. It ends the ticket unless another counter holds it by now; a ticket that the hub does
    not know is joined when its kiosk uploads it. A mistyped number joins nothing, or the wrong slip: the hub cannot
    tell. What was never joined stays in the log, and the centre counts it as ``reported``.
    """
    desk = counter_desk(scene, command.counter)
    if isinstance(desk, Refusal):
        return desk
    if command.rating is not None and command.not_rated is not None:
        return Refusal(RefusalCode.MALFORMED, "a service has a rating or a reason for none, not both")
    clerk = scene.actor.clerk or desk.clerk
    ticket = _meant(scene, command)
    ended = None if command.ended_age_ms is None else scene.now - max(0, command.ended_age_ms)
    report = ev.ServiceReported(
        ticket=ticket,
        number=command.number,
        counter=command.counter,
        started_at=scene.now - max(0, command.started_age_ms),
        ended_at=ended,
        clerk=clerk,
    )
    if ended is None or _invited_before(scene, ticket):
        return Decided((report,), ticket=_known(scene, ticket))
    rating = RatingUid(command.key)
    bodies: list[ev.AnyBody] = [
        report,
        ev.RatingInvited(rating=rating, counter=command.counter, ticket=ticket or None, clerk=clerk),
    ]
    if command.rating is not None:
        bodies.append(ev.Rated(rating=rating, level=command.rating))
    elif command.not_rated is not None:
        bodies.append(ev.NotRated(rating=rating, reason=command.not_rated))
    return Decided(tuple(bodies), ticket=_known(scene, ticket), rating=rating)


def _meant(scene: Scene, command: cmd.ReportService) -> TicketUid:
    """Return the ticket that is meant: by uid, else by its number of today; as it came where neither is known."""
    if command.ticket in scene.state.tickets:
        return command.ticket
    return scene.state.by_number.get(command.number, command.ticket)


def _invited_before(scene: Scene, ticket: TicketUid) -> bool:
    """Say whether this service was finished at the hub already (the reply was lost): one service, one invitation."""
    return bool(ticket) and any(one.ticket == ticket for one in scene.state.carry.invitations.values())


def _known(scene: Scene, uid: TicketUid) -> TicketUid | None:
    return uid if uid in scene.state.tickets else None
