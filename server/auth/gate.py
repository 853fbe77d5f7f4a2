"""The door of every command: who is asking, and may they. Dictionaries only, never the disk."""

from collections.abc import Callable

from hall.domain.ids import ClerkId, CounterId, UnitId
from hall.wire import commands as c
from hall.wire.actor import Actor, Role
from server.auth.accounts import UnitRow
from server.auth.authority import Authority
from server.auth.roles import may_send, may_use
from server.auth.sessions import Sessions

CACHED = 4096
"""Remembered pairs of bearer and session; more than that and the memory starts anew."""
CACHE_MS = 5_000
"""How long a pair is remembered without looking again; a revocation empties the memory at once."""
ANY_COUNTER = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR})


class Gate:
    """Turns a bearer and a session into an actor, and says what the actor may do."""

    def __init__(self, authority: Authority, sessions: Sessions, clock: Callable[[], int]) -> None:
        self.authority = authority
        self.sessions = sessions
        self.clock = clock
        self._known: dict[tuple[str, str | None], tuple[int, Actor]] = {}
        self._counters: dict[str, frozenset[str]] = {}

    def actor(self, bearer: str, session: str | None = None) -> Actor | None:
        """Return who is asking, or None for an unknown bearer.

        A session that has ended leaves the unit's own role: its outbox must still get through, and the roles
        refuse what needs a person.
        """
        now = self.clock()
        known = self._known.get((bearer, session))
        if known is not None and now - known[0] < CACHE_MS:
            return known[1]
        unit = self.authority.whose(bearer, now)
        if unit is None:
            return None
        actor = self._actor(unit, session, now)
        if len(self._known) >= CACHED:
            self._known.clear()
        self._known[bearer, session] = (now, actor)
        self._counters[unit.unit] = frozenset(unit.counters)
        return actor

    def unit(self, bearer: str) -> UnitRow | None:
        """Return the unit behind a bearer."""
        return self.authority.whose(bearer, self.clock())

    def may(self, actor: Actor, command: c.Command) -> bool:
        """Whether this actor may send this very command."""
        return may_send(actor.role, type(command)) and self._own_business(actor, command)

    def may_use(self, actor: Actor, route: str) -> bool:
        """Whether the actor may use a route of `roles.ROUTES`."""
        return may_use(actor.role, route)

    def forget(self) -> None:
        """Look everything up again: a session ended, a unit was shut out or enrolled anew."""
        self._known.clear()

    def end_sessions(self) -> None:
        """The day is closed: everybody signs in again."""
        self.sessions.end_all()
        self.forget()

    def _actor(self, unit: UnitRow, session: str | None, now: int) -> Actor:
        signed_in = self.sessions.whose(session, unit.unit, now) if session else None
        if signed_in is None:
            counter = unit.counters[0] if len(unit.counters) == 1 else ""
            return Actor(UnitId(unit.unit), Role(unit.kind), None, CounterId(counter) if counter else None)
        counter = signed_in.counter
        place = CounterId(counter) if counter else None
        return Actor(UnitId(unit.unit), Role(signed_in.role), ClerkId(signed_in.clerk), place)

    def _own_business(self, actor: Actor, command: c.Command) -> bool:
        """A unit acts for its own counters and devices, a clerk in the own name; supervisors for every counter."""
        match command:
            case c.SignIn(clerk=clerk, counter=counter):
                return clerk == actor.clerk and self._stands_at(actor, counter)
            case c.ReportDevice(unit=unit):
                return unit == actor.unit
            case c.ReportAlarm(unit=unit, over=over):
                return unit == actor.unit or (over and actor.clerk is not None)
            case c.ReprintTicket(ticket=ticket):
                return actor.role is not Role.KIOSK or ticket is None
            case c.SubmitCase(counter=None) | c.TakeOver():
                return True
        named: str | None = getattr(command, "counter", None)
        return named is None or self._stands_at(actor, named)

    def _stands_at(self, actor: Actor, counter: str) -> bool:
        return actor.role in ANY_COUNTER or counter in self._counters.get(actor.unit, frozenset())
