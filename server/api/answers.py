"""How the framework's routes know their caller and say no: one form for every refusal."""

from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from hall.wire.actor import Actor
from hall.wire.enrolment import SESSION_HEADER, Problem
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate

Asked = Request[Any, Any, State]

_CODES = {400: "malformed", 404: "unknown_path", 405: "method", 413: "too_large", 415: "malformed"}
"""What the framework refuses before a route is reached."""


def bearer_of(request: Asked) -> str:
    """Return the bearer of a request, empty without one."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else ""


def session_of(request: Asked) -> str | None:
    """Return the session token of a request."""
    return request.headers.get(SESSION_HEADER.lower()) or None


def admitted(gate: Gate, request: Asked, route: str) -> Actor | Rejected:
    """Return who is asking, if the route is theirs to use."""
    actor = gate.actor(bearer_of(request), session_of(request))
    if actor is None:
        return rejected(401, "bad_token", "unknown or old bearer; get a new one by POST /v1/challenge and /v1/token")
    if not gate.may_use(actor, route):
        return rejected(403, "forbidden", f"{actor.role} may not use {route}")
    return actor


def answer(found: msgspec.Struct | tuple[msgspec.Struct, ...] | Rejected | None, status: int = 200) -> Response[Any]:
    """Make the response: a refusal with its status (and Retry-After), anything else with `status`."""
    if not isinstance(found, Rejected):
        return Response(found, status_code=status)
    problem = found.problem
    headers = {} if problem.retry_after_s is None else {"Retry-After": str(problem.retry_after_s)}
    return Response(problem, status_code=found.status, headers=headers)


def not_found(code: str, message: str) -> Rejected:
    """Make a 404."""
    return Rejected(404, Problem(code, message))


def framework_refusal(_request: Asked, problem: HTTPException) -> Response[Problem]:
    """Bring the framework's own refusals into the one form. Its texts name fields, never their values."""
    details = problem.extra if isinstance(problem.extra, list) else []
    named = [f"{one.get('key', 'body')}: {one.get('message', '')}" for one in details if isinstance(one, dict)]
    status = problem.status_code
    found = Problem(_CODES.get(status, "internal"), "; ".join([problem.detail, *named]))
    return Response(found, status_code=status, headers=problem.headers)
