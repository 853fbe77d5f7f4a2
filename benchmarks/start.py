"""`./run bench start`: cold start and memory of every program.

* first frame: from the process's start to READY=1, which a face says in its first paint event, a server when it listens
* link up: until the face shows what only the hub can tell (a tile, the counter's name, the zones); in runs of their
  own, since looking needs `--remote-control`
* PSS: proportional set size some seconds later, all devices open; children (the camera worker) apart. Other Python
  and Qt programs that run meanwhile share pages and make PSS smaller; RSS is what it would be with nobody to share

"Cold" is a new process; files are in the page cache, as they are for a unit that systemd restarts.
The hub has `--stored` tickets of earlier days, and is measured without and with the centre role. Hub and centre are
measured twice: with a smaller log (`--centre-stored`) that the centre has taken in beforehand, and on the large one
while the centre has yet to take in nearly all of it, which is the day on which a hall switches the role on.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import tomli_w

from benchmarks.fill import fill
from benchmarks.hall_at_work import HallAtWork, hall_at_work, plan_root, played
from benchmarks.proc import Memory, started
from benchmarks.table import machine, show
from field.demo.hall import script
from field.demo.plan import KIOSK, LOBBY, DeviceAt, UnitAt
from field.demo.ports import free_port
from field.demo.wire import Remote
from tests.support.hub_process import big_hall

COUNTER = UnitAt("counter-1", "counter", "hall-counter", counter="1", face={"width_px": 1280, "height_px": 800})
PROOF_OF_LINK = {
    "kiosk-c": ("tile_social-card", ""),
    "counter-1": ("plate.counter", "窗口"),
    "lobby-1": ("zones", "."),
}
HEAD = ("", "ready s", "link up s", "PSS MB", "RSS MB", "children PSS MB", "aim")
AIMS = {
    "kiosk-c": "0.6 s, 110 MB, camera worker 60 MB",
    "hub": "1 s, 80 MB",
    "hub and centre": "2 s, 130 MB",
}
SETTLE_S = 6.0


class Figures(NamedTuple):
    """Middle of the rounds."""

    ready_s: float
    memory: Memory


def devices(root: Path) -> list[DeviceAt]:
    """Return what is on the cables: the kiosk with printer, reader and a camera that looks for codes."""
    camera = DeviceAt("kiosk-c", "camera", "code_scanner", "camera", f"camera:{root}/wires/camera", {}, False)
    return [
        played("kiosk-c", "printer", "ticket_printer", "xprinter-xp-80", root),
        played("kiosk-c", "reader", "id_card", "sdt-serial", root),
        camera,
        played("counter-1", "strip", "counter_screen", "onbon-bx5k", root),
        played("lobby-1", "module", "voice", "syn6288", root),
    ]


def middle(found: Sequence[Figures]) -> Figures:
    """Return the median of each figure."""
    return Figures(
        statistics.median(one.ready_s for one in found),
        Memory(
            statistics.median(one.memory.own for one in found),
            statistics.median(one.memory.resident for one in found),
            statistics.median(one.memory.children for one in found),
        ),
    )


def measured(command: list[str], folder: Path, log: Path, settle_s: float) -> Figures:
    """Start once, let it settle, weigh it, end it."""
    with started(command, folder, log) as watched:
        time.sleep(settle_s)
        return Figures(watched.ready_s, watched.memory())


def faces(work: HallAtWork, rounds: int) -> list[list[object]]:
    """Measure kiosk, counter and lobby against the running hub."""
    for unit in work.demo.units:
        work.hall.processes.stop(unit.name)
    rows = []
    for unit in work.demo.units:
        command = [script(unit.program), "--config", str(work.demo.config(unit.name))]
        log = work.demo.log(f"{unit.name}-bench")
        figures = middle([measured(command, work.demo.root, log, SETTLE_S) for _ in range(rounds)])
        linked = statistics.median(_link_up(work, unit.name, command) for _ in range(rounds))
        rows.append(_row(f"{unit.program}", figures, f"{linked:.2f}", AIMS.get(unit.name, "")))
    return rows


def _link_up(work: HallAtWork, name: str, command: list[str]) -> float:
    socket, (widget, text) = work.demo.remote(name), PROOF_OF_LINK[name]
    socket.unlink(missing_ok=True)
    began = time.monotonic()
    with started([*command, "--remote-control", str(socket)], work.demo.root, work.demo.log(f"{name}-bench")):
        Remote(socket).wait(widget, text, timeout_s=30)
        return time.monotonic() - began


def _row(name: str, figures: Figures, linked: str, aim: str) -> list[object]:
    memory = figures.memory
    children = f"{memory.children:.0f}" if memory.children else ""
    return [name, f"{figures.ready_s:.2f}", linked, f"{memory.own:.0f}", f"{memory.resident:.0f}", children, aim]


def hub_config(root: Path, centre: bool) -> Path:
    """Write the file of the hall whose log `fill` writes; the state lies in `root`/hub."""
    path = root / ("centre.toml" if centre else "hub.toml")
    values: dict[str, Any] = msgspec.to_builtins(big_hall(str(root / "hub")))
    values["hub"] |= {"listen": f"127.0.0.1:{free_port()}", "tls": True, "centre": centre}
    path.write_bytes(tomli_w.dumps(_without_none(values)).encode())
    return path


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_without_none(inner) for inner in value]
    return value


def server(root: Path, stored: int, rounds: int, *, centre: bool = False, taken_in: bool = False) -> Figures:
    """Measure `hall-server` on a log of so many tickets; with `taken_in` the centre takes the whole log in first."""
    root.mkdir(parents=True, exist_ok=True)
    database = root / "hub" / "hub.db"
    if not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        began = time.monotonic()
        fill(database, stored)
        print(f"stored {stored} tickets of earlier days in {time.monotonic() - began:.0f} s", flush=True)
    command = [script("hall-server"), "--config", str(hub_config(root, centre))]
    if taken_in:
        _take_in(command, root)
    measured(command, root, root / "server.log", 0.0)  # makes the keys
    return middle([measured(command, root, root / "server.log", 2.0) for _ in range(rounds)])


def _take_in(command: list[str], root: Path) -> None:
    """Run hub and centre until the centre's file no longer grows."""
    began, size, quiet = time.monotonic(), -1, 0
    with started(command, root, root / "server.log"):
        while quiet < 3:
            time.sleep(2.0)
            grown = sum(path.stat().st_size for path in (root / "hub").glob("centre*"))
            quiet, size = (quiet + 1 if grown == size else 0), grown
    print(f"the centre took the log in within {time.monotonic() - began:.0f} s", flush=True)


