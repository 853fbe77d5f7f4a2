"""Erase a person on request (PIPL 47): the row's key is destroyed, the log stays whole and says that it was."""

import asyncio
import re
from typing import Any

from litestar import Response, delete
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hall.domain.ids import PersonRef
from hall.wire.events import PersonErased
from hall.wire.replies import Refused
from server.api.answers import Asked, admitted, answer, not_found
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.auth.vault import Vault
from server.hub.core import Hub
from server.store.documents import Documents

_REF = re.compile(r"p-[0-9a-f]{24}")


def person_routes(gate: Gate, hub: Hub, vault: Vault, documents: Documents) -> list[ControllerRouterHandler]:
    """Return the route."""

    @delete("/v1/persons/{ref:str}", status_code=200)
    async def erase(request: Asked, ref: FromPath[str]) -> Response[Any]:
        """Erase a person by reference; forms become unreadable with it, documents that they name are deleted."""
        actor = admitted(gate, request, "DELETE /v1/persons")
        if isinstance(actor, Rejected):
            return answer(actor)
        if not _REF.fullmatch(ref):
            return answer(not_found("unknown_person", "no such reference"))
        # Before the person goes: afterwards nothing tells which documents these were. After a crash in between the
        # same request does the rest.
        handed_in = hub.reader.documents_of_person_alone(PersonRef(ref))
        await asyncio.to_thread(documents.forget, handed_in)
        reply = await hub.record(PersonErased(PersonRef(ref), reason="on request"), actor)
        if isinstance(reply, Refused):
            return answer(rejected(reply.http_status, reply.code, reply.message))
        vault.forget(PersonRef(ref))
        return answer(None, 204)

    return [erase]
