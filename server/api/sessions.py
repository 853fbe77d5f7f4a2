"""Routes by which people sign in at a unit and out again: clerks at counters, attendants at kiosks."""

import asyncio
from typing import Any

import structlog
from litestar import Response, delete, post, put
from litestar.types import ControllerRouterHandler

from hall.wire.enrolment import SessionRequest
from hall.wire.staff_card import CardRequest
from server.api.answers import Asked, admitted, answer, bearer_of, session_of
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate

log = structlog.get_logger("hall.server")


def session_routes(gate: Gate) -> list[ControllerRouterHandler]:
    """Return the routes."""

    # Plain coroutines: sync_to_thread on both handlers of this path made Litestar 2.25 answer 500 (a coroutine that
    # nobody awaited); on handlers with a path of their own it works.
    @post("/v1/sessions", status_code=201)
    async def sign_in(request: Asked, data: SessionRequest) -> Response[Any]:
        """A PIN, or a card at a kiosk, buys a session: 401 wrong, 403 not this role or counter, 429 locked out."""
        actor = admitted(gate, request, "POST /v1/sessions")
        unit = gate.unit(bearer_of(request))
        if isinstance(actor, Rejected) or unit is None:
            return answer(actor if isinstance(actor, Rejected) else None, 401)
        if not data.sealed_card and not (data.clerk and data.pin):
            return answer(rejected(400, "malformed", "give `clerk` and `pin`, or `sealed_card`"), 400)
        return answer(await asyncio.to_thread(gate.sessions.open, data, unit, gate.clock()), 201)

    @delete("/v1/sessions", status_code=204)
    async def sign_out(request: Asked) -> None:
        """End the session that the request carries; one that has ended is no trouble."""
        session, unit = session_of(request), gate.unit(bearer_of(request))
        if session and unit is not None and gate.sessions.whose(session, unit.unit, gate.clock()):
            await asyncio.to_thread(gate.sessions.end, session)
            gate.forget()

    @put("/v1/cards", status_code=200)
    async def keep_card(request: Asked, data: CardRequest) -> Response[Any]:
        """Register the card of whoever signed in by PIN: 403 not by PIN or no attendant, 409 another person's."""
        actor = admitted(gate, request, "PUT /v1/cards")
        session = session_of(request)
        if isinstance(actor, Rejected) or session is None:
            return answer(actor if isinstance(actor, Rejected) else None, 401)
        refused = await asyncio.to_thread(gate.sessions.keep_card, data, session, actor.unit, gate.clock())
        if refused is None:
            log.info("staff card registered", clerk=actor.clerk, unit=actor.unit)
        return answer(refused, 204)

    return [sign_in, sign_out, keep_card]
