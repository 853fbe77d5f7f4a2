"""Erase a person on request (PIPL 47): the row's key is destroyed, the log stays whole and says that it was."""

import re
from typing import Any

from litestar import Response, delete
from litestar.types import ControllerRouterHandler

from hall.domain.ids import PersonRef
from hall.wire.events import PersonErased
from hall.wire.replies import Refused
from server.api.answers import Asked, admitted, answer, not_found
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.auth.vault import Vault
from server.hub.core import Hub

_REF = re.compile(r"p-[0-9a-f]{24}")


def person_routes(gate: Gate, hub: Hub, vault: Vault) -> list[ControllerRouterHandler]:
    """Return the route."""

    @delete("/v1/persons/{ref:str}", status_code=200)
    async def erase(request: Asked, ref: str) -> Response[Any]:
        """Erase a person by reference; forms that hang on it become unreadable with it."""
        actor = admitted(gate, request, "DELETE /v1/persons")
        if isinstance(actor, Rejected):
            return answer(actor)
        if not _REF.fullmatch(ref):
            return answer(not_found("unknown_person", "no such reference"))
        reply = await hub.record(PersonErased(PersonRef(ref), reason="on request"), actor)
        if isinstance(reply, Refused):
            return answer(rejected(reply.http_status, reply.code, reply.message))
        vault.forget(PersonRef(ref))
        return answer(None, 204)

    return [erase]
