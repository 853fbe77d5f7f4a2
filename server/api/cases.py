"""Asking about a case at a kiosk: number and second factor in, status steps out, nothing personal either way."""

from typing import Any, Protocol

import msgspec
from litestar import Response, post
from litestar.types import ControllerRouterHandler

from hall.domain.ids import CaseNumber, PersonRef
from hall.domain.numbering import code_matches
from hall.wire.case_query import CaseQuery, CaseStatus, CaseStep, read_receipt_qr
from hall.wire.events import CaseSubmitted, Event
from hall.wire.seal import SealError
from server.api.answers import Asked, admitted, answer
from server.auth.authority import Rejected, rejected
from server.auth.gate import Gate
from server.auth.lockout import Lockout

FOLLOWED = 20_000
"""Rows of the log looked at after the case's own, for what became of it."""


class CaseLog(Protocol):
    """What the log tells about a case. Called off the event loop, from any thread."""

    def case_row(self, number: CaseNumber) -> bytes | None:
        """Return the row that registered the case."""

    def rows_after(self, seq: int, naming: str, limit: int) -> list[bytes]:
        """Return those of the next `limit` rows after `seq` that name this uid."""

    def ref_of_number(self, sealed_number: bytes) -> PersonRef | None:
        """Return whose document number was sealed."""


class CaseDesk:
    """Answers queries; after five wrong ones a case number, or a unit, has to wait."""

    def __init__(self, log: CaseLog, by_case: Lockout, by_unit: Lockout) -> None:
        self._log = log
        self._by_case = by_case
        self._by_unit = by_unit

    def ask(self, query: CaseQuery, unit: str, now: int) -> CaseStatus | Rejected:
        """Return the case's status. An unknown number and a wrong code get the same answer."""
        asked = _asked(query)
        if asked is None:
            return rejected(400, "malformed", "a receipt's QR, or case with code, or case with sealed_number")
        number, code = asked
        case_key, unit_key = (f"case:{number}",), (f"case-unit:{unit}",)
        wait = self._by_unit.attempt(unit_key, now) or self._by_case.attempt(case_key, now)
        if wait:
            return rejected(429, "locked_out", f"too many wrong answers; wait {wait} s", wait)
        row = self._log.case_row(CaseNumber(number))
        event = None if row is None else msgspec.json.decode(row, type=Event)
        try:
            proven = event is not None and self._proven(event.body, code, query.sealed_number)
        except SealError:
            return rejected(400, "malformed", "sealed_number is not sealed to this hall's key; fetch the view anew")
        if event is None or not proven:
            return rejected(404, "unknown_case", "no case with this number and second factor")
        self._by_case.passed(case_key)
        self._by_unit.passed(unit_key)
        return self._status(event)

    def _proven(self, body: object, code: str, sealed_number: bytes | None) -> bool:
        assert isinstance(body, CaseSubmitted), "case_row returns what registered the case"
        if sealed_number is not None:
            ref = self._log.ref_of_number(sealed_number)
            return ref is not None and ref == body.person
        return code_matches(body.case, code, body.code_hash)

    def _status(self, event: Event) -> CaseStatus:
        body = event.body
        assert isinstance(body, CaseSubmitted)
        steps = [CaseStep("registered", event.at)]
        if body.ticket is not None:
            for row in self._log.rows_after(event.seq, body.ticket, FOLLOWED):
                later = msgspec.json.decode(row, type=_Later)
                if later.type == _SERVED and later.body.ticket == body.ticket:
                    steps.append(CaseStep("served", later.at))
                    break
        return CaseStatus(body.case, body.item, steps[-1].step, tuple(steps), counter=body.counter or "")


class _LaterBody(msgspec.Struct, frozen=True):
    ticket: Any = None
    """A uid, or a whole ticket where it was issued."""


class _Later(msgspec.Struct, frozen=True):
    type: str
    at: int
    body: _LaterBody


_SERVED = "service.finished"


def _asked(query: CaseQuery) -> tuple[str, str] | None:
    """Return number and code (empty with a sealed number), or None when the query is incomplete."""
    if query.receipt:
        return read_receipt_qr(query.receipt)
    if query.case and (query.code or query.sealed_number is not None) and len(query.case) <= 64:
        return query.case.strip().upper(), query.code.strip().upper()
    return None


def case_routes(gate: Gate, desk: CaseDesk) -> list[ControllerRouterHandler]:
    """Return the route."""

    @post("/v1/cases/query", status_code=200, sync_to_thread=True)
    def query(request: Asked, data: CaseQuery) -> Response[Any]:
        """Status steps of a case: 404 unknown or wrong code, 429 after five wrong answers."""
        actor = admitted(gate, request, "POST /v1/cases/query")
        return answer(actor if isinstance(actor, Rejected) else desk.ask(data, actor.unit, gate.clock()))

    return [query]
