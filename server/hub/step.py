"""The hub as a pure step: commands in, what to store out; stored in, what to answer and publish out.

    received -> HubStep.commands -> Persist -> (the store's one transaction) -> HubStep.persisted -> Outcome

The step never touches a file, thread, socket or clock, so that a whole hall runs in virtual time. Between `commands`
and `persisted` it may be dropped at any point, as a crash would: a new step over what the store holds answers the
same keys with the same replies if the transaction was there, and decides them afresh if not. When the store fails,
the step's state is ahead of the log and must be dropped too (`HubStep.rebuilt` from the store).

Idempotency: a key that is known, in this batch or in the store, is answered with its stored reply. Refusals are
stored like any reply; what never reaches a decision (bad token, malformed, store failed) is not. A key belongs to
the unit that sent it first: it stands in the log, where others read it, and a reply may hold a case's query code.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

import msgspec

from hall.domain.ids import CommandKey, PersonRef, TicketUid, UnitId
from hall.wire import chain
from hall.wire.actor import Actor
from hall.wire.commands import AnyCommand
from hall.wire.events import VERSION, AnyBody, Body, CaseSubmitted, DayOpened, Event, PersonErased
from hall.wire.replies import Done, RefusalCode, Refused, Reply
from server.hub.apply import apply
from server.hub.decide import decide
from server.hub.facts import HallFacts
from server.hub.outcome import Decided, Decision, Refusal, Scene
from server.hub.state import Carry, HubState

Lookup = Callable[[CommandKey], bytes | None]
"""What was stored under a key in `Persist.ops`, or None."""
_OWNER_END = b"\0"
"""Stands in a stored reply between the unit that the key belongs to and the reply as JSON."""


_Known = tuple[UnitId, Reply, bytes]
"""Whose a key is, and its reply, also as JSON."""


class PersonRow(msgspec.Struct, frozen=True, array_like=True):
    """A sealed person record as the store keeps it. Deleting `sealed_key` deletes the person."""

    ref: PersonRef
    tag: bytes
    """Keyed hash by which the same person is found again."""
    sealed_key: bytes
    sealed_data: bytes


class FormRow(msgspec.Struct, frozen=True, array_like=True):
    """A sealed form of a case; `key` is that of the command that brought it."""

    key: CommandKey
    sealed_form: bytes
    documents: tuple[str, ...] = ()
    """SHA-256 of the documents that the form names."""
    person: PersonRef | None = None
    case: str = ""
    """Number of the case that it belongs to; known when the command is decided."""


@dataclass(frozen=True, slots=True)
class Received:
    """One command with who sent it and the sealed rows that go to the store with it."""

    command: AnyCommand
    actor: Actor
    persons: tuple[PersonRow, ...] = ()
    forms: tuple[FormRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """An event that is no command's outcome (a unit enrolled, a person erased), under a key of its own."""

    key: CommandKey
    body: AnyBody
    actor: Actor


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log: where the next event attaches."""

    seq: int = 0
    hash: str = chain.GENESIS


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to the command at `index` of the batch; `raw` is the same as JSON."""

    index: int
    reply: Reply
    raw: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the log keeps it."""

    event: Event
    raw: bytes


@dataclass(slots=True)
class Persist:
    """What one transaction must store, all or nothing."""

    rows: list[Row] = field(default_factory=list)
    ops: list[tuple[CommandKey, bytes]] = field(default_factory=list)
    persons: list[PersonRow] = field(default_factory=list)
    forms: list[FormRow] = field(default_factory=list)
    cases: list[tuple[str, int]] = field(default_factory=list)
    """Case numbers with the seq of their event, so that a case is found without reading the log."""
    snapshot: tuple[int, bytes] | None = None
    """Seq and carried state, when a new day was opened."""
    erased: list[PersonRef] = field(default_factory=list)
    """Persons whose key must be destroyed with this transaction."""
    answers: list[Answer] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to store: every command was known already."""
        return not self.ops and not self.rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What may leave the hub now that it is stored: first the answers, then the rows to publish."""

    answers: Sequence[Answer]
    published: Sequence[Row]


_encode = msgspec.json.Encoder().encode
_decode_reply = msgspec.json.Decoder(Reply).decode
_decode_carry = msgspec.json.Decoder(Carry).decode


class HubStep:
    """The hub's one decider. Not thread-safe: one caller, one batch at a time."""

    def __init__(
        self,
        facts: HallFacts,
        random: Random,
        epoch: int = 1,
        lookup: Lookup = lambda _key: None,
        state: HubState | None = None,
        head: Head | None = None,
    ) -> None:
        self.facts = facts
        self.epoch = epoch
        self.state = HubState(facts) if state is None else state
        self.head = Head() if head is None else head
        self._random = random
        self.lookup = lookup

    @classmethod
    def rebuilt(
        cls,
        facts: HallFacts,
        random: Random,
        epoch: int,
        lookup: Lookup,
        snapshot: tuple[int, bytes] | None,
        rows: Iterable[bytes],
    ) -> "HubStep":
        """Make the step as it was, from the last snapshot and the rows from its event on (all rows if none)."""
        state = HubState(facts)
        if snapshot is not None:
            state = HubState(facts, seq=snapshot[0], carry=_decode_carry(snapshot[1]), open=True)
        head = Head()
        decode = msgspec.json.Decoder(Event).decode
        raw: bytes | None = None
        for raw in rows:
            event = decode(raw)
            if event.seq > state.seq:
                apply(state, event)
            elif event.seq == state.seq:
                state.last_arrival = event.at  # the opening of the snapshot's day
        if raw is not None:
            head = Head(state.seq, chain.row_hash(raw) or "")
        return cls(facts, random, epoch, lookup, state, head)

    def commands(self, batch: Sequence[Received | Record], now_ms: int) -> Persist:
        """Decide a batch in order and change the state; nothing of it may leave before it is stored."""
        persist = Persist()
        fresh: dict[CommandKey, _Known] = {}
        for index, one in enumerate(batch):
            key = one.key if isinstance(one, Record) else one.command.key
            unit = one.actor.unit
            known = fresh.get(key) or self._stored(key)
            if known is None:
                reply = self._take(one, key, now_ms, persist)
                known = fresh[key] = (unit, reply, _encode(reply))
                persist.ops.append((key, unit.encode() + _OWNER_END + known[2]))
            elif known[0] != unit:
                reply = Refused(key=key, code=RefusalCode.NOT_YOURS, message="this key is another unit's")
                known = (unit, reply, _encode(reply))
            persist.answers.append(Answer(index, known[1], known[2]))
        return persist

    def persisted(self, persist: Persist) -> Outcome:
        """Return what may leave now. Call it only after the store has kept `persist`."""
        return Outcome(persist.answers, persist.rows)

    def _stored(self, key: CommandKey) -> _Known | None:
        found = self.lookup(key)
        if found is None:
            return None
        unit, _, raw = found.partition(_OWNER_END)
        return UnitId(unit.decode()), _decode_reply(raw), raw

    def _take(self, one: Received | Record, key: CommandKey, now: int, persist: Persist) -> Reply:
        if isinstance(one, Record):
            self._write(key, (one.body,), one.actor, now, persist)
            return Done(key=key, seq=self.head.seq, at=now)
        decision = decide(Scene(self.state, self.facts, one.actor, now, self._random), one.command)
        if isinstance(decision, Decided):
            self._write(key, decision.bodies, one.actor, now, persist)
            persist.persons.extend(one.persons)
            persist.forms.extend(msgspec.structs.replace(form, case=decision.case or "") for form in one.forms)
        return self._reply(key, decision, now)

    def _write(self, key: CommandKey, bodies: Sequence[AnyBody], actor: Actor, now: int, persist: Persist) -> None:
        """Turn bodies into chained events and apply them."""
        for index, body in enumerate(bodies):
            seq = self.head.seq + 1
            event = Event(
                v=VERSION,
                type=_TAGS[type(body)],
                origin=self.facts.hall,
                epoch=self.epoch,
                seq=seq,
                uid=f"{key}.{index}",
                at=now,
                actor=actor,
                body=body,
                prev_hash=self.head.hash,
            )
            raw = chain.seal(event)
            self.head = Head(seq, event.hash)
            last_day = self.state.carry.day
            apply(self.state, event)
            persist.rows.append(Row(event, raw))
            if isinstance(body, CaseSubmitted):
                persist.cases.append((body.case, seq))
                if body.provisional:
                    # What a citizen holds from a night without the hub; asked for in capitals.
                    persist.cases.append((body.provisional.upper(), seq))
            elif isinstance(body, PersonErased):
                persist.erased.append(body.person)
            elif isinstance(body, DayOpened) and body.day != last_day:
                persist.snapshot = (seq, _encode(self.state.carry))

    def _reply(self, key: CommandKey, decision: Decision, now: int) -> Reply:
        if isinstance(decision, Refusal):
            return Refused(key=key, code=decision.code, message=decision.message, ticket=decision.ticket)
        return Done(
            key=key,
            seq=self.head.seq if decision.bodies else 0,
            at=now,
            ticket=None if decision.ticket is None else self.state.tickets.get(TicketUid(decision.ticket)),
            ahead=decision.ahead,
            estimate_s=decision.estimate_s,
            rating=decision.rating,
            case=decision.case,
            case_code=decision.case_code,
        )


_TAGS: dict[type[Body], str] = {kind: str(kind.__struct_config__.tag) for kind in AnyBody.__args__}
"""Event type of each body class."""
