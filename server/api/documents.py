"""``PUT /v1/documents/{sha256}``: a unit brings a sealed document, durable before the answer, as often as it likes.

The body is what `hall.wire.seal` made for the hall's key; the name is the SHA-256 of what is sealed. The hub opens it
for a moment and compares, so that nothing is kept under a wrong name and nothing that only another hall could read.
Which case names a document is told by the case's form, before or after: a document waits here for its case.
"""

import asyncio
from hashlib import sha256 as digest_of
from typing import Any, Protocol

import structlog
from litestar import Response, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hall.wire.enrolment import Problem
from hall.wire.seal import OVERHEAD, SealError
from server.api.answers import Asked, admitted, answer
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.store.documents import DIGEST, Documents
from server.store.room import fits

log = structlog.get_logger("hall.documents")


class Opener(Protocol):
    """What opens a sealed document (`server.auth.vault.Vault`)."""

    def open_document(self, sealed: bytes) -> bytes:
        """Return what is sealed.

        Raises:
            hall.wire.seal.SealError: sealed to another key, or damaged.

        """


def document_routes(gate: Gate, documents: Documents, vault: Opener, largest: int) -> list[ControllerRouterHandler]:
    """Return the route; `largest` is the size of a document before it was sealed."""

    @put(
        "/v1/documents/{sha256:str}",
        status_code=200,
        request_max_body_size=largest + OVERHEAD,
        responses={
            201: ResponseSpec(None, generate_examples=False, description="Kept"),
            400: ResponseSpec(Problem, generate_examples=False, description="Not sealed to this hall, or misnamed"),
            413: ResponseSpec(Problem, generate_examples=False, description="Larger than hub.document_bytes"),
            503: ResponseSpec(Problem, generate_examples=False, description="The hub cannot write; try again"),
        },
    )
    async def keep(request: Asked, sha256: FromPath[str]) -> Response[Any]:
        """Keep a sealed document: 201 when it was new, 200 when it was here already."""
        actor = admitted(gate, request, "PUT /v1/documents")
        if isinstance(actor, Rejected):
            return answer(actor)
        if not DIGEST.fullmatch(sha256):
            return answer(rejected(400, "malformed", "a document is named by 64 digits of lower-case hex"))
        sealed = await request.body()
        found = await asyncio.to_thread(_keep, documents, vault, sha256, sealed)
        if isinstance(found, Rejected):
            log.warning("document refused", unit=actor.unit, size=len(sealed), reason=found.problem.code)
            return answer(found)
        return answer(None, 201 if found else 200)

    return [keep]


def _keep(documents: Documents, vault: Opener, sha256: str, sealed: bytes) -> bool | Rejected:
    try:
        plain = vault.open_document(sealed)
    except SealError:
        return rejected(400, "malformed", "not sealed to this hall's key, or damaged; fetch the view anew")
    if digest_of(plain).hexdigest() != sha256:
        return rejected(400, "malformed", "what is sealed has another SHA-256 than its name says")
    if not fits(documents.folder, len(sealed)) and documents.trouble(sha256) == "missing":
        log.error("document not kept", error="the disk is nearly full; the log keeps what is left of it")
        return rejected(
            503, "store_failed", "the hub's disk is nearly full; the document stays with you, send it again"
        )
    try:
        return documents.keep(sha256, sealed)
    except OSError as problem:
        log.error("document not kept", error=problem.strerror)
        return rejected(503, "store_failed", "the hub cannot write; the document is not kept, send it again")
