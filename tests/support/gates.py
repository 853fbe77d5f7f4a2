"""A gate and a vault for tests and measurements: plain, in memory, with the real matrix of roles."""

from hall.domain.ids import ClerkId, CounterId, UnitId
from hall.wire.actor import Actor, Role
from hall.wire.commands import AnyCommand
from server.auth.roles import may_send
from server.hub.step import FormRow, PersonRow


class OpenGate:
    """Believes a bearer that says who it is: ``ROLE:UNIT`` or ``ROLE:UNIT:COUNTER:CLERK``."""

    def __init__(self) -> None:
        self._known: dict[str, Actor] = {}

    def actor(self, bearer: str, session: str | None) -> Actor | None:
        known = self._known.get(bearer)
        if known is None:
            known = _read(bearer)
            if known is not None:
                self._known[bearer] = known
        return known

    def may(self, actor: Actor, command: AnyCommand) -> bool:
        return actor.role is Role.HUB or may_send(actor.role, type(command))


def _read(bearer: str) -> Actor | None:
    role, _, rest = bearer.partition(":")
    unit, _, place = rest.partition(":")
    if role not in {one.value for one in Role} or not unit:
        return None
    counter, _, clerk = place.partition(":")
    return Actor(
        unit=UnitId(unit),
        role=Role(role),
        counter=CounterId(counter) if counter else None,
        clerk=ClerkId(clerk) if clerk else None,
    )


class NoVault:
    """Opens nothing: what is sealed is dropped, what is named stays."""

    def receive(self, command: AnyCommand) -> tuple[AnyCommand, tuple[PersonRow, ...], tuple[FormRow, ...]]:
        return command, (), ()
