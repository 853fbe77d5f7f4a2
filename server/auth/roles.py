"""Who may send which command and use which route: the matrix, as data."""

from typing import get_args

from hall.wire import commands as c
from hall.wire.actor import Role

AT_THE_COUNTER: tuple[type[c.Command], ...] = (
    c.CallNext,
    c.RecallTicket,
    c.MarkNoShow,
    c.StartService,
    c.ParkTicket,
    c.ResumeTicket,
    c.TransferTicket,
    c.FinishService,
    c.InviteRating,
    c.Rate,
    c.SubmitCase,
    c.ReportService,
    c.SignOut,
    c.Pause,
    c.Unpause,
    c.ReportDevice,
    c.ReportAlarm,
)
"""What a counter does, by a clerk or by a pad's key. Without a clerk signed in the hub's own rules refuse the rest;
a retry from the outbox must pass after its session has ended."""

WITH_A_CLERK: tuple[type[c.Command], ...] = (*AT_THE_COUNTER, c.SignIn, c.CallTicket, c.ReprintTicket)
"""`CallTicket` of a number that is not parked here needs more than a clerk; that is the hub's rule."""

AT_THE_KIOSK: tuple[type[c.Command], ...] = (
    c.IssueTicket,
    c.ConfirmTicket,
    c.AbandonTicket,
    c.ReprintTicket,
    c.Rate,
    c.SubmitCase,
    c.UploadOffline,
    c.ReportDevice,
    c.ReportAlarm,
)

OF_THE_DAY: tuple[type[c.Command], ...] = (c.OpenDay, c.CloseDay)

COMMANDS: dict[Role, frozenset[type[c.Command]]] = {
    Role.KIOSK: frozenset(AT_THE_KIOSK),
    Role.COUNTER: frozenset(AT_THE_COUNTER),
    Role.LOBBY: frozenset({c.ReportDevice, c.ReportAlarm}),
    Role.HUB: frozenset(),
    Role.CLERK: frozenset(WITH_A_CLERK),
    Role.ATTENDANT: frozenset(AT_THE_KIOSK),
    Role.SUPERVISOR: frozenset((*WITH_A_CLERK, *AT_THE_KIOSK, *OF_THE_DAY, c.TakeOver)),
    Role.MANAGER: frozenset(OF_THE_DAY),
    Role.AUDITOR: frozenset(),
    Role.TECHNICIAN: frozenset({c.ReportDevice, c.ReportAlarm}),
    Role.ADMINISTRATOR: frozenset((*OF_THE_DAY, c.TakeOver, c.ReportDevice, c.ReportAlarm)),
}
"""The hub itself opens days and ends invitations without passing here; a hub as a unit is another hall's."""

EVERYBODY = frozenset(Role)
STAFF = frozenset(
    {
        Role.CLERK,
        Role.ATTENDANT,
        Role.SUPERVISOR,
        Role.MANAGER,
        Role.AUDITOR,
        Role.TECHNICIAN,
        Role.ADMINISTRATOR,
    }
)
READERS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})

HAVE_CARDS = frozenset({Role.ATTENDANT, Role.SUPERVISOR})
"""Who may sign in at a kiosk by card, always as an attendant: a card can be stolen, so it opens nothing more. The
commands of a supervisor include an attendant's; a technician's do not."""

ROUTES: dict[str, frozenset[Role]] = {
    "POST /v1/sessions": EVERYBODY - {Role.HUB, Role.LOBBY},
    "DELETE /v1/sessions": EVERYBODY,
    "PUT /v1/cards": HAVE_CARDS,
    "POST /v1/cases/query": EVERYBODY - {Role.HUB, Role.LOBBY},
    "GET /v1/cases/documents": frozenset({Role.CLERK, Role.SUPERVISOR, Role.MANAGER}),
    "PUT /v1/documents": EVERYBODY - {Role.HUB, Role.LOBBY},
    "GET /v1/units": frozenset({Role.TECHNICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR}),
    "DELETE /v1/units": frozenset({Role.ADMINISTRATOR}),
    "POST /v1/units/replacement": frozenset({Role.TECHNICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    "GET /v1/units/series": EVERYBODY - {Role.HUB},
    "PUT /v1/reports": frozenset({Role.KIOSK, Role.COUNTER, Role.LOBBY, Role.TECHNICIAN}),
    "GET /v1/reports": frozenset({Role.TECHNICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR}),
    "DELETE /v1/persons": frozenset({Role.ADMINISTRATOR}),
    "POST /v1/ingest": frozenset({Role.HUB}),
    "GET /v1/centre": READERS,
}
"""Routes that need a bearer and belong to one of these roles. Enrolment, challenge, token, CA and health need none."""

PREFERRED: dict[Role, tuple[Role, ...]] = {
    Role.KIOSK: (Role.ATTENDANT, Role.TECHNICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR),
    Role.COUNTER: (Role.SUPERVISOR, Role.CLERK, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR),
}
"""Which of a clerk's roles a sign-in takes by itself, by the kind of unit; elsewhere the first one."""


def all_commands() -> tuple[type[c.Command], ...]:
    """Return every command there is."""
    return get_args(c.AnyCommand)


def may_send(role: Role, command: type[c.Command]) -> bool:
    """Whether the role may send such a command at all."""
    return command in COMMANDS[role]


def may_use(role: Role, route: str) -> bool:
    """Whether the role may use the route.

    Raises:
        KeyError: the route is not in the matrix, which is a bug.

    """
    return role in ROUTES[route]


def role_for(unit: Role, roles: tuple[str, ...], wanted: str) -> Role | None:
    """Return the role of a sign-in: the wanted one if the clerk has it, else the one that suits the unit."""
    have = [Role(name) for name in roles]
    if wanted:
        return Role(wanted) if wanted in roles else None
    return next((role for role in PREFERRED.get(unit, ()) if role in have), have[0] if have else None)
