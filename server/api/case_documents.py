"""``GET /v1/cases/{case}/documents``: what citizens handed in, for the clerk who holds the case.

A document is reached through its case alone. A clerk signed in at a counter reads those of cases registered there,
and those of self-service cases of an item that the counter serves, since these have no holder yet; a supervisor and a
manager read all. Each look is an event of the log, stored before the first byte leaves; to list is not a look.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from hall.domain.ids import CaseNumber, CommandKey
from hall.wire.actor import Actor, Role
from hall.wire.case_documents import DocumentLine
from hall.wire.enrolment import Problem
from hall.wire.events import CaseSubmitted, DocumentRead, Event
from hall.wire.replies import Refused
from hall.wire.seal import SealError
from server.api.answers import Asked, admitted, answer, not_found
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.auth.vault import Vault
from server.hub.core import Hub
from server.hub.facts import HallFacts
from server.store.documents import DIGEST, Documents
from server.store.shared_reader import SharedReader

ROUTE = "GET /v1/cases/documents"
_READ_ALL = frozenset({Role.SUPERVISOR, Role.MANAGER})
_PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")
_MEDIA = {"pdf": "application/pdf", "signature": "application/json", "": "application/octet-stream"}
_ENDS = {"pdf": "pdf", "signature": "json", "": "bin"}
_SAFE = re.compile(r"[^A-Za-z0-9-]")


class Opened(msgspec.Struct, frozen=True):
    """A document in clear, for the length of one answer."""

    line: DocumentLine
    plain: bytes

    def __repr__(self) -> str:
        return f"Opened({self.line.kind}, {len(self.plain)} bytes)"


class CaseDocuments:
    """Finds and opens the documents of a case. Blocks on the disk: call it off the event loop."""

    def __init__(self, reader: SharedReader, documents: Documents, vault: Vault) -> None:
        self._reader, self._documents, self._vault = reader, documents, vault

    def case(self, number: str) -> Event | None:
        """Return the event that registered a case."""
        row = self._reader.case_row(CaseNumber(number))
        return None if row is None else msgspec.json.decode(row, type=Event)

    def lines(self, case: Event) -> tuple[DocumentLine, ...]:
        """Return what the case names, in the order of its form."""
        return tuple(self.open(sha256, field).line for sha256, field in self.named(case))

    def named(self, case: Event) -> Sequence[tuple[str, str]]:
        """Return digest and field of what the case names; nothing when its person was erased."""
        assert isinstance(case.body, CaseSubmitted)
        digests = set(self._reader.documents_of_case(case.body.case))
        fields = self._fields(case)
        return [
            *((one, fields[one]) for one in fields if one in digests),
            *((one, "") for one in digests - set(fields)),
        ]

    def open(self, sha256: str, field: str) -> Opened:
        """Open a document; one that is not here, or damaged, is empty and said to be so."""
        sealed = self._documents.read(sha256)
        try:
            plain = b"" if sealed is None else self._vault.open_document(sealed)
        except SealError:
            sealed, plain = None, b""
        pages = len(_PAGES.findall(plain)) if plain.startswith(b"%PDF-") else 0
        return Opened(DocumentLine(sha256, field, _kind(plain), len(plain), pages, sealed is not None), plain)

    def _fields(self, case: Event) -> dict[str, str]:
        stored = self._reader.form(CommandKey(case.uid.rpartition(".")[0]))
        plain = None if stored is None else self._vault.open_form(stored)
        try:
            answers = msgspec.json.decode(plain or b"{}").get("answers", {})
        except (msgspec.DecodeError, AttributeError):
            return {}
        named = answers.items() if isinstance(answers, dict) else ()
        return {value: field for field, value in named if isinstance(value, str) and DIGEST.fullmatch(value)}


def may_read(actor: Actor, case: CaseSubmitted, facts: HallFacts) -> bool:
    """Say whether the case is one of the actor's own."""
    if actor.role in _READ_ALL:
        return True
    counter = facts.counters.get(actor.counter) if actor.counter is not None else None
    if counter is None:
        return False
    return case.counter == counter.id or (case.counter is None and case.item in counter.items)


def case_document_routes(gate: Gate, hub: Hub, found: CaseDocuments) -> list[ControllerRouterHandler]:
    """Return the routes."""

    async def held(request: Asked, number: str) -> tuple[Actor, Event] | Rejected:
        actor = admitted(gate, request, ROUTE)
        if isinstance(actor, Rejected):
            return actor
        case = await asyncio.to_thread(found.case, number.strip().upper())
        # The same answer for both, or clerks could find out which cases other counters have.
        if case is None or not isinstance(case.body, CaseSubmitted) or not may_read(actor, case.body, hub.facts):
            return not_found("unknown_case", "no case with this number is yours; ask a supervisor")
        return actor, case

    @get("/v1/cases/{case:str}/documents", responses=_LISTED)
    async def listed(request: Asked, case: FromPath[str]) -> Response[Any]:
        """List the documents of a case: field, size and pages of each."""
        known = await held(request, case)
        if isinstance(known, Rejected):
            return answer(known)
        response = answer(await asyncio.to_thread(found.lines, known[1]))
        response.headers.update(_PRIVATE)
        return response

    @get("/v1/cases/{case:str}/documents/{sha256:str}", responses=_READ)
    async def read(request: Asked, case: FromPath[str], sha256: FromPath[str]) -> Response[Any]:
        """Read a document of a case; the log says who did, before the document leaves."""
        known = await held(request, case)
        if isinstance(known, Rejected):
            return answer(known)
        actor, event = known
        named = await asyncio.to_thread(found.named, event)
        place = next((place for place, (one, _) in enumerate(named, start=1) if one == sha256), 0)
        opened = await asyncio.to_thread(found.open, *named[place - 1]) if place else None
        if opened is None or not opened.line.here:
            return answer(not_found("unknown_document", "this case names no such document, or it is not here (yet)"))
        assert isinstance(event.body, CaseSubmitted)
        told = await hub.record(DocumentRead(event.body.case, place), actor)
        if isinstance(told, Refused):
            return answer(rejected(told.http_status, told.code, told.message))
        return _handed_out(event.body.case, place, opened)

    return [listed, read]


def file_name(case: CaseNumber, place: int, kind: str) -> str:
    """Return under which name a document may be kept: nothing of it was chosen by who handed it in."""
    return f"{_SAFE.sub('-', case)}-{place}.{_ENDS[kind]}"


def _handed_out(case: CaseNumber, place: int, opened: Opened) -> Response[bytes]:
    kind = opened.line.kind
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="{file_name(case, place, kind)}"'}
    return Response(opened.plain, media_type=_MEDIA[kind], headers=headers)


def _kind(plain: bytes) -> str:
    if plain.startswith(b"%PDF-"):
        return "pdf"
    return "signature" if plain.startswith(b"{") else ""


_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_REFUSED = {
    401: ResponseSpec(Problem, generate_examples=False, description="No or unknown bearer"),
    403: ResponseSpec(Problem, generate_examples=False, description="Not this role"),
    404: ResponseSpec(
        Problem, generate_examples=False, description="No such case of this actor's, or no such document"
    ),
}
_LISTED = {200: ResponseSpec(list[DocumentLine], generate_examples=False, description="The documents"), **_REFUSED}
_READ = {
    200: ResponseSpec(bytes, generate_examples=False, media_type="application/pdf", description="The document"),
    **_REFUSED,
    503: ResponseSpec(Problem, generate_examples=False, description="The look cannot be written down; try again"),
}
