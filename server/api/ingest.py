"""Routes of a centre: logs of halls in, cases, halls and statistics out."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import Parameter
from litestar.types import ControllerRouterHandler

from hall.wire.batch import MAX_BYTES
from hall.wire.ingest import SealedPersons
from server.api.answers import Asked, admitted, answer, not_found
from server.auth.authority import Rejected
from server.auth.gate import Gate
from server.centre.ingest import Ingest
from server.centre.reading import Reading

Moment = Annotated[int, Parameter(ge=0, le=2**62)]


def ingest_routes(gate: Gate, ingest: Ingest) -> list[ControllerRouterHandler]:
    """Return the routes by which child hubs ship. A hub may only send the log that carries its own name."""

    @post("/v1/ingest", status_code=200, sync_to_thread=True, request_max_body_size=MAX_BYTES)
    def take(request: Asked, body: bytes) -> Response[Any]:
        """Take a batch; the answer is the highest contiguous seq, whatever was sent."""
        actor = admitted(gate, request, "POST /v1/ingest")
        return answer(actor if isinstance(actor, Rejected) else ingest.receive(body, actor.unit, gate.clock()))

    @post("/v1/ingest/persons", status_code=200, sync_to_thread=True, request_max_body_size=MAX_BYTES)
    def people(request: Asked, data: SealedPersons) -> Response[Any]:
        """Take people, sealed to this centre's key."""
        actor = admitted(gate, request, "POST /v1/ingest")
        found = actor if isinstance(actor, Rejected) else ingest.persons(data, actor.unit)
        return Response({}) if found is None else answer(found)

    return [take, people]


def centre_routes(gate: Gate, reading: Reading) -> list[ControllerRouterHandler]:
    """Return the routes for supervisors and auditors."""

    @get("/v1/centre/cases/{number:str}", sync_to_thread=True)
    def case(request: Asked, number: str) -> Response[Any]:
        """A case with its ticket and ratings; nothing personal."""
        actor = admitted(gate, request, "GET /v1/centre")
        if isinstance(actor, Rejected):
            return answer(actor)
        return answer(reading.case(number) or not_found("unknown_case", f"no case {number!r} has come in"))

    @get("/v1/centre/halls", sync_to_thread=True)
    def halls(request: Asked) -> Response[Any]:
        """How far each hall's log has come in."""
        actor = admitted(gate, request, "GET /v1/centre")
        return answer(actor if isinstance(actor, Rejected) else reading.halls())

    @get("/v1/centre/statistics", sync_to_thread=True)
    def statistics(request: Asked, hall: str = "", since: Moment = 0, until: Moment = 2**62) -> Response[Any]:
        """Counts, rating rate and levels of one hall or of all; `since` and `until` in ms since the epoch."""
        actor = admitted(gate, request, "GET /v1/centre")
        return answer(actor if isinstance(actor, Rejected) else reading.statistics(hall, since, until))

    return [case, halls, statistics]
