import msgspec

from hall.domain.ids import DeviceName, PersonRef, UnitId
from hall.domain.numbering import code_hash, is_case_number
from hall.domain.rating import RatingLevel
from hall.wire import commands as cmd
from hall.wire.actor import Actor, Role
from hall.wire.events import CaseSubmitted, Event
from hall.wire.replies import Done, RefusalCode, Refused
from server.store.log import HubLog
from tests.support.halls import HUB, Hall, at_counter


def test_a_company_runner_leaves_twelve_cases_on_one_ticket(hall: Hall) -> None:
    ticket = hall.waiting(cases=12)
    hall.serve("1")
    cases = set()
    for _ in range(12):
        reply = hall.at("1", cmd.SubmitCase, item="social", ticket=ticket.uid)
        assert isinstance(reply, Done), reply
        assert reply.case is not None
        assert reply.ticket is not None
        assert reply.ticket.uid == ticket.uid
        cases.add(reply.case)
    assert len(cases) == 12
    assert all(is_case_number(case) for case in cases)


def test_the_log_holds_the_codes_hash_only(hall: Hall) -> None:
    hall.waiting()
    hall.serve("1")
    reply = hall.at("1", cmd.SubmitCase, item="social")
    assert isinstance(reply, Done)
    assert reply.case is not None
    assert reply.case_code is not None
    row = hall.log.case_row(reply.case)
    assert row is not None
    assert code_hash(reply.case, reply.case_code).encode() in row
    assert reply.case_code.encode() not in row.replace(code_hash(reply.case, reply.case_code).encode(), b"")


def test_a_self_service_case_opens_its_own_invitation_also_at_night(hall: Hall) -> None:
    hall.done(cmd.CloseDay(key=hall.key()), HUB)
    reply = hall.done(cmd.SubmitCase(key=hall.key(), item="social", person=PersonRef("p-1")))
    assert reply.rating is not None
    hall.done(cmd.Rate(key=hall.key(), rating=reply.rating, level=RatingLevel.SATISFIED))


def test_a_case_is_for_the_counters_own_visitor(hall: Hall) -> None:
    ticket = hall.waiting()
    hall.serve("1")
    other = hall.at("2", cmd.SubmitCase, item="social", ticket=ticket.uid)
    assert isinstance(other, Refused)
    assert other.code is RefusalCode.NOT_YOURS
    unknown = cmd.SubmitCase(key=hall.key(), item="nothing", counter="1")  # type: ignore[arg-type]
    assert hall.code(unknown, at_counter("1")) is RefusalCode.UNKNOWN_ITEM


def test_case_numbers_go_on_over_days_and_start_again_with_the_year(log: HubLog) -> None:
    hall = Hall(log).open(day="2026-12-30")

    def submit() -> str:
        return hall.done(cmd.SubmitCase(key=hall.key(), item="social")).case or ""

    def next_day(day: str) -> None:
        hall.done(cmd.CloseDay(key=hall.key()), HUB)
        hall.done(cmd.OpenDay(key=hall.key(), day=day), HUB)
        hall.crash()

    assert submit().startswith("DEMO-2026-000001-")
    next_day("2026-12-31")
    assert submit().startswith("DEMO-2026-000002-")
    next_day("2027-01-04")
    assert submit().startswith("DEMO-2027-000001-")


def test_a_hall_that_never_opened_registers_no_case(log: HubLog) -> None:
    hall = Hall(log)
    assert hall.code(cmd.SubmitCase(key=hall.key(), item="social")) is RefusalCode.DAY_CLOSED


def test_the_key_in_the_log_does_not_buy_the_code(hall: Hall) -> None:
    hall.waiting()
    hall.serve("1")
    reply = hall.at("1", cmd.SubmitCase, item="social")
    assert isinstance(reply, Done)
    thief = Actor(unit=UnitId("lobby-1"), role=Role.LOBBY)
    for _ in range(2):
        report = cmd.ReportDevice(key=reply.key, unit=thief.unit, device=DeviceName("x"), status="ready")
        stolen = hall.refused(report, thief)
        assert stolen.code is RefusalCode.NOT_YOURS
        hall.crash()


def submitted(hall: Hall) -> list[CaseSubmitted]:
    bodies = [msgspec.json.decode(raw, type=Event).body for raw in hall.log.every_row_from(0)]
    return [body for body in bodies if isinstance(body, CaseSubmitted)]


def test_the_only_case_of_a_ticket_is_its_holders(hall: Hall) -> None:
    ticket = hall.waiting(person=PersonRef("p-1"))
    hall.serve("1")
    hall.at("1", cmd.SubmitCase, item="social")
    hall.at("1", cmd.SubmitCase, item="social", ticket=ticket.uid)
    assert [one.person for one in submitted(hall)] == ["p-1", "p-1"]


def test_a_person_whom_the_counter_names_goes_before_the_holder(hall: Hall) -> None:
    hall.waiting(person=PersonRef("p-1"))
    hall.serve("1")
    hall.at("1", cmd.SubmitCase, item="social", person=PersonRef("p-2"))
    assert [one.person for one in submitted(hall)] == ["p-2"]


def test_a_company_runners_cases_are_not_the_runners(hall: Hall) -> None:
    hall.waiting(person=PersonRef("p-1"), cases=2)
    hall.serve("1")
    hall.at("1", cmd.SubmitCase, item="social")
    assert [one.person for one in submitted(hall)] == [None]
