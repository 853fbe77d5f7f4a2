"""Routes for readiness reports: a unit leaves its own, a technician any unit's; who looks after units lists them."""

import asyncio
from typing import Any

from litestar import Request, Response, get, put
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from hall.wire.actor import Role
from server.api.answers import Asked, admitted, answer
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.reports import LARGEST, ReportLine, Reports


def report_routes(gate: Gate, reports: Reports) -> list[ControllerRouterHandler]:
    """Return the routes."""

    @put("/v1/reports/{unit:str}", status_code=201, request_max_body_size=LARGEST)
    async def leave(request: Request[Any, Any, State], unit: str) -> Response[Any]:
        """Keep a PDF of at most 8 MB as the newest report of a unit: 400 for anything else, 413 for more."""
        actor = admitted(gate, request, "PUT /v1/reports")
        if isinstance(actor, Rejected):
            return answer(actor)
        if actor.unit != unit and actor.role is not Role.TECHNICIAN:
            return answer(rejected(403, "forbidden", f"{actor.unit} may leave its own report only, not that of {unit}"))
        if await asyncio.to_thread(gate.authority.accounts.unit, unit) is None:
            return answer(rejected(404, "unknown_unit", f"no unit {unit!r} is enrolled here"))
        try:
            kept = await asyncio.to_thread(reports.keep, unit, await request.body(), gate.clock())
        except OSError as problem:
            return answer(rejected(503, "store_failed", f"the hub cannot keep it: {problem.strerror}"))
        return answer(kept if isinstance(kept, ReportLine) else rejected(400, "malformed", kept), 201)

    @get("/v1/reports")
    async def listed(request: Asked) -> Response[Any]:
        """Every report, by unit, oldest first."""
        actor = admitted(gate, request, "GET /v1/reports")
        return answer(actor if isinstance(actor, Rejected) else tuple(await asyncio.to_thread(reports.all)))

    return [leave, listed]
