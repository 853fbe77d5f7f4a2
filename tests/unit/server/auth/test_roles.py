"""The matrix: every role with every command and route, and whose counter, name and device it is."""

import itertools

import msgspec
import pytest

from hall.domain.ids import ClerkId, CounterId, UnitId
from hall.wire import commands as c
from hall.wire.actor import Actor, Role
from server.auth.roles import COMMANDS, ROUTES, all_commands, may_send, may_use, role_for
from tests.unit.server.auth.conftest import Book

COUNTER = {
    "call_next",
    "recall",
    "no_show",
    "start",
    "park",
    "resume",
    "transfer",
    "finish",
    "invite",
    "rate",
    "submit_case",
}
COUNTER |= {"report_service", "sign_out", "pause", "unpause", "report_device", "report_alarm"}
KIOSK = {
    "issue",
    "confirm",
    "abandon",
    "reprint",
    "rate",
    "submit_case",
    "upload_offline",
    "report_device",
    "report_alarm",
}
DAY = {"open_day", "close_day"}
CLERK = COUNTER | {"sign_in", "call", "reprint"}
EXPECTED = {
    Role.KIOSK: KIOSK,
    Role.COUNTER: COUNTER,
    Role.LOBBY: {"report_device", "report_alarm"},
    Role.HUB: set(),
    Role.CLERK: CLERK,
    Role.ATTENDANT: KIOSK,
    Role.SUPERVISOR: CLERK | KIOSK | DAY | {"take_over"},
    Role.MANAGER: DAY,
    Role.AUDITOR: set(),
    Role.TECHNICIAN: {"report_device", "report_alarm"},
    Role.ADMINISTRATOR: DAY | {"take_over", "report_device", "report_alarm"},
}


def tag(command: type[c.Command]) -> str:
    return str(command.__struct_config__.tag)


@pytest.mark.parametrize(("role", "command"), list(itertools.product(Role, all_commands())), ids=str)
def test_every_role_with_every_command(role: Role, command: type[c.Command]) -> None:
    assert may_send(role, command) is (tag(command) in EXPECTED[role])


def test_every_command_has_somebody_who_may_send_it() -> None:
    assert set().union(*COMMANDS.values()) == set(all_commands())


def test_routes_with_personal_or_lasting_effect_are_few_peoples() -> None:
    assert {role for role in Role if may_use(role, "DELETE /v1/units")} == {Role.ADMINISTRATOR}
    assert {role for role in Role if may_use(role, "POST /v1/ingest")} == {Role.HUB}
    assert not {Role.KIOSK, Role.LOBBY, Role.COUNTER, Role.CLERK} & ROUTES["GET /v1/centre"]
    with pytest.raises(KeyError):
        may_use(Role.CLERK, "GET /v1/unheard")


def test_the_unit_suggests_the_role() -> None:
    roles = ("clerk", "attendant", "supervisor")
    assert role_for(Role.KIOSK, roles, "") is Role.ATTENDANT
    assert role_for(Role.COUNTER, roles, "") is Role.SUPERVISOR
    assert role_for(Role.LOBBY, roles, "") is Role.CLERK
    assert role_for(Role.COUNTER, roles, "auditor") is None
    assert role_for(Role.COUNTER, (), "") is None


@pytest.fixture
def actors(book: Book) -> dict[Role, Actor]:
    book.enrol()
    book.enrol("kiosk-c", "kiosk", "C")
    counter, kiosk = book.gate.actor(book.bearer()), book.gate.actor(book.bearer("kiosk-c"))
    assert counter is not None
    assert kiosk is not None
    clerk = msgspec.structs.replace(counter, role=Role.CLERK, clerk=ClerkId("c1"))
    leader = msgspec.structs.replace(clerk, role=Role.SUPERVISOR)
    return {Role.COUNTER: counter, Role.KIOSK: kiosk, Role.CLERK: clerk, Role.SUPERVISOR: leader}


KEY = c.CommandKey("k")
ONE, TWO = CounterId("1"), CounterId("2")


@pytest.mark.parametrize(
    ("role", "command", "allowed"),
    [
        (Role.COUNTER, c.CallNext(key=KEY, counter=ONE), True),
        (Role.COUNTER, c.CallNext(key=KEY, counter=TWO), False),
        (Role.CLERK, c.FinishService(key=KEY, counter=TWO), False),
        (Role.SUPERVISOR, c.FinishService(key=KEY, counter=TWO), True),
        (Role.CLERK, c.SignIn(key=KEY, counter=ONE, clerk=ClerkId("c1")), True),
        (Role.CLERK, c.SignIn(key=KEY, counter=ONE, clerk=ClerkId("c2")), False),
        (Role.SUPERVISOR, c.SignIn(key=KEY, counter=ONE, clerk=ClerkId("c2")), False),
        (Role.SUPERVISOR, c.TakeOver(key=KEY, from_counter=ONE, to_counter=TWO), True),
        (Role.KIOSK, c.ReprintTicket(key=KEY, sealed_person=b"x"), True),
        (Role.KIOSK, c.ReprintTicket(key=KEY, ticket=c.TicketUid("t")), False),
        (Role.CLERK, c.ReprintTicket(key=KEY, ticket=c.TicketUid("t")), True),
        (Role.KIOSK, c.SubmitCase(key=KEY, item=c.ItemCode("i")), True),
        (Role.KIOSK, c.SubmitCase(key=KEY, item=c.ItemCode("i"), counter=ONE), False),
        (Role.KIOSK, c.ReportDevice(key=KEY, unit=UnitId("kiosk-c"), device=c.DeviceName("d"), status="ready"), True),
        (Role.KIOSK, c.ReportDevice(key=KEY, unit=UnitId("counter-1"), device=c.DeviceName("d"), status="x"), False),
        (Role.KIOSK, c.ReportAlarm(key=KEY, unit=UnitId("kiosk-c"), what="panic"), True),
        (Role.KIOSK, c.ReportAlarm(key=KEY, unit=UnitId("counter-1"), what="panic", over=True), False),
        (Role.CLERK, c.ReportAlarm(key=KEY, unit=UnitId("kiosk-c"), what="panic", over=True), True),
        (Role.CLERK, c.ReportAlarm(key=KEY, unit=UnitId("kiosk-c"), what="panic"), False),
    ],
)
def test_everybody_acts_for_own_counter_name_and_device(
    book: Book, actors: dict[Role, Actor], role: Role, command: c.AnyCommand, allowed: bool
) -> None:
    assert book.gate.may(actors[role], command) is allowed


def test_a_bus_owner_acts_for_each_of_its_windows(book: Book) -> None:
    book.enrol("bus-1", "counter", "", "1", "2")
    actor = book.gate.actor(book.bearer("bus-1"))
    assert actor is not None
    assert actor.counter is None
    assert book.gate.may(actor, c.CallNext(key=KEY, counter=TWO))
    assert not book.gate.may(actor, c.CallNext(key=KEY, counter=CounterId("3")))
