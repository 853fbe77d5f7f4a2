"""Every number and message by name: what was sent, what waits, what is lost, and what nobody can know."""

from typing import Any

from msgspec.structs import replace

from field.rescue.account import (
    KNOWN,
    MISSING,
    NOTE,
    REFUSED,
    SENT,
    UNKNOWN,
    WAITING,
    Line,
    lines_of,
    missing,
    running_of,
)
from field.rescue.carve import Fragment
from field.rescue.upload import Sent
from hall.store.record import Pending, Rank, Stamp, UnitRecord
from hall.wire import commands as cmd
from hall.wire.enrolment import KnownSlip, UnitSeries
from hall.wire.replies import Done, RefusalCode, Refused
from tests.unit.field.rescue.stores import alone
from tests.unit.hall.sync.hub_double import HUB_TIME, key


def hub(*numbers: str, served: tuple[str, ...] = ()) -> UnitSeries:
    slips = tuple(KnownSlip(number, "social", HUB_TIME + at * 60_000, "waiting") for at, number in enumerate(numbers))
    return UnitSeries("kiosk-c", "CB", ("C",), "2026-11-21", slips, served)


def states(lines: Any) -> list[str]:
    return [line.state for line in lines]


def sent_of(record: UnitRecord, **fields: Any) -> Sent:
    values: dict[str, Any] = {"outbox": dict(record.outbox), "unsure": frozenset(), "record": record, **fields}
    return Sent(**values)


def test_what_was_sent_what_the_hub_had_and_what_waits() -> None:
    record = alone(3).disk
    sent = sent_of(record)
    first, second, third = sent.outbox
    record.outbox = {third: sent.outbox[third]}
    record.answers = {name: Done(key=name, seq=5, at=HUB_TIME) for name in (first, second)}
    lines = list(lines_of(sent, hub("A-C01")))
    assert states(lines) == [KNOWN, SENT, WAITING]
    assert lines[1].what.startswith("ticket A-C02 for social, printed ")
    assert "day is not open" in lines[2].why


def test_a_refusal_is_named_with_its_reason_unless_nobody_loses_by_it() -> None:
    record = alone(1).disk
    upload = next(iter(record.outbox.values()))
    confirm = Pending(9, Rank.COMMAND, cmd.ConfirmTicket(key=key("c9"), ticket=upload.command.key), Stamp("b", 1))  # type: ignore[arg-type]  # any uid
    sent = sent_of(record, outbox={upload.command.key: upload, key("c9"): confirm})
    record.outbox = {}
    refused = Refused(key=key("x"), code=RefusalCode.WRONG_STATE, message="it was called already")
    record.answers = {upload.command.key: refused, key("c9"): refused}
    lines = list(lines_of(sent, hub()))
    assert states(lines) == [REFUSED, NOTE]
    assert {line.why for line in lines} == {"it was called already"}


def test_a_slip_that_nobody_saw_come_out_is_told_apart() -> None:
    record = alone(1).disk
    sent = sent_of(record, unsure=frozenset(record.given))
    record.outbox = {}
    (line,) = lines_of(sent, hub())
    assert (line.state, "may not have come out" in line.why) == (SENT, True)


def test_every_kind_of_message_has_a_name() -> None:
    record = alone(1).disk
    commands: list[cmd.AnyCommand] = [
        cmd.AbandonTicket(key=key("1"), issue_key=key("i")),
        cmd.IssueTicket(key=key("2"), item="social"),  # type: ignore[arg-type]  # a code
        cmd.ReportService(key=key("3"), counter="1", ticket="t", number="A-C07", started_age_ms=0),  # type: ignore[arg-type]  # names
        cmd.SubmitCase(key=key("4"), item="social", provisional="kiosk-c-00001-X"),  # type: ignore[arg-type]  # names
        cmd.Rate(key=key("5"), rating="r"),  # type: ignore[arg-type]  # a name
        cmd.ReportDevice(key=key("6"), unit="kiosk-c", device="printer", status="jammed"),  # type: ignore[arg-type]  # names
        cmd.SignOut(key=key("7"), counter="1"),  # type: ignore[arg-type]  # a name
    ]
    outbox = {one.key: Pending(order, 2, one, Stamp("b", 1)) for order, one in enumerate(commands)}
    said = [line.what for line in lines_of(sent_of(record, outbox=outbox), hub())]
    for what, words in zip(
        said,
        ("never answered", "A-C07 at counter 1", "kiosk-c-00001-X", "rating", "jammed", "sign_out"),
        strict=True,
    ):
        assert words in what


def test_gaps_are_named_with_what_is_left_of_them() -> None:
    piece = Fragment("A-C04", "housing", HUB_TIME)
    found = list(missing("C", None, hub("A-C01", "B-C03", served=("A-C02", "A-D09")), [piece], noted=5))
    assert states(found) == [NOTE, MISSING, MISSING, UNKNOWN]
    assert "A-C02" in found[0].what
    assert found[1].what.startswith("ticket A-C04 for housing, printed ")
    assert found[2].what.startswith("ticket ?-C05, printed after ")
    assert "by its number" in found[2].why
    assert found[3] == Line(UNKNOWN, "numbers above C05", found[3].why)


def test_numbers_on_the_disk_are_not_missing_and_other_series_do_not_count() -> None:
    record = alone(2).disk
    assert states(missing("C", record, hub("A-CB01", "A-D05"))) == [UNKNOWN]
    assert states(missing("C", None, hub())) == [UNKNOWN]


def test_a_number_is_of_its_very_series() -> None:
    assert running_of("A-C07", "C") == 7
    assert running_of("A-CB07", "CB") == 7
    assert [running_of(number, "C") for number in ("A-CB07", "A023", "A-C", "")] == [None] * 4
    assert replace(hub(), series="").former == ("C",)