def servers(root: Path, stored: int, taken_in: int, rounds: int) -> list[list[object]]:
    """Measure the hub alone, and with the centre role."""
    large, small = root / "large", root / "small"
    alone = server(large, stored, rounds)
    joined = server(small, taken_in, rounds, centre=True, taken_in=True)
    new = server(large, stored, rounds, centre=True)
    return [
        _row(f"hub, {stored} stored", alone, "", AIMS["hub"]),
        _row(f"hub and centre, {taken_in} stored", joined, "", AIMS["hub and centre"]),
        _row(f"hub and centre, {stored} stored, centre new", new, "", AIMS["hub and centre"]),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stored", type=int, default=1_000_000, help="tickets in the hub's log")
    parser.add_argument("--centre-stored", type=int, default=20_000, help="tickets that the centre has taken in")
    parser.add_argument("--only", choices=["faces", "servers"])
    asked = parser.parse_args()
    print(machine(), flush=True)
    rows: list[list[object]] = []
    with plan_root() as root:
        if asked.only != "servers":
            with hall_at_work(root, (KIOSK, COUNTER, LOBBY), devices(root)) as work:
                rows += faces(work, asked.rounds)
        if asked.only != "faces":
            rows += servers(root, asked.stored, asked.centre_stored, asked.rounds)
    show(HEAD, rows)


if __name__ == "__main__":
    main()
