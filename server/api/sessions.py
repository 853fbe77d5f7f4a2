"""Routes by which people sign in at a unit and out again: clerks at counters, attendants at kiosks."""

import asyncio
from typing import Any

from litestar import Response, delete, post
from litestar.types import ControllerRouterHandler

from hall.wire.enrolment import SessionRequest
from server.api.answers import Asked, admitted, answer, bearer_of, session_of
from server.auth.authority import Rejected
from server.auth.gate import Gate


def session_routes(gate: Gate) -> list[ControllerRouterHandler]:
    """Return the routes."""

    # Plain coroutines: sync_to_thread on both handlers of this path made Litestar 2.25 answer 500 (a coroutine that
    # nobody awaited); on handlers with a path of their own it works.
    @post("/v1/sessions", status_code=201)
    async def sign_in(request: Asked, data: SessionRequest) -> Response[Any]:
        """A PIN buys a session: 401 wrong, 403 not this role or counter, 429 locked out with the time left."""
        actor = admitted(gate, request, "POST /v1/sessions")
        unit = gate.unit(bearer_of(request))
        if isinstance(actor, Rejected) or unit is None:
            return answer(actor if isinstance(actor, Rejected) else None, 401)
        return answer(await asyncio.to_thread(gate.sessions.open, data, unit, gate.clock()), 201)

    @delete("/v1/sessions", status_code=204)
    async def sign_out(request: Asked) -> None:
        """End the session that the request carries; one that has ended is no trouble."""
        session, unit = session_of(request), gate.unit(bearer_of(request))
        if session and unit is not None and gate.sessions.whose(session, unit.unit, gate.clock()):
            await asyncio.to_thread(gate.sessions.end, session)
            gate.forget()

    return [sign_in, sign_out]
