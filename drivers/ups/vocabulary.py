"""Lines between NUT client and server as objects: for `hall-field decode` and `encode`.

``host->ups``: ``{"command": "GET VAR", "ups": "ups", "variable": "ups.status"}``, other commands with their words as
``arguments``. ``ups->host``: ``{"ups": "ups", "variable": "ups.status", "value": "OB LB"}``, ``{"ok": true}``,
``{"refused": "DATA-STALE"}``, ``{"supply": "ups", "description": "..."}``, ``{"list": "begin", "of": "UPS"}``.
A password is not printed.
"""

from typing import Any

from drivers.ups.protocol import LONGEST, STATUS, power_of, to_bytes, words_of

DIRECTIONS = ("host->ups", "ups->host")
_COMMANDS = ("USERNAME", "PASSWORD", "LOGIN", "LOGOUT", "GET", "LIST", "SET", "INSTCMD", "STARTTLS", "VER", "HELP")
_SECRET = "PASSWORD"
Described = dict[str, Any]


def decode(raw: bytes) -> list[Described]:
    """Return one object per line, at least one; a line that says nothing here is ``{"error": ...}``."""
    *whole, rest = raw.split(b"\n")
    found = [_line(line) for line in whole]
    return found + ([{"error": "unfinished line"}] if rest else []) or [{"error": "no line"}]


def encode(fields: Described) -> bytes:
    """Return the line of such an object.

    Raises:
        ValueError: a field is missing; the text says which.

    """
    said = {name: str(value) for name, value in fields.items()}
    if "command" in fields:
        more = (said[name] for name in ("ups", "variable") if name in said)
        arguments = fields.get("arguments", [])
        return to_bytes(*said["command"].split(), *more, *(str(word) for word in arguments))
    if "refused" in fields:
        return to_bytes("ERR", said["refused"])
    if "value" in fields:
        value = said["value"].replace("\\", "\\\\").replace('"', '\\"')
        return to_bytes("VAR", said["ups"], said["variable"])[:-1] + f' "{value}"\n'.encode()
    if "supply" in fields:
        text = said.get("description", "").replace("\\", "\\\\").replace('"', '\\"')
        return to_bytes("UPS", said["supply"])[:-1] + f' "{text}"\n'.encode()
    if "list" in fields:
        return to_bytes(said["list"].upper(), "LIST", *said["of"].split())
    if "ok" in fields:
        return to_bytes("OK", *said.get("more", "").split())
    raise ValueError("command, value, refused, supply, list or ok is missing")


def _line(line: bytes) -> Described:
    words = words_of(line.rstrip(b"\r").decode("utf-8", "replace")) if len(line) < LONGEST else None
    if not words:
        return {"error": "a line that is empty, too long, or whose quote is never closed"}
    return _answered(words) or _asked(words) or {"error": f"no line of NUT: it begins with {words[0][:20]!r}"}


def _answered(words: list[str]) -> Described | None:
    match words:
        case ["VAR", ups, name, value]:
            return {"ups": ups, "variable": name, "value": value} | (_power(value) if name == STATUS else {})
        case ["UPS", name, description]:
            return {"supply": name, "description": description}
        case ["BEGIN" | "END" as end, "LIST", *of]:
            return {"list": end.lower(), "of": " ".join(of)}
        case ["OK", *more]:
            return {"ok": True} | ({"more": " ".join(more)} if more else {})
        case ["ERR", code, *_]:
            return {"refused": code}
    return None


def _power(status: str) -> Described:
    power = power_of(status)
    return {"power": power.name.lower()} if power else {}


def _asked(words: list[str]) -> Described | None:
    match words:
        case ["GET" | "LIST" as verb, kind, ups, variable] if kind == "VAR":
            return {"command": f"{verb} {kind}", "ups": ups, "variable": variable}
        case ["GET" | "LIST" as verb, kind, ups]:
            return {"command": f"{verb} {kind}", "ups": ups}
        case ["GET" | "LIST" as verb, kind]:
            return {"command": f"{verb} {kind}"}
        case [verb, *arguments] if verb in _COMMANDS:
            told = ["(hidden)"] * len(arguments) if verb == _SECRET else arguments
            return {"command": verb} | ({"arguments": told} if told else {})
    return None
