"""Routes for putting a spare in the place of a unit: its one-time token, and what the hub has of the unit's numbers."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from hall.domain.ids import UnitId
from hall.wire.enrolment import UnitSeries
from server.api.answers import Asked, admitted, answer
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.hub.core import Hub


def replacement_routes(gate: Gate, hub: Hub) -> list[ControllerRouterHandler]:
    """Return the routes."""
    authority = gate.authority

    @post("/v1/units/{unit:str}/replacement", status_code=201)
    async def replacement(request: Asked, unit: str) -> Response[Any]:
        """A one-time token for the spare that takes this unit's place: 404 for a unit that never was."""
        actor = admitted(gate, request, "POST /v1/units/replacement")
        if isinstance(actor, Rejected):
            return answer(actor)
        return answer(await asyncio.to_thread(authority.make_replacement, unit, gate.clock()), 201)

    @get("/v1/units/{unit:str}/series")
    async def series(request: Asked, unit: str) -> Response[Any]:
        """What the hub has of numbers that this unit's machines made alone; for it and for who looks after units."""
        actor = admitted(gate, request, "GET /v1/units/series")
        if isinstance(actor, Rejected):
            return answer(actor)
        if actor.unit != unit and not gate.may_use(actor, "GET /v1/units"):
            return answer(rejected(403, "forbidden", f"{actor.unit} may ask about its own numbers only"))
        printed, former = await asyncio.to_thread(authority.printed_series, unit)
        day, slips, served = await hub.slips_of(UnitId(unit))
        return answer(UnitSeries(unit, printed, former, day or "", slips, served))

    return [replacement, series]
