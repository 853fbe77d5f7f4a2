"""An expired bearer costs nobody a question: it is renewed and the question put again; a wrong PIN is put once."""

import asyncio
from functools import partial
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hall.sync.credential import Credential
from hall.sync.http import HubAddress, HubClient
from hall.sync.link import Answered, Question
from hall.wire.enrolment import Bearer, Challenge, Enrolled, Problem, Session, SessionRequest

SIGN_IN = Question(id="q1", method="POST", path="/v1/sessions", body=SessionRequest("1001", "1001"))
WRONG_PIN = Question(id="q3", method="POST", path="/v1/sessions", body=SessionRequest("1001", "0000"))
UNITS = Question(id="q2", method="GET", path="/v1/units")
RENEWAL = ["/v1/challenge", "/v1/token"]


class Hub:
    """Knows the newest bearer only, and one PIN."""

    def __init__(self) -> None:
        self.bearers = 0
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/v1/challenge":
            return reply(200, Challenge(b"n" * 32, 60))
        if path == "/v1/token":
            self.bearers += 1
            return reply(200, Bearer(f"bearer-{self.bearers}", 60))
        if request.headers.get("Authorization") != f"Bearer bearer-{self.bearers}":
            return reply(401, Problem("bad_token", "old bearer"))
        if path != "/v1/sessions":
            return reply(200, {})
        if msgspec.json.decode(request.content)["pin"] != "1001":
            return reply(401, Problem("bad_pin", "wrong PIN"))
        return reply(201, Session("secret", "1001", "林虚构", "clerk", 60, "1"))


def reply(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, content=msgspec.json.encode(body))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=httpx.MockTransport(hub.answer)))
    return hub


def asked(hub: Hub, question: Question, *, expired: bool) -> Answered:
    """Put a question with a bearer that the hub knows, or knows no more."""
    enrolled, key = Enrolled("counter-1", "counter", "demo", b""), Ed25519PrivateKey.generate()

    async def put() -> Answered:
        async with HubClient(HubAddress("http://hub"), Credential(enrolled, key.private_bytes_raw())) as client:
            await client.renew()
            hub.bearers += expired
            return await client.ask(question)

    return asyncio.run(put())


@pytest.mark.parametrize(("question", "status"), [(SIGN_IN, 201), (UNITS, 200)])
def test_a_question_with_an_expired_bearer_is_put_again_with_a_new_one(
    hub: Hub, question: Question, status: int
) -> None:
    assert asked(hub, question, expired=True).status == status
    assert hub.asked == [*RENEWAL, question.path, *RENEWAL, question.path]


def test_a_wrong_pin_is_sent_once(hub: Hub) -> None:
    answer = asked(hub, WRONG_PIN, expired=False)
    assert (answer.status, answer.body["code"]) == (401, "bad_pin")
    assert hub.asked == [*RENEWAL, "/v1/sessions"]


def test_a_wrong_pin_behind_an_expired_bearer_is_checked_once(hub: Hub) -> None:
    answer = asked(hub, WRONG_PIN, expired=True)
    assert (answer.status, answer.body["code"]) == (401, "bad_pin")
    assert hub.asked == [*RENEWAL, "/v1/sessions", *RENEWAL, "/v1/sessions"]
