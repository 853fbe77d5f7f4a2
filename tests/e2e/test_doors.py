"""Every route of the hub, as it describes itself: closed without a bearer, open to the roles of the matrix alone."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from hall.wire.actor import Role
from hall.wire.case_query import CaseQuery
from hall.wire.enrolment import SessionRequest
from hall.wire.staff_card import CardRequest
from server.auth.roles import ROUTES, may_use
from tests.support.server_process import ServerProcess, Unit, hall_file

OPEN = {"GET /v1/ca", "POST /v1/enrol", "POST /v1/challenge", "POST /v1/token", "GET /health", "GET /metrics"}
"""What a unit needs before it has a bearer, and what watches the hub."""
EVERY_BEARER = {"POST /v1/commands", "GET /v1/events", "GET /v1/view"}
"""Commands have a matrix of their own; the hall's picture and log hold nothing personal."""
BODIES: dict[str, Any] = {
    "POST /v1/sessions": SessionRequest("nobody", "0000"),
    "PUT /v1/cards": CardRequest(b"x"),
    "POST /v1/cases/query": CaseQuery(case="BJ-2026-000001", code="AAAAAA"),
}
LASTING = {"DELETE /v1/sessions"}
KINDS = ("kiosk", "counter", "lobby", "technician", "auditor", "hub")
Door = tuple[str, str, str]
"""Route of the matrix, method, path with something in the place of each parameter."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("doors")))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def doors(server: ServerProcess) -> list[Door]:
    with server.client() as http:
        paths: dict[str, dict[str, Any]] = http.get("/openapi.json").json()["paths"]
    return [
        (f"{method.upper()} {_plain(path)}", method.upper(), re.sub(r"\{[^}]*\}", "nobody", path))
        for path, methods in paths.items()
        for method in methods
        if method in ("get", "post", "put", "delete")
    ]


def _plain(path: str) -> str:
    """The matrix names routes without their parameters, and what belongs together once."""
    together = next((start for start in ("/v1/centre", "/v1/ingest") if path.startswith(start)), "")
    return together or re.sub(r"/\{[^}]*\}", "", path)


def _call(http: httpx.Client, door: Door, headers: dict[str, str]) -> httpx.Response:
    route, method, path = door
    body = {"content": msgspec.json.encode(BODIES[route])} if route in BODIES else {}
    return http.request(method, path, headers={**headers, "Content-Type": "application/json"}, **body)  # type: ignore[arg-type]  # bytes


def test_the_matrix_is_of_the_routes_that_there_are(doors: list[Door]) -> None:
    assert {route for route, _method, _path in doors} - OPEN - EVERY_BEARER == set(ROUTES)


def test_nobody_without_a_bearer_comes_in(server: ServerProcess, doors: list[Door]) -> None:
    with server.client() as http:
        for door in doors:
            if door[0] in OPEN or door[0] in LASTING:
                continue
            answer = _call(http, door, {"Authorization": "Bearer stolen"})
            wanted = {401} if door[0] in BODIES or door[1] != "POST" else {400, 401}
            assert answer.status_code in wanted, (door, answer.text)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_unit_opens_what_the_matrix_says(server: ServerProcess, doors: list[Door], kind: str) -> None:
    unit = Unit(server, kind, f"{kind}-x", *(("--series", "X") if kind == "kiosk" else ()))
    try:
        for door in doors:
            # A body that is none is refused before anybody asks whose it is.
            if door[0] not in ROUTES or door[0] == "POST /v1/ingest" or door[0] in LASTING:
                continue
            answer = _call(unit.http, door, unit.headers())
            refused = answer.status_code == 403 and "may not use" in answer.text
            assert refused is not may_use(Role(kind), door[0]), (door, answer.status_code, answer.text)
    finally:
        unit.close()
