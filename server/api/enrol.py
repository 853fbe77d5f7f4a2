"""Routes by which units become known: CA, enrolment, challenge, token, and the technician's list of units."""

from collections.abc import Callable
from typing import Any

from litestar import Response, delete, get, post
from litestar.types import ControllerRouterHandler

from hall.wire.enrolment import ChallengeRequest, Enrolled, EnrolRequest, TokenRequest
from server.api.answers import Asked, admitted, answer, not_found
from server.auth.authority import Rejected
from server.auth.gate import Gate


def enrol_routes(gate: Gate, enrolled: Callable[[Enrolled], None]) -> list[ControllerRouterHandler]:
    """Return the routes; `enrolled` is told of each new unit, so that the log knows it too. It may be any thread."""
    authority, clock = gate.authority, gate.clock

    @get("/v1/ca", media_type="application/x-pem-file", sync_to_thread=False)
    def ca() -> Response[Any]:
        """The hub's CA certificate, for the unit to compare with its token's fingerprint."""
        if not authority.trust.ca_pem:
            return answer(not_found("no_tls", "this hub runs without TLS"))
        return Response(authority.trust.ca_pem, media_type="application/x-pem-file")

    @post("/v1/enrol", status_code=201, sync_to_thread=True)
    def enrol(data: EnrolRequest) -> Response[Any]:
        """Exchange a one-time token for a unit: 401 unknown, 409 used, 410 too old."""
        found = authority.enrol(data, clock())
        if not isinstance(found, Rejected):
            gate.forget()
            enrolled(found)
        return answer(found, 201)

    @post("/v1/challenge", status_code=200, sync_to_thread=False)
    def challenge(data: ChallengeRequest) -> Response[Any]:
        """A nonce to be signed with the unit's key."""
        return answer(authority.challenge(data.unit, clock()))

    @post("/v1/token", status_code=200, sync_to_thread=True)
    def token(data: TokenRequest) -> Response[Any]:
        """Exchange a signed nonce for a bearer of 12 hours."""
        return answer(authority.token(data, clock()))

    @get("/v1/units", sync_to_thread=True)
    def units(request: Asked) -> Response[Any]:
        """Every unit: name, kind, when it was last heard of."""
        actor = admitted(gate, request, "GET /v1/units")
        return answer(actor if isinstance(actor, Rejected) else authority.units())

    @delete("/v1/units/{unit:str}", status_code=200, sync_to_thread=True)
    def revoke(request: Asked, unit: str) -> Response[Any]:
        """Shut a unit out at once, its sessions too."""
        actor = admitted(gate, request, "DELETE /v1/units")
        if isinstance(actor, Rejected):
            return answer(actor)
        known = authority.revoke(unit, clock())
        gate.sessions.reread()
        gate.forget()
        return answer(None, 204) if known else answer(not_found("unknown_unit", f"no unit {unit!r}"))

    return [ca, enrol, challenge, token, units, revoke]
