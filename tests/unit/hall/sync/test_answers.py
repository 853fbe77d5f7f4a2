"""What came over HTTP, whatever it was, becomes an input of the step."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.sync import inputs as io
from hall.sync.answers import read_event, read_message, read_reply, read_view
from hall.wire.replies import Done, RefusalCode, Refused
from tests.unit.hall.sync.hub_double import day_view, event, issued, key

encode = msgspec.json.encode


def test_replies_are_read_as_they_are() -> None:
    refused = Refused(key("k"), RefusalCode.QUOTA_FULL)
    assert read_reply(key("k"), 200, encode(issued("k"))) == io.Answered(key("k"), issued("k"))
    assert read_reply(key("k"), 409, encode(refused)) == io.Answered(key("k"), refused)


def test_an_answer_to_something_else_is_none() -> None:
    other = Done(key("other"), 1, 1)
    assert read_reply(key("k"), 200, encode(other)) == io.Failed(key("k"), io.Failure.MALFORMED_REPLY)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b"", io.Failure.UNAUTHORISED),
        (401, b'{"code":"bad_token","message":"old"}', io.Failure.UNAUTHORISED),
        (403, b"", io.Failure.NOT_ENROLLED),
        (500, b"oops", io.Failure.SERVER_ERROR),
        (502, b"<html>", io.Failure.SERVER_ERROR),
        (200, b"<html>", io.Failure.MALFORMED_REPLY),
    ],
)
def test_statuses_without_a_reply(status: int, body: bytes, expected: io.Failure) -> None:
    assert read_reply(key("k"), status, body) == io.Failed(key("k"), expected)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, b"", RefusalCode.MALFORMED),
        (413, b"too big", RefusalCode.TOO_LARGE),
        (403, b'{"code":"forbidden","message":"not your role"}', RefusalCode.FORBIDDEN),
    ],
)
def test_a_condemned_request_is_a_final_refusal(status: int, body: bytes, code: RefusalCode) -> None:
    answered = read_reply(key("k"), status, body)
    assert isinstance(answered, io.Answered)
    assert isinstance(answered.reply, Refused)
    assert answered.reply.code is code


def test_views_and_events() -> None:
    view = day_view()
    assert read_view(200, encode(view)) == io.ViewFetched(view)
    assert read_view(200, b"{}") == io.ViewFailed(io.Failure.MALFORMED_REPLY)
    assert read_view(503, b"") == io.ViewFailed(io.Failure.SERVER_ERROR)
    assert read_event(encode(event(3)).decode()) == event(3)
    assert read_event('{"type":"of.tomorrow"}') is None


@given(st.integers(100, 599), st.binary(max_size=80))
def test_garbage_never_raises(status: int, body: bytes) -> None:
    assert isinstance(read_reply(key("k"), status, body), io.Answered | io.Failed)
    assert isinstance(read_view(status, body), io.ViewFetched | io.ViewFailed)
    assert read_event(body.decode("latin-1")) is None


def test_a_message_of_the_stream_is_read_by_its_type() -> None:
    told = event(11)
    assert read_message("message", encode(told).decode()) == io.StreamEvent(told)
    assert read_message("message", '{"unknown":1}') == io.StreamLost(io.Failure.GONE)
    assert read_message("head", "3449") == io.StreamHead(3449)


def test_a_hub_that_closes_its_stream_can_go_on_from_there() -> None:
    """Taken for "gone", what was stored between its goodbye and the next look would never be told, nor spoken."""
    assert read_message("end", "{}") == io.StreamLost(io.Failure.REFUSED_CONNECTION)


@pytest.mark.parametrize(("kind", "data"), [("message", ""), ("head", ""), ("head", "-1"), ("head", "²"), ("new", "x")])
def test_a_message_that_says_nothing_to_this_program_is_passed_over(kind: str, data: str) -> None:
    assert read_message(kind, data) is None
