"""A hub as a process of its own, for tests that kill it and for measurements.

``python -m tests.support.hub_process DIR PORT [CERT KEY]`` serves a hall of 91 counters and 8 items whose log is
``DIR/hub.db``, opens the day if none is open, and prints ``ready PORT MILLISECONDS`` (since the process began to
build the hub) when it takes requests.
"""

import sys
from pathlib import Path
from time import monotonic

from config.hall import Counter, HallConfig, HubSettings, Item
from server.api.app import make_app
from server.api.serve import Tls, listen, run, serve
from server.hub.core import Hub
from server.hub.facts import facts_of
from server.store.log import HubLog
from tests.support.gates import NoVault, OpenGate

COUNTERS = 91
ITEMS = 8


def big_hall(state_dir: str) -> HallConfig:
    """Return the hall that measurements use: each item at about a third of the counters, some whole boards."""
    return HallConfig(
        hub=HubSettings(hall="bench", names={"en": "Bench"}, state_dir=state_dir, tls=False),
        items=tuple(
            Item(code=f"item-{index}", prefix=chr(65 + index), names={"en": f"Item {index}"}) for index in range(ITEMS)
        ),
        counters=tuple(
            Counter(
                id=str(index + 1),
                items=() if index % 4 == 0 else tuple(f"item-{(index + step) % ITEMS}" for step in range(3)),
            )
            for index in range(COUNTERS)
        ),
    )


async def main(directory: Path, port: int, tls: Tls | None) -> None:
    """Serve until told to stop."""
    started = monotonic()
    hub = Hub(HubLog(directory / "hub.db"), facts_of(big_hall(str(directory))))
    listening = listen("127.0.0.1", port)

    async def ready() -> None:
        await hub.open_today()
        print(f"ready {listening.getsockname()[1]} {(monotonic() - started) * 1000:.0f}", flush=True)

    await serve(make_app(hub, OpenGate(), NoVault()), listening, tls, ready)
    await hub.close()


if __name__ == "__main__":
    run(main(Path(sys.argv[1]), int(sys.argv[2]), Tls(sys.argv[3], sys.argv[4]) if len(sys.argv) > 3 else None))
