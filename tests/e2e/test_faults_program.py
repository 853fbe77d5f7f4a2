"""Faults of a calling program against a real hub over TLS: the right status, JSON that says why, nothing lost."""

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import tomli_w
import uuid_utils

from config.load import read_toml
from hall.domain.ids import CommandKey, ItemCode
from hall.domain.person import Person
from hall.wire import commands as c
from hall.wire.replies import RefusalCode
from hall.wire.seal import seal_person
from server.api.commands import MAX_BODY
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server

SHORT, CLOSED, PLAIN = ItemCode("pick-up"), ItemCode("tax-invoice"), ItemCode("social-card")
PERSON = Person("欧阳虚构", "11010519491231002X")


def new_key() -> CommandKey:
    return CommandKey(str(uuid_utils.uuid7()))


def _file(folder: Path) -> Path:
    path = hall_file(folder)
    hall = read_toml(path)
    morning = datetime.now(ZoneInfo("Asia/Shanghai")).hour < 12
    for item in hall["items"]:
        if item["code"] == SHORT:
            item["quota"] = 1
        if item["code"] == CLOSED:
            item["opens"], item["closes"] = ("13:00", "14:00") if morning else ("01:00", "02:00")
    path.write_text(tomli_w.dumps(hall), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(_file(tmp_path_factory.mktemp("faults")))
    yield running
    assert running.stop() == 0, "after all that it ends in order"
    assert run_server("verify", "--config", running.config).returncode == 0
    assert "Traceback" not in running.log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def kiosk(server: ServerProcess) -> Iterator[Unit]:
    unit = Unit(server, "kiosk", "kiosk-c", "--series", "C")
    yield unit
    unit.close()


def post(kiosk: Unit, body: bytes, **headers: str) -> httpx.Response:
    return kiosk.http.post("/v1/commands", content=body, headers=kiosk.headers() | headers)


def issue(item: str, **fields: Any) -> bytes:
    return json.dumps({"do": "issue", "key": new_key(), "item": item, **fields}).encode()


def why(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal, whose body must be JSON with words for a programmer."""
    assert answer.headers["content-type"].startswith("application/json"), answer.text
    body = answer.json()
    assert body["message"], body
    return answer.status_code, body["code"]


def seq(kiosk: Unit) -> int:
    """Return the place of the newest row in the log."""
    return int(kiosk.get("/v1/view").json()["seq"])


BAD = {
    "unknown item": (issue("nothing"), (404, "unknown_item")),
    "closed item": (issue(CLOSED), (409, "closed_item")),
    "malformed JSON": (b'{"do": "issue", ', (400, "malformed")),
    "no JSON at all": (b"\xff\xfe\x00", (400, "malformed")),
    "empty body": (b"", (400, "malformed")),
    "unknown command": (b'{"do": "dance", "key": "k"}', (400, "malformed")),
    "field of the wrong type": (b'{"do": "issue", "key": "k", "item": 7}', (400, "malformed")),
    "key without end": (json.dumps({"do": "issue", "key": "k" * 65, "item": PLAIN}).encode(), (400, "malformed")),
    "oversize body": (issue("x" * MAX_BODY), (413, "too_large")),
    "of another role": (b'{"do": "call_next", "key": "k", "counter": "1"}', (403, "forbidden")),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_answered_with_its_status_and_changes_nothing(kiosk: Unit, name: str) -> None:
    body, expected = BAD[name]
    before = seq(kiosk)
    assert why(post(kiosk, body)) == expected
    assert seq(kiosk) == before


def test_a_body_without_a_length_is_cut_off_at_the_limit(kiosk: Unit) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    try:
        answer = kiosk.http.post("/v1/commands", content=endless(), headers=kiosk.headers())
    except httpx.TransportError:
        return  # answered and closed while we were still sending: our side did not get to read it
    assert why(answer) == (413, "too_large")


def test_a_full_quota(kiosk: Unit) -> None:
    assert post(kiosk, issue(SHORT)).status_code == 200
    before = seq(kiosk)
    assert why(post(kiosk, issue(SHORT))) == (409, "quota_full")
    assert seq(kiosk) == before


def test_a_second_number_is_answered_with_the_first(kiosk: Unit) -> None:
    sealed = seal_person(kiosk.enrolled.hub_key, PERSON)
    first = kiosk.command(c.IssueTicket(key=new_key(), item=PLAIN, sealed_person=sealed))["ticket"]
    again = kiosk.post("/v1/commands", c.IssueTicket(key=new_key(), item=PLAIN, sealed_person=sealed))
    assert why(again) == (409, "second_number")
    assert again.json()["ticket"]["number"] == first["number"]


@pytest.mark.parametrize("bearer", ["", "Bearer", "Bearer nonsense", "Basic bm9ib2R5Og==", "Bearer \u00fc"])
@pytest.mark.parametrize("route", ["POST /v1/commands", "GET /v1/view", "GET /v1/events", "POST /v1/sessions"])
def test_a_wrong_token_is_401_everywhere(server: ServerProcess, route: str, bearer: str) -> None:
    method, path = route.split()
    body = {"clerk": "1001", "pin": "1001"} if path.endswith("sessions") else None
    with server.client() as http:
        headers = {b"Authorization": bearer.encode("latin-1")}
        assert why(http.request(method, path, json=body, headers=headers)) == (401, RefusalCode.BAD_TOKEN)


def test_a_wrong_enrolment_token(server: ServerProcess) -> None:
    with server.client() as http:
        answer = http.post("/v1/enrol", json={"token": "nonsense", "public_key": "A" * 42 + "E="})
    assert why(answer) == (401, "bad_token")
    assert "hall-server token" in answer.json()["message"], "where a right one comes from"


OTHER_ROUTES = {
    "malformed sign-in": ("POST", "/v1/sessions", b"{", 400),
    "sign-in without a PIN": ("POST", "/v1/sessions", b'{"clerk": "1001"}', 400),
    "malformed query": ("POST", "/v1/cases/query", b'{"case": 7}', 400),
    "oversize sign-in": ("POST", "/v1/sessions", b'{"clerk": "' + b"x" * 300_000 + b'", "pin": "1"}', 413),
    "unknown path": ("GET", "/v1/nothing", b"", 404),
    "wrong method": ("GET", "/v1/commands", b"", 405),
    "wrong cursor": ("GET", "/v1/events?after=yesterday", b"", 400),
}


@pytest.mark.parametrize("name", OTHER_ROUTES)
def test_every_route_says_no_in_the_same_form(kiosk: Unit, name: str) -> None:
    method, path, body, status = OTHER_ROUTES[name]
    headers = kiosk.headers() | {"Content-Type": "application/json"}
    answer = kiosk.http.request(method, path, content=body or None, headers=headers)
    assert why(answer)[0] == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("body", [b'{"clerk": "1001", "pin": 864213}', b'{"clerk": "1001", "pin": "864213"', b"864213"])
def test_a_refusal_does_not_quote_the_pin(kiosk: Unit, body: bytes) -> None:
    headers = kiosk.headers() | {"Content-Type": "application/json"}
    answer = kiosk.http.post("/v1/sessions", content=body, headers=headers)
    assert why(answer) == (400, "malformed")
    assert "864213" not in answer.text


RAW = {
    "no TLS": (False, b"GET /v1/view HTTP/1.1\r\nHost: hub\r\n\r\n"),
    "noise": (False, bytes(range(256)) * 8),
    "noise inside TLS": (True, bytes(range(256)) * 8),
    "half a request": (True, b"POST /v1/commands HTTP/1.1\r\nHost: hub\r\nContent-Length: 500\r\n\r\n{"),
    "a length that is none": (True, b"POST /v1/commands HTTP/1.1\r\nHost: hub\r\nContent-Length: -1\r\n\r\n"),
}


@pytest.mark.parametrize("name", RAW)
def test_who_speaks_no_http_or_hangs_up_disturbs_nobody(server: ServerProcess, kiosk: Unit, name: str) -> None:
    inside, sent = RAW[name]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        trust = ssl.create_default_context(cafile=server.state / "ca.pem")
        with trust.wrap_socket(line, server_hostname="127.0.0.1") if inside else line as speaking:
            speaking.sendall(sent)
    assert post(kiosk, issue(PLAIN)).status_code == 200
