"""The server's one ASGI application: the hot routes in front, the framework behind, one OpenAPI document for both."""

from collections.abc import Callable, Sequence

from litestar import Litestar
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.types import ControllerRouterHandler

from hall.wire.replies import RefusalCode
from server.api.answers import framework_refusal
from server.api.commands import MAX_BODY, Commands
from server.api.events import Events
from server.api.metrics import CONTENT_TYPE, Metrics
from server.api.openapi import with_hot_routes
from server.api.seams import Gate, Vault
from server.api.wire import App, Receive, Scope, Send, answer, bearer_of, encode
from server.hub.core import Hub

VERSION = "1"
_Served = tuple[str, App]


class Front:
    """Sends a request to its route. Made by `make_app`."""

    def __init__(self, hub: Hub, gate: Gate, metrics: Metrics, commands: Commands, events: Events, inner: Litestar):
        self.hub = hub
        self._gate = gate
        self._metrics = metrics
        self._inner = inner
        self._document: bytes | None = None
        self._hot: dict[str, _Served] = {
            "/v1/commands": ("POST", commands),
            "/v1/events": ("GET", self._known(events)),
            "/v1/view": ("GET", self._known(self._view)),
            "/health": ("GET", self._health),
            "/metrics": ("GET", self._show_metrics),
            "/openapi.json": ("GET", self._openapi),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the framework's start and end."""
        hot = self._hot.get(scope["path"]) if scope["type"] == "http" else None
        if hot is None:
            await self._inner(scope, receive, send)  # type: ignore[arg-type]  # Litestar narrows ASGI's own types
        elif scope["method"] == hot[0]:
            await hot[1](scope, receive, send)
        else:
            problem = {"code": "method", "message": f"{scope['path']} takes {hot[0]}"}
            await answer(send, 405, encode(problem), more=((b"allow", hot[0].encode()),))

    def _known(self, route: App) -> App:
        """Let only those in whom the gate knows."""

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if self._gate.actor(*bearer_of(scope)) is None:
                problem = {"code": RefusalCode.BAD_TOKEN, "message": "no or unknown bearer; enrol, or renew it"}
                await answer(send, 401, encode(problem))
            else:
                await route(scope, receive, send)

        return guarded

    async def _view(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await answer(send, 200, await self.hub.view_json())

    async def _health(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        hub = self.hub
        body = {
            "ok": hub.healthy,
            "hall": hub.facts.hall,
            "epoch": hub.epoch,
            "seq": hub.fanout.last_seq,
            "at": hub.clock(),
        }
        await answer(send, 200 if hub.healthy else 503, encode(body))

    async def _show_metrics(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await answer(send, 200, self._metrics.text(), CONTENT_TYPE)

    async def _openapi(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        if self._document is None:
            self._document = encode(with_hot_routes(self._inner.openapi_schema.to_schema()))
        await answer(send, 200, self._document)


def make_app(
    hub: Hub,
    gate: Gate,
    vault: Vault,
    routes: Sequence[ControllerRouterHandler] = (),
    outbox_age_s: Callable[[], float] = lambda: 0.0,
) -> Front:
    """Put the application together. `routes` are Litestar handlers: enrolment, sessions, cases, centre, pages."""
    metrics = Metrics(hub, outbox_age_s)
    inner = Litestar(
        route_handlers=list(routes),
        openapi_config=OpenAPIConfig(title="Hallfloor", version=VERSION, path="/docs"),
        logging_config=None,
        exception_handlers={HTTPException: framework_refusal},
        request_max_body_size=MAX_BODY,
    )
    return Front(hub, gate, metrics, Commands(hub, gate, vault, metrics.answered), Events(hub), inner)
