"""A unit's side of the conversation with its hub, as a pure step: (record, input, now) gives outputs.

Promises. A command is on disk with its key before it is first sent, and is sent with that key until the hub has
answered it; one is under way at a time, so a unit's commands arrive in the order they were submitted (ranks first,
see `Rank`). Every submitted command is answered to the face exactly once. After a loss the hub's view is fetched
before anything is sent, so that nothing is ever said to a hub of a lower epoch.

Reaction to every failure class:

====================================  ================================================================================
connection refused, timeout,          same key again after a back-off with jitter (0.2 s doubling to 2 s), preceded by
5xx, reply unreadable                 fetching the view; no success for `hub_away_s` (`hub_away_cold_s` until the hub
                                      was heard once) means away
503 store_failed                      the same: a hub that cannot write is a hub that is away
401                                   buy a new bearer, then the same key again; refused too: as 403
403 without a reply of the hub        not enrolled any more, or replaced (`retirement`): away, slow retries, outbox kept
403, 404, 409, 429 with a refusal     an answer like any other: told, kept, never repeated
400, 413                              final refusal `malformed` / `too_large`: repeating cannot help, nothing else waits
no business day open                  uploads wait for the next one: entered now, their tickets would be void at once
stale epoch, said by either side      away with that reason; commands stay until the hub of the highest epoch is back
reply lost                            same key again: the hub gives the stored reply
reply lost, and given up meanwhile    a ticket of the own series; `abandon(key)` goes before everything else, the hub
                                      voids the phantom or kills the key; its late reply is ignored
reply doubled, late or unknown        ignored: the outbox no longer holds the key
wrong hub (CA, hall)                  away with that reason; nothing is sent
behind a reply or heartbeat for 2 s    the stream is taken for stuck: as if lost
stream lost                           view, then stream again from the last event told
an event that cannot be folded        the same (a new day; a passed visitor called after all)
gap in the stream                     the same; if the hub cannot go back that far, the view replaces what was missed
event doubled, late                   ignored by seq
event of a lower epoch                ignored, and the stream is left
store failed                          the record is read back from disk; a submit is refused with `store_failed`, or
                                      kept in mind if it tells what has happened already (`hall.sync.unstored`)
store failed at the start             the start is tried again, and nothing is sent before it (`hall.sync.beginning`)
====================================  ================================================================================

Away: see `hall.sync.alone`. Back: abandons, then uploads with their age as it is then, then the rest in order.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from hall.store.record import (
    AnswerKept,
    BootSeen,
    Change,
    EpochRaised,
    Pending,
    ProvisionalMoved,
    Queued,
    Rank,
    Stamp,
    UnitRecord,
    ViewKept,
    apply,
)
from hall.sync import hub_time, link
from hall.sync import inputs as io
from hall.sync.age import age_ms
from hall.sync.alone import (
    Moment,
    decide,
    merged_rating,
    overlaid,
    own_ticket,
    settle_own,
)
from hall.sync.answers import NOT_AN_ANSWER, REFUSED_KEY
from hall.sync.beginning import Beginning
from hall.sync.consequences import consequences, journal, rendered, retirement
from hall.sync.contact import HOPELESS, KEEP_VIEW_MS, LAST_RETRY_MS, STREAM_LAG_MS, Contact, Makers, UnitOptions
from hall.sync.series import day_began, provisional_case
from hall.sync.unstored import Unstored
from hall.wire import commands as cmd
from hall.wire.events import DayOpened
from hall.wire.fold import fold, follows
from hall.wire.replies import Done, RefusalCode, Refused, Reply
from hall.wire.view import HallView

REPLAY_LIMIT = 500
"""Missed events up to this many are replayed to the face; beyond, the view alone has to do."""
ALIVE_MS = 30_000
"""A sign of life is written this often while offline tickets wait for their upload."""


class UnitStep:
    """The step and its state. Call `step` with each input; carry out the outputs in order."""

    def __init__(self, options: UnitOptions, record: UnitRecord, makers: Makers) -> None:
        self.options = options
        self.record = record
        self.contact = Contact()
        self._makers = makers
        self._unstored = Unstored()
        self._beginning = Beginning()
        self._changes: list[Change] = []
        self._outputs: list[io.Output] = []
        self._now = 0
        self._was_away = False
        self._reactions: dict[type[Any], Callable[[Any], None]] = {
            io.Started: lambda _given: self._begin(),
            io.Submit: self._submit,
            io.Answered: self._answered,
            io.Failed: self._failed,
            io.ViewFetched: self._view_fetched,
            io.ViewFailed: self._view_failed,
            io.StreamEvent: self._stream_event,
            io.StreamHead: lambda given: self.contact.heard_head(given.seq, self._now),
            io.StreamLost: self._stream_lost,
            io.Renewed: self._renewed,
            io.Tick: self._tick,
        }

    @property
    def behind(self) -> bool:
        """Whether the view is older than what a reply has told already: a face must not act on it."""
        return self.record.view is not None and self.record.view.seq < self.contact.promised_seq

    @property
    def away(self) -> bool:
        """Whether the unit goes on alone."""
        return self.contact.away

    def step(self, given: io.Input, now: int) -> list[io.Output]:
        """React to one input at `now` (ms of this boot's clock). A `Store` comes first, a `Wait` last, if any."""
        self._now = now
        self._was_away = self.contact.away
        self._changes, self._outputs = [], []
        self._unstored.stored()
        if self._beginning.owed(self.record, self.options.boot):
            self._begin()
        self._reactions[type(given)](given)
        if self._unstored and now >= self.contact.retry_at:
            for command in self._unstored.next_try():
                self._submit(io.Submit(command))
        self._check_silence()
        self._check_stream()
        self._pump()
        self._keep_alive()
        wake = self._next_wake()
        if self._changes:
            self._outputs.insert(0, io.Store(tuple(self._changes)))
        return self._outputs if wake is None else [*self._outputs, io.Wait(max(1, wake - now))]

    def reload(self, record: UnitRecord, given: io.Input, now: int) -> list[io.Output]:
        """Go on from what is really on disk, after a `Store` failed in the step of `given`."""
        before, self.record, self._now = self.record, record, now
        if before.view is not None and before.cursor >= record.cursor:
            record.view, record.cursor = before.view, before.cursor  # told already; only its copy on disk is older
        self.contact.begin_again(now)
        self.contact.away = self._was_away  # the face was not told, and nothing was decided: so once more
        outputs: list[io.Output] = [io.CloseStream()]
        if not self._unstored.failed(given) and isinstance(given, io.Submit):
            refused = Refused(key=given.command.key, code=RefusalCode.STORE_FAILED, message="this unit cannot store")
            outputs.append(io.Tell(link.Replied(given.command.key, refused, offline=True)))
        return [*outputs, io.Wait(LAST_RETRY_MS)]

    # What a face wants

    def _submit(self, given: io.Submit) -> None:
        key = given.command.key
        if key in self.record.answers:
            self._tell_reply(self.record.answers[key], offline=False)
            return
        if key in self.record.outbox:
            return
        command = self._prepared(given.command)
        pending = Pending(
            order=self.record.next_order(),
            rank=Rank.COMMAND,
            command=command,
            stamp=self._stamp(),
            sent=not self.contact.away,
        )
        if self._settled_here(command):
            return
        if self.contact.away:
            self._decide(replace(pending, sent=False))
        else:
            self._change(Queued(pending))

    def _prepared(self, command: cmd.AnyCommand) -> cmd.AnyCommand:
        if isinstance(command, cmd.SubmitCase) and command.provisional is None:
            last = self.record.provisional_last + 1
            self._change(ProvisionalMoved(last))
            return replace(command, provisional=provisional_case(self.options.unit, last, self.options.mark))
        return command

    def _settled_here(self, command: cmd.AnyCommand) -> bool:
        """Carry out what is the unit's own business, with or without the hub."""
        own = own_ticket(self.record, command)
        verdict = None
        if own is not None:
            verdict = settle_own(self.record, command, own, self._moment())
        elif isinstance(command, cmd.Rate):
            verdict = merged_rating(self.record, command, self._moment())
        else:
            self._change(*journal(self.record, command))
        if verdict is None or verdict.reply is None:
            return False
        self._change(*verdict.changes)
        self._tell_reply(verdict.reply, offline=True)
        return True

    def _decide(self, pending: Pending) -> None:
        verdict = decide(self.record, pending, self._moment())
        self._change(*verdict.changes)
        if verdict.reply is not None:
            self._tell_reply(verdict.reply, offline=True)
        view = self.record.view
        if view is not None and any(isinstance(change, ViewKept) for change in verdict.changes):
            self._tell(link.ViewChanged(view))

    # What the hub says

    def _answered(self, given: io.Answered) -> None:
        if self.contact.under_way == given.key:
            self.contact.under_way = None
        reply = given.reply
        if isinstance(reply, Refused) and reply.code in NOT_AN_ANSWER:
            self._trouble(NOT_AN_ANSWER[reply.code])
            return
        pending = self.record.outbox.get(given.key)
        if pending is None:
            return
        self._heard()
        if isinstance(reply, Done):
            self._note_hub_time(reply.at)
            self.contact.promise(reply.seq, self._now)
        self._change(AnswerKept(given.key, reply), *consequences(self.record, pending, reply))
        if not pending.told:
            self._tell_reply(reply, offline=False)
        elif isinstance(reply, Refused) and self.contact.stream_open:
            self._refresh()

    def _failed(self, given: io.Failed) -> None:
        if self.contact.under_way == given.key:
            self.contact.under_way = None
            self._trouble(given.failure)

    def _view_failed(self, given: io.ViewFailed) -> None:
        self.contact.view_asked = False
        self._trouble(given.failure)

    def _view_fetched(self, given: io.ViewFetched) -> None:
        contact, record, view = self.contact, self.record, given.view
        contact.view_asked = False
        if view.epoch < record.epoch:
            self._trouble(io.Failure.STALE_EPOCH)
            return
        if record.view is not None and record.view.hall != view.hall:
            self._trouble(io.Failure.WRONG_HUB)
            return
        contact.verified = True
        self._raise_epoch(view.epoch)
        self._note_hub_time(view.at)
        if not self._has_work():
            self._heard()
        self._note_day(view.day, None)
        if contact.stream_open and record.view is not None and view.seq < record.view.seq:
            return
        contact.head_seq, contact.head_at = view.seq, view.at
        self._take_view(overlaid(view, record), self._cursor_for(view))
        if not contact.stream_open:
            contact.stream_open, contact.promised_by = True, self._now + STREAM_LAG_MS
            self._outputs.append(io.OpenStream(record.cursor))

    def _cursor_for(self, view: HallView) -> int:
        known, cursor = self.record.view is not None, self.record.cursor
        can_replay = known and cursor <= view.seq <= cursor + REPLAY_LIMIT and self.contact.dead_end != cursor
        return cursor if can_replay else view.seq

    def _stream_event(self, given: io.StreamEvent) -> None:
        event, record = given.event, self.record
        if not self.contact.stream_open or event.seq <= record.cursor or event.epoch < record.epoch:
            return
        if event.seq != record.cursor + 1 or record.view is None:
            self._gap()
            return
        self._raise_epoch(event.epoch)
        record.cursor = event.seq
        self.contact.view_dirty = True
        self._tell(link.HubEvent(event, fresh=self.contact.is_fresh(event)))
        if isinstance(event.body, DayOpened):
            self._note_day(event.body.day, event.seq)
        if event.seq <= record.view.seq:
            return
        if not follows(record.view, event):
            self._refresh()
            return
        record.view = fold(record.view, event)
        self._tell(link.ViewChanged(record.view))

    def _gap(self) -> None:
        contact, cursor = self.contact, self.record.cursor
        if contact.gap_at == cursor:
            contact.dead_end = cursor
        contact.gap_at = cursor
        self._refresh()

    def _stream_lost(self, given: io.StreamLost) -> None:
        if not self.contact.stream_open:
            return
        self.contact.stream_open = False
        if given.failure is io.Failure.GONE:
            self.contact.dead_end = self.record.cursor
        self._trouble(given.failure)

    def _refresh(self) -> None:
        """What is shown may not be so: fetch the view, then follow again from the last event told."""
        self._leave_stream()
        self.contact.verified = False

    def _leave_stream(self) -> None:
        self.contact.stream_open = False
        self._outputs.append(io.CloseStream())

    def _renewed(self, given: io.Renewed) -> None:
        self.contact.renewing = False
        self._change(*retirement(self.record, given.failure))
        if given.failure is None:
            self.contact.retry_at = self._now
        else:
            self._trouble(REFUSED_KEY.get(given.failure, given.failure))

    # Time and trouble

    def _begin(self) -> None:
        record = self.record
        known = record.boots.get(self.options.boot)
        if known is not None and known.hub_offset_ms is not None:
            self.contact.heard_once = True
        self._change(*self._beginning.changes(record, self._stamp(), self._makers.key))
        if record.view is not None:
            self._tell(link.ViewChanged(record.view))

    def _tick(self, _given: io.Tick) -> None:
        contact = self.contact
        if contact.view_dirty and self.record.view is not None and self._now - contact.kept_at >= KEEP_VIEW_MS:
            self._change(ViewKept(self.record.view, self.record.cursor))

    def _trouble(self, failure: io.Failure) -> None:
        contact = self.contact
        contact.reason = failure
        if failure is io.Failure.UNAUTHORISED and not contact.renewing:
            contact.renewing = True
            contact.verified = False
            self.contact.fell_silent(self._now)
            self._outputs.append(io.Renew())
            return
        contact.verified = False
        if contact.stream_open and failure in HOPELESS:
            self._leave_stream()
        contact.back_off(failure, self._now, self._makers.random())

    def _heard(self) -> None:
        """The hub does its work."""
        contact = self.contact
        contact.heard_once = True
        contact.attempts, contact.silent_since = 0, None
        if contact.away:
            contact.away = False
            self._tell(link.HubBack())

    def _check_silence(self) -> None:
        due = self.contact.away_at(self.options)
        if due is None or self._now < due:
            return
        self.contact.away = True
        self._tell(link.HubAway(self.contact.reason.value))
        for pending in sorted(self.record.outbox.values(), key=lambda one: one.order):
            if not pending.told:
                self._decide(pending)

    def _check_stream(self) -> None:
        if self.contact.lags(self.record.cursor) and self._now >= self.contact.promised_by:
            self._refresh()

    def _pump(self) -> None:
        """Ask for the view if need be, else send the next command."""
        contact = self.contact
        if contact.renewing or self._now < contact.retry_at or contact.view_asked:
            return
        if contact.away and not self._has_work():
            contact.verified = False  # nothing to send, so only a look can tell that the hub is back
        if not contact.verified:
            if contact.under_way is None:
                contact.view_asked = True
                self.contact.fell_silent(self._now)
                self._outputs.append(io.FetchView())
            return
        if contact.under_way is None:
            self._send_next()

    def _has_work(self) -> bool:
        outbox = self.record.outbox
        return bool(outbox) and (self._takes_uploads() or any(one.rank != Rank.UPLOAD for one in outbox.values()))

    def _takes_uploads(self) -> bool:
        return self.record.view is not None and self.record.view.day is not None

    def _send_next(self) -> None:
        if not self._has_work():
            return
        uploads = self._takes_uploads()
        waiting = (one for one in self.record.outbox.values() if uploads or one.rank != Rank.UPLOAD)
        pending = min(waiting, key=lambda one: (one.rank, one.order))
        if not pending.sent:
            pending = replace(pending, sent=True)
            self._change(Queued(pending))
        self.contact.under_way = pending.command.key
        self.contact.fell_silent(self._now)
        self._outputs.append(io.Send(rendered(self.record, pending, self._age), self.record.epoch))

    def _keep_alive(self) -> None:
        """Add a sign of life to what is stored anyway, and now and then while ages are being counted."""
        contact, storing = self.contact, bool(self._changes)
        if not storing and not contact.away:
            return
        if self._now - contact.alive_at < (KEEP_VIEW_MS if storing else ALIVE_MS):
            return
        boot = self.record.boots.get(self.options.boot)
        if boot is not None and (storing or self._counting_ages()):
            contact.alive_at = self._now
            self._change(BootSeen(replace(boot, last_ms=self._now)))

    def _counting_ages(self) -> bool:
        return self.contact.away and any(one.rank == Rank.UPLOAD for one in self.record.outbox.values())

    def _next_wake(self) -> int | None:
        contact = self.contact
        wakes = contact.wakes(self.options, self._now, self.record.cursor, self._has_work())
        if self._counting_ages():
            wakes.append(contact.alive_at + ALIVE_MS)
        return min(wakes, default=None)

    # Small change

    def _take_view(self, view: HallView, cursor: int) -> None:
        self._change(ViewKept(view, cursor))
        self._tell(link.ViewChanged(view))

    def _note_day(self, day: str | None, opened_seq: int | None) -> None:
        if day is None:
            return
        moved = day_began(self.record, day, opened_seq)
        if moved is not None:
            self._change(moved)

    def _raise_epoch(self, epoch: int) -> None:
        if epoch > self.record.epoch:
            self._change(EpochRaised(epoch))
            self.contact.promised_seq = 0  # another hub's log; what the old one promised may not be in it

    def _note_hub_time(self, hub_at: int) -> None:
        change = hub_time.moved(self.record, self.options.boot, self._now, hub_at)
        if change is not None:
            self.contact.alive_at = self._now
            self._change(change)

    def _age(self, stamp: Stamp) -> int:
        return age_ms(stamp, self._stamp(), self.record.boots)

    def _stamp(self) -> Stamp:
        return Stamp(self.options.boot, self._now)

    def _moment(self) -> Moment:
        return Moment(
            unit=self.options.unit,
            series=self.options.printed_series,
            stamp=self._stamp(),
            hub_now=hub_time.hub_now(self.record, self.options.boot, self._now),
            new_key=self._makers.key,
            new_token=self._makers.token,
            behind=self.behind,
        )

    def _change(self, *changes: Change) -> None:
        for change in changes:
            apply(self.record, change)
            self._changes.append(change)
            if isinstance(change, ViewKept):
                self.contact.view_dirty, self.contact.kept_at = False, self._now

    def _tell(self, event: link.LinkEvent) -> None:
        self._outputs.append(io.Tell(event))

    def _tell_reply(self, reply: Reply, offline: bool) -> None:
        self._tell(link.Replied(reply.key, reply, offline=offline))
