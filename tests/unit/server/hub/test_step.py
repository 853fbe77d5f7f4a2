"""The promise of the step: whatever happens around the transaction, a key has one outcome and the log is the state."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hall.domain.ids import ClerkId, CommandKey, CounterId, ItemCode, PersonRef, RatingUid, TicketUid
from hall.domain.rating import NotRatedReason, RatingLevel
from hall.domain.ticket import LIVE, Priority, TicketState
from hall.wire import chain
from hall.wire import commands as cmd
from hall.wire.actor import Actor
from hall.wire.commands import AnyCommand
from hall.wire.events import Event, PersonErased
from hall.wire.fold import fold, follows
from hall.wire.view import HallView
from server.hub.picture import hall_view
from server.hub.revive import revive
from server.hub.state import HubState
from server.hub.step import HubStep, PersonRow, Received, Record
from server.store.log import HubLog
from tests.support.halls import DAY, HUB, KIOSK, NOON, SUPERVISOR, Hall, at_counter, small_hall


def test_two_commands_with_one_key_in_one_batch_are_one(hall: Hall) -> None:
    command = cmd.IssueTicket(key=hall.key(), item=ItemCode("social"))
    persist = hall.step.commands([Received(command, KIOSK), Received(command, KIOSK)], hall.now)
    first, second = hall.step.persisted(persist).answers
    assert first.reply == second.reply
    assert len(persist.rows) == len(persist.ops) == 1


def test_what_was_not_stored_never_happened(hall: Hall) -> None:
    command = cmd.IssueTicket(key=hall.key(), item=ItemCode("social"))
    before = hall.step.state.comparable()
    hall.step.commands([Received(command, KIOSK)], hall.now)
    hall.crash()
    assert hall.step.state.comparable() == before
    assert hall.done(command).ticket is not None


def test_what_was_stored_is_answered_after_a_crash_without_a_second_number(hall: Hall) -> None:
    command = cmd.IssueTicket(key=hall.key(), item=ItemCode("social"))
    persist = hall.step.commands([Received(command, KIOSK)], hall.now)
    hall.log.append(persist)
    hall.crash()
    reply = hall.done(command)
    assert reply == persist.answers[0].reply
    assert hall.issue().number == "A002"


def test_a_known_key_needs_no_transaction(hall: Hall) -> None:
    command = cmd.IssueTicket(key=hall.key(), item=ItemCode("social"))
    hall.done(command)
    assert hall.step.commands([Received(command, KIOSK)], hall.now).is_empty


def test_persons_go_with_what_was_done_and_not_with_a_refusal(hall: Hall) -> None:
    row = PersonRow(PersonRef("p-1"), b"tag", b"key", b"data")
    for item in ("nothing", "social"):
        command = cmd.IssueTicket(key=hall.key(), item=ItemCode(item), person=row.ref)
        persist = hall.step.commands([Received(command, KIOSK, (row,))], hall.now)
        assert persist.persons == ([row] if item == "social" else [])


def test_an_erased_person_is_gone_and_the_chain_is_whole(hall: Hall) -> None:
    row = PersonRow(PersonRef("p-1"), b"tag", b"the-key-of-the-person", b"data")
    command = cmd.IssueTicket(key=hall.key(), item=ItemCode("social"), person=row.ref)
    hall.log.append(hall.step.commands([Received(command, KIOSK, (row,))], hall.now))
    assert hall.log.person(row.ref) == row
    assert hall.log.person_by_tag(b"tag") == row.ref
    erased = Record(hall.key(), PersonErased(person=row.ref), HUB)
    hall.log.append(hall.step.commands([erased], hall.now))
    assert hall.log.person(row.ref) is None
    assert hall.log.person_by_tag(b"tag") is None
    assert hall.log.verify() is None
    left = b"".join(path.read_bytes() for path in hall.log.path.parent.iterdir())
    assert b"the-key-of-the-person" not in left


def test_the_same_seed_makes_the_same_log(tmp_path: Path) -> None:
    logs = []
    for name in ("one", "two"):
        hall = Hall(HubLog(tmp_path / name), seed=7).open("1")
        hall.waiting()
        hall.call("1")
        logs.append(list(hall.log.every_row_from(0)))
        hall.log.close()
    assert logs[0] == logs[1]


KEYS = st.integers(min_value=0, max_value=40)
COUNTERS = st.sampled_from(["1", "2", "3"])
ITEMS = st.sampled_from(["social", "tax"])
CRASHES = st.sampled_from(["none", "none", "none", "before_store", "after_store"])


class HubMachine(RuleBasedStateMachine):
    """A hall under random commands, repeated keys, and crashes on either side of the transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        self.log = HubLog(Path(self.directory.name) / "hub.db")
        self.facts = small_hall(open_per_person_item=1)
        self.step: HubStep = revive(self.log, self.facts, Random(3))
        self.now = NOON
        self.count = 0
        self.sent: list[tuple[AnyCommand, Actor]] = []
        self.answered: dict[CommandKey, bytes] = {}
        self.folded = hall_view(HubState(self.facts), 1, 0)

    @initialize()
    def open_the_hall(self) -> None:
        self.send(cmd.OpenDay(key=self.key(), day=DAY), HUB, "none")
        for counter, clerk in (("1", "wang"), ("2", "li"), ("3", "zhao")):
            command = cmd.SignIn(key=self.key(), counter=CounterId(counter), clerk=ClerkId(clerk))
            self.send(command, at_counter(counter, clerk), "none")

    def teardown(self) -> None:
        assert self.log.verify() is None
        self.log.close()
        self.directory.cleanup()

    def key(self) -> CommandKey:
        self.count += 1
        return CommandKey(f"key-{self.count}")

    def crash(self) -> None:
        self.step = revive(self.log, self.facts, Random(self.count))

    def send(self, command: AnyCommand, actor: Actor, crash: str) -> None:
        """Send until answered, as a unit does; the crash strikes the first attempt."""
        self.now += 1000
        self.sent.append((command, actor))
        persist = self.step.commands([Received(command, actor)], self.now)
        if crash == "before_store":
            self.crash()
            persist = self.step.commands([Received(command, actor)], self.now)
        if not persist.is_empty:
            self.log.append(persist)
        answer = self.step.persisted(persist).answers[0]
        if crash == "after_store":
            self.crash()
        self.check(command.key, answer.raw)

    def check(self, key: CommandKey, raw: bytes) -> None:
        assert self.answered.setdefault(key, raw) == raw

    def at(self, counter: str, kind: Any, crash: str, **more: Any) -> None:
        clerk = self.step.state.desks[CounterId(counter)].clerk or "lead"
        self.send(kind(key=self.key(), counter=CounterId(counter), **more), at_counter(counter, clerk), crash)

    def some_ticket(self, pick: int) -> TicketUid:
        uids = list(self.step.state.tickets)
        return uids[pick % len(uids)] if uids else TicketUid("none")

    @rule(
        item=ITEMS,
        priority=st.sampled_from(Priority),
        person=st.integers(0, 3),
        slot=st.integers(-60, 60),
        crash=CRASHES,
    )
    def issue(self, item: str, priority: Priority, person: int, slot: int, crash: str) -> None:
        command = cmd.IssueTicket(
            key=self.key(),
            item=ItemCode(item),
            priority=priority,
            slot_at=self.now + slot * 60_000 if priority is Priority.APPOINTMENT else None,
            person=PersonRef(f"p-{person}") if person else None,
        )
        self.send(command, KIOSK, crash)
        if isinstance(self.step.lookup(command.key), bytes) and crash != "before_store":
            self.send(cmd.ConfirmTicket(key=self.key(), ticket=TicketUid(command.key)), KIOSK, "none")

    @rule(pick=KEYS, crash=CRASHES)
    def abandon(self, pick: int, crash: str) -> None:
        self.send(cmd.AbandonTicket(key=self.key(), issue_key=CommandKey(self.some_ticket(pick))), KIOSK, crash)

    @rule(pick=KEYS, crash=CRASHES)
    def reprint(self, pick: int, crash: str) -> None:
        self.send(cmd.ReprintTicket(key=self.key(), ticket=self.some_ticket(pick)), KIOSK, crash)

    @rule(counter=COUNTERS, crash=CRASHES)
    def call_next(self, counter: str, crash: str) -> None:
        self.at(counter, cmd.CallNext, crash)

    @rule(counter=COUNTERS, crash=CRASHES)
    def start(self, counter: str, crash: str) -> None:
        self.at(counter, cmd.StartService, crash)

    @rule(
        counter=COUNTERS,
        kind=st.sampled_from(
            [
                cmd.RecallTicket,
                cmd.MarkNoShow,
                cmd.ParkTicket,
                cmd.FinishService,
                cmd.InviteRating,
                cmd.Pause,
                cmd.Unpause,
                cmd.SignOut,
            ]
        ),
        crash=CRASHES,
    )
    def at_the_counter(self, counter: str, kind: Any, crash: str) -> None:
        self.at(counter, kind, crash)

    @rule(counter=COUNTERS, clerk=st.sampled_from(["wang", "li", "zhao", "lead"]), crash=CRASHES)
    def sign_in(self, counter: str, clerk: str, crash: str) -> None:
        command = cmd.SignIn(key=self.key(), counter=CounterId(counter), clerk=ClerkId(clerk))
        self.send(command, at_counter(counter, clerk), crash)

    @rule(counter=COUNTERS, pick=KEYS, crash=CRASHES)
    def resume(self, counter: str, pick: int, crash: str) -> None:
        self.at(counter, cmd.ResumeTicket, crash, ticket=self.some_ticket(pick))

    @rule(counter=COUNTERS, pick=KEYS, crash=CRASHES)
    def call_chosen(self, counter: str, pick: int, crash: str) -> None:
        ticket = self.step.state.tickets.get(self.some_ticket(pick))
        number = ticket.number if ticket else "Z1"
        self.send(cmd.CallTicket(key=self.key(), counter=CounterId(counter), number=number), SUPERVISOR, crash)  # type: ignore[arg-type]

    @rule(
        counter=COUNTERS, item=ITEMS, sent_to=st.sampled_from([None, "1", "2", "3"]), front=st.booleans(), crash=CRASHES
    )
    def transfer(self, counter: str, item: str, sent_to: str | None, front: bool, crash: str) -> None:
        self.at(counter, cmd.TransferTicket, crash, item=item, to_counter=sent_to, front=front)

    @rule(source=COUNTERS, taker=COUNTERS, crash=CRASHES)
    def take_over(self, source: str, taker: str, crash: str) -> None:
        command = cmd.TakeOver(key=self.key(), from_counter=CounterId(source), to_counter=CounterId(taker))
        self.send(command, SUPERVISOR, crash)

    @rule(pick=KEYS, level=st.sampled_from([*RatingLevel, None]), crash=CRASHES)
    def rate(self, pick: int, level: RatingLevel | None, crash: str) -> None:
        ratings = list(self.step.state.carry.invitations) or [RatingUid("none")]
        reason = NotRatedReason.TIMED_OUT if level is None else None
        command = cmd.Rate(key=self.key(), rating=ratings[pick % len(ratings)], level=level, not_rated=reason)
        self.send(command, KIOSK, crash)

    @rule(pick=st.integers(0, 5), age=st.integers(0, 3_600_000), item=ITEMS, crash=CRASHES)
    def upload(self, pick: int, age: int, item: str, crash: str) -> None:
        number = f"{item}-A{pick:02}"
        slip = cmd.OfflineTicket(uid=f"off-{pick}", number=number, item=item, token="t", age_ms=age)  # type: ignore[arg-type]
        self.send(cmd.UploadOffline(key=self.key(), tickets=(slip,)), KIOSK, crash)

    @rule(counter=COUNTERS, pick=st.integers(0, 5), known=st.booleans(), ended=st.booleans(), crash=CRASHES)
    def report(self, counter: str, pick: int, known: bool, ended: bool, crash: str) -> None:
        uid = self.some_ticket(pick) if known else TicketUid(f"off-{pick}")
        self.at(
            counter,
            cmd.ReportService,
            crash,
            ticket=uid,
            number="x",
            started_age_ms=90,
            ended_age_ms=5 if ended else None,
        )

    @rule(counter=COUNTERS, item=ITEMS, crash=CRASHES)
    def submit(self, counter: str, item: str, crash: str) -> None:
        self.at(counter, cmd.SubmitCase, crash, item=item)

    @rule(pick=st.integers(0, 10_000))
    def say_it_again(self, pick: int) -> None:
        command, actor = self.sent[pick % len(self.sent)]
        persist = self.step.commands([Received(command, actor)], self.now)
        assert persist.is_empty
        self.check(command.key, persist.answers[0].raw)

    @rule(days=st.integers(0, 2), crash=CRASHES)
    def close_and_open(self, days: int, crash: str) -> None:
        if len(self.step.state.tickets) < 8:
            return
        self.send(cmd.CloseDay(key=self.key()), HUB, crash)
        assert not self.step.state.live
        self.now += days * 86_400_000
        day = f"2026-11-{21 + (self.now - NOON) // 86_400_000:02}"
        self.send(cmd.OpenDay(key=self.key(), day=min(day, "2026-11-30")), HUB, crash)

    @invariant()
    def numbers_are_unique(self) -> None:
        state = self.step.state
        numbers = [ticket.number for ticket in state.tickets.values()]
        assert len(numbers) == len(set(numbers)) == len(state.by_number)

    @invariant()
    def a_ticket_is_in_one_place(self) -> None:
        """Waiting ones stand in exactly one queue, called and served ones before one desk, parked ones at one."""
        state = self.step.state
        standing = [
            uid
            for lanes in (*state.item_queues.values(), *state.counter_queues.values())
            for lane in (lanes.front, lanes.express, lanes.normal)
            for _, _, uid in lane
        ]
        current = [desk.ticket for desk in state.desks.values() if desk.ticket]
        parked = [uid for desk in state.desks.values() for uid in desk.parked]
        by_state = {
            one: sorted(uid for uid, ticket in state.tickets.items() if ticket.state is one) for one in TicketState
        }
        assert sorted(standing) == sorted(state.places) == by_state[TicketState.WAITING]
        assert sorted(current) == sorted(by_state[TicketState.CALLED] + by_state[TicketState.SERVING])
        assert sorted(parked) == by_state[TicketState.PARKED]
        assert sorted(state.live) == sorted(uid for uid, ticket in state.tickets.items() if ticket.state in LIVE)

    @invariant()
    def what_units_fold_is_what_the_hub_draws(self) -> None:
        for raw in self.log.every_row_from(self.folded.seq + 1):
            event = msgspec.json.decode(raw, type=Event)
            if not follows(self.folded, event):
                self.folded = hall_view(self.step.state, 1, self.folded.at)  # as a unit that fetches it again
                break
            self.folded = fold(self.folded, event)
        drawn = hall_view(self.step.state, 1, self.folded.at)
        assert by_uid(self.folded) == by_uid(drawn)

    @invariant()
    def the_log_is_the_state(self) -> None:
        rebuilt = revive(self.log, self.facts, Random(0))
        assert rebuilt.state.comparable() == self.step.state.comparable()
        assert rebuilt.head == self.step.head


def by_uid(view: HallView) -> HallView:
    """Return the view with its tickets in one order; neither side promises one."""
    return msgspec.structs.replace(view, tickets=tuple(sorted(view.tickets, key=lambda line: line.uid)))


HubMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestHub = HubMachine.TestCase


def test_the_whole_log_without_snapshots_gives_the_same_state(tmp_path: Path) -> None:
    log = HubLog(tmp_path / "hub.db")
    hall = Hall(log).open("1")
    hall.waiting()
    hall.serve("1")
    hall.at("1", cmd.FinishService)
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    hall.done(cmd.OpenDay(key=hall.key(), day="2026-11-22"), HUB)
    hall.waiting()
    whole = HubStep.rebuilt(hall.facts, Random(0), 1, log.reply, None, log.every_row_from(0))
    assert whole.state.comparable() == hall.step.state.comparable()
    assert whole.head == hall.step.head
    log.close()


def test_rows_are_the_events_and_chain_on(hall: Hall) -> None:
    hall.waiting()
    previous = chain.GENESIS
    for _, raw in hall.log.rows_from(0):
        event = msgspec.json.decode(raw, type=Event)
        assert event.prev_hash == previous
        assert msgspec.json.encode(event) == raw
        previous = event.hash
