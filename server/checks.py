"""What a hall's file may say that its form alone cannot show wrong. Each finding is one line with what to write."""

from collections import Counter as Count
from collections.abc import Iterable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.hall import HallConfig
from hall.wire.actor import Role


def findings(config: HallConfig) -> list[str]:
    """Return everything that keeps this file from being used; empty means it is sound."""
    return [*_hub(config), *_names_twice(config), *_places(config), *_people(config)]


def address(listen: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT`` (``[::1]:8443`` for IPv6).

    Raises:
        ValueError: it is not of that form.

    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"hub.listen is {listen!r}; write HOST:PORT, e.g. 0.0.0.0:8443")
    return host.strip("[]"), int(port)


def _hub(config: HallConfig) -> Iterable[str]:
    hub = config.hub
    try:
        address(hub.listen)
    except ValueError as problem:
        yield str(problem)
    try:
        ZoneInfo(hub.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"hub.timezone {hub.timezone!r} does not exist; e.g. Asia/Shanghai"
    if hub.parent_url and not hub.parent_token_file:
        yield "hub.parent_url needs hub.parent_token_file; make the token at the parent: hall-server token --kind hub"
    if hub.parent_url and not hub.parent_url.startswith("https://") and not hub.demo:
        yield "hub.parent_url must be https://"
    if not hub.tls and not hub.demo:
        yield "hub.tls = false is allowed only with hub.demo = true"


def _names_twice(config: HallConfig) -> Iterable[str]:
    tables = {
        "items": [item.code for item in config.items],
        "counters": [counter.id for counter in config.counters],
        "zones": [zone.code for zone in config.zones],
        "clerks": [clerk.id for clerk in config.clerks],
    }
    for table, names in tables.items():
        for name, count in Count(names).items():
            if count > 1:
                yield f"{table}: {name!r} stands there {count} times"
    for prefix, count in Count(item.prefix for item in config.items).items():
        if count > 1:
            yield f"items: prefix {prefix!r} belongs to {count} items; they would give out the same numbers"


def _places(config: HallConfig) -> Iterable[str]:
    zones, items = {zone.code for zone in config.zones}, {item.code for item in config.items}
    for kind, name, zone in [
        *(("item", item.code, item.zone) for item in config.items),
        *(("counter", counter.id, counter.zone) for counter in config.counters),
    ]:
        if zone and zone not in zones:
            yield f"{kind} {name!r}: zone {zone!r} is not among [[zones]]"
    for counter in config.counters:
        for item in sorted(set(counter.items) - items):
            yield f"counter {counter.id!r}: item {item!r} is not among [[items]]"


def _people(config: HallConfig) -> Iterable[str]:
    counters, roles = {counter.id for counter in config.counters}, {role.value for role in Role}
    for clerk in config.clerks:
        for role in sorted(set(clerk.roles) - roles):
            yield f"clerk {clerk.id!r}: role {role!r} is unknown; one of {', '.join(sorted(roles))}"
        for counter in sorted(set(clerk.counters) - counters):
            yield f"clerk {clerk.id!r}: counter {counter!r} is not among [[counters]]"
        if clerk.pin and not config.hub.demo:
            yield f"clerk {clerk.id!r}: a pin may stand here only with hub.demo = true; use hall-server pin"
