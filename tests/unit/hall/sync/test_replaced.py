"""Two machines of one name: the spare prints what the dead one cannot have printed, and the dead one stops."""

import msgspec
import pytest

from hall.domain.ids import ItemCode
from hall.sync import inputs as io
from hall.sync import link
from hall.sync.answers import key_refusal
from hall.wire import commands as cmd
from hall.wire.enrolment import REPLACED, Problem
from hall.wire.replies import Done, RefusalCode, Refused
from tests.unit.hall.sync.hub_double import Bench, day_view, issue, key


def alone(bench: Bench) -> Bench:
    """Let the hub fall silent."""
    bench.connect()
    bench.feed(io.StreamLost(io.Failure.TIMEOUT))
    bench.feed(io.ViewFailed(io.Failure.TIMEOUT), 4_000)
    bench.feed(io.Tick(), 4_000)
    assert bench.step.away
    return bench


def refused_for_good(bench: Bench) -> None:
    """The hub knows this machine's key, as one of before."""
    bench.submit(issue("k1"))
    bench.feed(io.Failed(key("k1"), io.Failure.UNAUTHORISED))
    bench.feed(io.Renewed(io.Failure.REPLACED))
    bench.feed(io.Tick(), 4_000)


def answer_to(bench: Bench, name: str) -> Done | Refused:
    bench.submit(issue(name))
    return bench.replies()[-1].reply


def test_the_spares_numbers_bear_its_mark() -> None:
    first, spare = alone(Bench()), alone(Bench(mark="B"))
    numbers = []
    for bench in (first, spare):
        reply = answer_to(bench, "k1")
        assert isinstance(reply, Done)
        assert reply.ticket is not None
        numbers.append(reply.ticket.number)
    assert numbers[1] == numbers[0].replace("-C", "-CB")
    assert numbers[0] != numbers[1]


def test_a_unit_without_a_series_gets_none_by_its_mark() -> None:
    reply = answer_to(alone(Bench(series="", mark="B")), "k1")
    assert isinstance(reply, Refused)
    assert "no own series" in reply.message


def test_provisional_case_numbers_of_two_machines_differ() -> None:
    cases = []
    for mark in ("", "B"):
        bench = alone(Bench(mark=mark))
        bench.submit(cmd.SubmitCase(key=key("s1"), item=ItemCode("social")))
        reply = bench.replies()[-1].reply
        assert isinstance(reply, Done)
        cases.append(reply.case)
    assert cases[0] is not None
    assert cases[0].startswith("kiosk-c-00001")
    assert cases[1] is not None
    assert cases[1].startswith("kiosk-c-B00001")


def test_a_machine_that_was_replaced_numbers_nobody_any_more() -> None:
    bench = Bench().connect()
    refused_for_good(bench)
    assert link.HubAway("replaced") in bench.told
    assert bench.disk.retired
    last = answer_to(bench, "k2")
    assert isinstance(last, Refused)
    assert last.code is RefusalCode.HUB_AWAY
    assert "taken this unit's place" in last.message
    assert not [given for given in bench.disk.given.values() if given.ticket.offline]


def test_it_knows_that_after_a_restart_without_any_hub() -> None:
    before = Bench().connect()
    refused_for_good(before)
    after = Bench(before.disk, boot="boot-2")
    after.feed(io.Started())
    after.feed(io.ViewFailed(io.Failure.REFUSED_CONNECTION))
    after.feed(io.Tick(), 91_000)
    assert after.step.away
    reply = answer_to(after, "k3")
    assert isinstance(reply, Refused)
    assert "taken this unit's place" in reply.message


def test_enrolled_anew_it_works_again() -> None:
    bench = Bench().connect()
    refused_for_good(bench)
    bench.feed(io.ViewFailed(io.Failure.UNAUTHORISED))
    bench.feed(io.Renewed(), 20_000)
    assert not bench.disk.retired
    bench.feed(io.ViewFetched(day_view()))
    assert bench.disk.epoch == 1


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (403, msgspec.json.encode(Problem(REPLACED, "")), io.Failure.REPLACED),
        (403, b"<html>", io.Failure.NOT_ENROLLED),
        (401, msgspec.json.encode(Problem(REPLACED, "")), io.Failure.UNAUTHORISED),
        (502, b"", io.Failure.SERVER_ERROR),
    ],
)
def test_only_the_hubs_own_word_retires_a_machine(status: int, body: bytes, failure: io.Failure) -> None:
    assert key_refusal(status, body) is failure
