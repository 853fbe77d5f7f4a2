"""The invariants. Cheap ones after every event, the rest at each fault and at the end of each day."""

from typing import TYPE_CHECKING

from hall.domain.ids import CaseNumber, CommandKey, CounterId, TicketNumber, TicketUid, UnitId
from hall.domain.ticket import LIVE, Ticket, TicketState
from hall.sync.link import HubEvent, LinkEvent, Replied
from hall.wire import events as ev
from hall.wire.replies import Done
from server.hub.state import alarm_key
from tests.simulation.unit_side import Unit

if TYPE_CHECKING:
    from tests.simulation.hall_run import Hall


class Laws:
    """Watches what is stored, what is answered, and what people hold."""

    def __init__(self, hall: "Hall") -> None:
        self.hall = hall
        self.require = hall.world.require
        self.acked: dict[str, int] = {}
        self.answered: set[str] = set()
        self.new_day()
        self.first_calls: list[int] = []
        self.lobby_told: set[int] = set()
        self.cases: dict[CaseNumber, CommandKey] = {}
        self.cases_told: set[CaseNumber] = set()
        self.told_now: set[int] = set()
        self.alarms: dict[str, int] = {}
        """Alarms that stand after what is stored, with the event that raised each."""
        self.alarms_ended: dict[str, int] = {}

    def new_day(self) -> None:
        self.numbers: dict[TicketNumber, TicketUid] = {}
        self.owner: dict[TicketUid, CounterId] = {}
        self.busy: dict[CounterId, TicketUid] = {}
        self.slips: dict[TicketNumber, TicketUid] = {}
        self.day_begins_at = len(self.hall.hub.disk.rows)
        self.acked = {}
        self.answered = set()
        self.first_calls = []
        self.lobby_told = set()

    # After every event

    def stored(self, events: list[ev.Event]) -> None:
        for event in events:
            watch = _WATCHES.get(type(event.body))
            if watch is not None:
                watch(self, event, event.body)

    def _number(self, event: ev.Event, body: ev.TicketIssued | ev.OfflineTicketEntered) -> None:
        ticket = body.ticket
        known = self.numbers.setdefault(ticket.number, ticket.uid)
        self.require(known == ticket.uid, "numbers are unique in a day", ticket.number, known, ticket.uid)

    def _called(self, event: ev.Event, body: ev.TicketCalled) -> None:
        if body.calls == 1:
            self.first_calls.append(event.seq)
        held = self.owner.get(body.ticket)
        self.require(held in {None, body.counter}, "one owner per ticket", body.number, held, body.counter)
        other = self.busy.get(body.counter)
        self.require(other in {None, body.ticket}, "one visitor per counter", body.counter, other, body.number)
        self._takes(body.ticket, body.counter)
        visitor = self.hall.holder.get(body.ticket)
        self.require(visitor is not None, "a called number is in somebody's hand", body.number, body.ticket)
        assert visitor is not None
        if visitor.served:
            self.hall.world.count("called though served alone")
            assert visitor.ticket is not None
            self.require(visitor.ticket.offline, "a served visitor is not called again", body.number)

    def _takes(self, ticket: TicketUid, counter: CounterId) -> None:
        self.owner[ticket] = counter
        self.busy[counter] = ticket

    def _resumed(self, event: ev.Event, body: ev.TicketResumed) -> None:
        self._takes(body.ticket, body.counter)

    def _leaves(self, event: ev.Event, body: ev.TicketNoShow | ev.ServiceFinished | ev.TicketVoided) -> None:
        counter = self.owner.pop(body.ticket, None)
        if counter is not None and self.busy.get(counter) == body.ticket:
            del self.busy[counter]

    def _parked(self, event: ev.Event, body: ev.TicketParked) -> None:
        self.busy.pop(body.counter, None)

    def _taken_over(self, event: ev.Event, body: ev.CounterTakenOver) -> None:
        held = self.owner.get(body.ticket)
        self.require(held == body.from_counter, "taken over from its owner", body.ticket, held, body.from_counter)
        self.owner[body.ticket] = body.to_counter
        if self.busy.get(body.from_counter) == body.ticket:
            del self.busy[body.from_counter]
            other = self.busy.get(body.to_counter)
            self.require(other is None, "one visitor per counter", body.to_counter, other, body.ticket)
            self.busy[body.to_counter] = body.ticket

    def _case(self, event: ev.Event, body: ev.CaseSubmitted) -> None:
        """Its number, and the one that the citizen may have had from the kiosk alone, are of this case only."""
        key = CommandKey(event.uid.rpartition(".")[0])
        for name in (body.case, body.provisional):
            if name is not None:
                self.require(name not in self.cases, "case numbers are unique", name, self.cases.get(name), key)
                self.cases[name] = key

    def case_told(self, case: CaseNumber) -> None:
        """A citizen went home with this number."""
        self.cases_told.add(case)

    def _alarm_raised(self, event: ev.Event, body: ev.AlarmRaised) -> None:
        key = alarm_key(body.unit, body.what)
        self.require(key not in self.alarms, "an alarm is raised once", key, self.alarms.get(key), event.seq)
        self.alarms[key] = event.seq

    def _alarm_ended(self, event: ev.Event, body: ev.AlarmEnded) -> None:
        key = alarm_key(body.unit, body.what)
        self.require(self.alarms.pop(key, None) is not None, "an alarm that is ended stood", key, event.seq)
        self.alarms_ended[key] = event.seq

    def alarm_told(self, unit: UnitId, what: str, pressed_at: int) -> None:
        """The hub answered who pressed when the log was so long: it stands, unless somebody ended it since."""
        key = alarm_key(unit, what)
        since = self.alarms_ended.get(key, 0) > pressed_at
        self.require(since or key in self.alarms, "an acknowledged alarm stands until it is ended", key, pressed_at)

    def hand_over(self, ticket: Ticket) -> None:
        known = self.slips.setdefault(ticket.number, ticket.uid)
        self.require(known == ticket.uid, "printed numbers are unique in a day", ticket.number, known, ticket.uid)

    def replied(self, unit: Unit, told: Replied) -> None:
        if not told.offline:
            self.require(told.key not in self.answered, "one answer for each command", unit.name, told.key)
        self.answered.add(told.key)
        if told.offline or not isinstance(told.reply, Done):
            return
        self.acked[told.key] = told.reply.seq
        self._there(told.key, told.reply.seq)

    def _there(self, key: str, seq: int) -> None:
        disk = self.hall.hub.disk
        there = key in disk.replies and seq <= len(disk.rows)
        self.require(there, "an acknowledged command is stored", key, seq, len(disk.rows))

    def lobby(self, told: LinkEvent) -> None:
        if isinstance(told, HubEvent) and isinstance(told.event.body, ev.TicketCalled) and told.event.body.calls == 1:
            seq = told.event.seq
            self.require(seq not in self.told_now, "a call is told once", seq)
            self.lobby_told.add(seq)
            self.told_now.add(seq)

    def lobby_restarted(self) -> None:
        """Its cursor on disk may be some seconds old: what came since may be told again, and nothing is left out."""
        self.told_now = set()

    # At faults and at the end of a day

    def at_fault(self) -> None:
        for key, seq in self.acked.items():
            self._there(key, seq)

    def healed(self) -> None:
        """Everything works again, everybody was served, every outbox is empty."""
        hall = self.hall
        hall.hub.check_fold()
        hall.hub.check_chain(self.day_begins_at)
        self.at_fault()
        state = hall.hub.step.state
        standing = [alarm_key(one.unit, one.what) for one in state.carry.alarms.values()]
        self.require(set(standing) == set(self.alarms), "every alarm stands until it is ended", standing, self.alarms)
        for visitor in hall.visitors:
            self._visitor_ended(visitor)
        phantoms = [one.number for one in state.tickets.values() if one.state in LIVE]
        self.require(not phantoms, "no phantom ticket is left", phantoms)
        for unit in hall.units:
            self.require(not unit.step.record.outbox, "outboxes are empty", unit.name, unit.step.record.outbox)
            self._view_is_true(unit)
        lost = [case for case in self.cases_told if case not in self.cases]
        self.require(not lost, "every case that a citizen was told of is there", lost)
        unspoken = [seq for seq in self.first_calls if seq not in self.lobby_told]
        self.require(not unspoken, "no first call goes unspoken", unspoken)

    def _visitor_ended(self, visitor: object) -> None:
        from tests.simulation.people import Visitor

        assert isinstance(visitor, Visitor)
        state = self.hall.hub.step.state
        self.require(visitor.gone, "no visitor waits for ever", visitor)
        assert visitor.ticket is not None
        mine = state.tickets.get(visitor.ticket.uid)
        self.require(mine is not None, "the hub knows every slip", visitor.ticket.number)
        assert mine is not None
        allowed = {TicketState.FINISHED, TicketState.NO_SHOW} if visitor.left else {TicketState.FINISHED}
        self.require(mine.number == visitor.ticket.number, "numbers stay as printed", mine, visitor)
        self.require(mine.state in allowed, "who was served is finished", mine, visitor)
        self.require(mine.reprints >= visitor.reprints, "every reprint is there", mine, visitor)
        same = visitor.in_doubt or mine.token == visitor.token
        self.require(same, "the newest slip's code is the valid one", mine, visitor)

    def _view_is_true(self, unit: Unit) -> None:
        import msgspec

        seen, true = unit.step.record.view, self.hall.hub.view()
        assert seen is not None
        same = msgspec.structs.replace(seen, at=0, calls=tuple(seen.calls)) == msgspec.structs.replace(
            true, at=0, calls=tuple(true.calls)
        )
        if not same:
            for name in seen.__struct_fields__:
                if name != "at" and getattr(seen, name) != getattr(true, name):
                    self.require(
                        False,
                        f"{unit.name} sees the hall as it is: {name}",
                        [a for a in getattr(seen, name) if a not in getattr(true, name)],
                        "TRUE",
                        [a for a in getattr(true, name) if a not in getattr(seen, name)],
                        len(getattr(seen, name)),
                        len(getattr(true, name)),
                    )

    def centre(self) -> None:
        self.require(self.hall.centre.rows == self.hall.hub.disk.rows, "centre equals hub after healing")


_WATCHES = {
    ev.TicketIssued: Laws._number,
    ev.OfflineTicketEntered: Laws._number,
    ev.TicketCalled: Laws._called,
    ev.TicketResumed: Laws._resumed,
    ev.TicketNoShow: Laws._leaves,
    ev.ServiceFinished: Laws._leaves,
    ev.TicketVoided: Laws._leaves,
    ev.TicketTransferred: Laws._leaves,
    ev.ServiceReported: Laws._leaves,
    ev.TicketParked: Laws._parked,
    ev.CounterTakenOver: Laws._taken_over,
    ev.CaseSubmitted: Laws._case,
    ev.AlarmRaised: Laws._alarm_raised,
    ev.AlarmEnded: Laws._alarm_ended,
}
