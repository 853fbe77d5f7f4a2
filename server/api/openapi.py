"""The OpenAPI document: what the framework knows of its routes, and the routes in front of it."""

from typing import Any

import msgspec

from hall.wire.commands import AnyCommand
from hall.wire.events import Event
from hall.wire.replies import HTTP_STATUS, RefusalCode, Reply
from hall.wire.view import HallView

_REF = "#/components/schemas/{name}"


def with_hot_routes(document: dict[str, Any]) -> dict[str, Any]:
    """Return the framework's document with commands, events, view, health and metrics added."""
    (command, reply, event, view), schemas = msgspec.json.schema_components(
        [AnyCommand, Reply, Event, HallView], ref_template=_REF
    )
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas)
    components.setdefault("securitySchemes", {})["bearer"] = {"type": "http", "scheme": "bearer"}
    paths = document.setdefault("paths", {})
    paths["/v1/commands"] = {"post": _commands(command, reply)}
    paths["/v1/events"] = {"get": _events(event)}
    paths["/v1/view"] = {
        "get": _route("The whole hall as it is now", "view", {"200": _json("The hall", view), **_denied()})
    }
    if "/v1/documents/{sha256}" in paths:
        described = paths["/v1/documents/{sha256}"]["put"]
        sealed = {"schema": {"type": "string", "format": "binary"}}
        described["requestBody"] = {"required": True, "content": {"application/octet-stream": sealed}}
        described["security"] = [{"bearer": []}]
    for path, methods in paths.items():
        if path.startswith("/v1/cases/{case}/documents"):
            methods["get"]["security"] = [{"bearer": []}]
    paths["/health"] = {
        "get": _open_route(
            "Whether the hub takes commands", "health", {"200": _json("It does", {}), "503": _json("It does not", {})}
        )
    }
    paths["/metrics"] = {
        "get": _open_route("Metrics for Prometheus", "metrics", {"200": {"description": "Text format 0.0.4"}})
    }
    return document


def _commands(command: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    route = _route("Send one command; a known key is answered with its stored reply", "command", {})
    route["requestBody"] = {"required": True, "content": {"application/json": {"schema": command}}}
    codes: dict[int, list[str]] = {409: []}
    for code in RefusalCode:
        codes.setdefault(HTTP_STATUS.get(code, 409), []).append(code.value)
    route["responses"] = {"200": _json("Done", reply)} | {
        str(status): _json(f"Refused: {', '.join(names)}", reply) for status, names in sorted(codes.items())
    }
    return route


def _events(event: dict[str, Any]) -> dict[str, Any]:
    page = {
        "type": "object",
        "required": ["at", "epoch", "last_seq", "events"],
        "properties": {
            "at": {"type": "integer"},
            "epoch": {"type": "integer"},
            "last_seq": {"type": "integer"},
            "events": {"type": "array", "items": event},
        },
    }
    found = _json("A page of the log, or the stream", page)
    found["content"]["text/event-stream"] = {"schema": {"type": "string"}}
    route = _route("The log from a cursor on", "events", {"200": found, "400": _json("Bad cursor", {}), **_denied()})
    route["parameters"] = [
        {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}, "required": False},
        {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer", "minimum": 0}, "required": False},
    ]
    return route


def _route(summary: str, name: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "operationId": name, "security": [{"bearer": []}], "responses": responses}


def _open_route(summary: str, name: str, responses: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "operationId": name, "security": [], "responses": responses}


def _json(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _denied() -> dict[str, Any]:
    return {"401": _json("No or unknown bearer", {})}
