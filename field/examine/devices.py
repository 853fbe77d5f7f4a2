"""Findings about devices: each is opened, asked as its driver asks it, and given back."""

import os
import time
from pathlib import Path

import msgspec

from config.devices import DeviceConfig
from drivers import catalog
from drivers.probe import ask_all, questions
from drivers.transport import TransportLost
from field.examine.finding import Colour, Finding, amber, green, red
from field.examine.holders import Holder, holder_of, node_of
from field.examine.opened import SETTLE_S, Opened, answers, opened
from field.plugged.found import Roots
from hall.ports.status import Status, StatusWord
from hall.store.device_board import Board, read_board

LOOK_EVERY_S = 0.2
REMARK_S = 600
"""A remark is worth a look this long."""
SILENT = (StatusWord.OFFLINE, StatusWord.UNKNOWN, StatusWord.FAULT)
WORDS = {
    StatusWord.NO_PAPER: "no paper",
    StatusWord.PAPER_LOW: "paper low",
    StatusWord.COVER_OPEN: "cover open",
    StatusWord.NOT_TAKEN: "a slip was not taken",
    StatusWord.JAMMED: "jammed",
}


def examine_devices(unit: str, folder: Path, devices: tuple[DeviceConfig, ...]) -> list[Finding]:
    """Look at all devices of a unit at once; at most about five seconds, more where a speed is searched for.

    `folder` is the unit's state folder, where its running program tells what its devices said last.
    """
    free = [device for device in devices if _holder(device) is None]
    used = [device for device in devices if device not in free]
    _let_begin(folder, used)
    findings = [_in_use(unit, folder, device) for device in used]
    with opened(tuple(free)) as there:
        deadline = time.monotonic() + SETTLE_S
        looked = [(item.config, item.settled(deadline)) for item in there]
    return findings + [_judged(unit, config, status) for config, status in looked]


def examine_opened(unit: str, item: Opened, deadline: float) -> Finding:
    """Judge one device that is open already."""
    return _finding(f"{unit}.{item.config.name}", item.config, item.settled(deadline))


def _let_begin(folder: Path, used: list[DeviceConfig]) -> None:
    """Wait for devices of a program that was started just now: a camera's first picture takes its time."""
    answering = {device.name for device in used if answers(device)}
    deadline = time.monotonic() + SETTLE_S
    while time.monotonic() < deadline and (board := read_board(folder)) is not None:
        seen = [board.devices[name] for name in answering & board.devices.keys()]
        if all(one.word is not StatusWord.UNKNOWN for one in seen):
            return
        time.sleep(LOOK_EVERY_S)


def _holder(device: DeviceConfig) -> Holder | None:
    node = node_of(device.address, Roots())
    return None if node is None else holder_of(node, os.getpid())


def _in_use(unit: str, folder: Path, device: DeviceConfig) -> Finding:
    holder = _holder(device)
    about = f"{unit}.{device.name}"
    if holder is None:
        return amber(about, "its port was busy a moment ago", "run the doctor again")
    if holder.ours:
        return watched(about, device, holder, read_board(folder))
    return red(
        about,
        f"port busy: process {holder.pid} ({_short(holder)}) holds {device.address}",
        "end that program or use another port",
    )


def watched(about: str, device: DeviceConfig, holder: Holder, board: Board | None) -> Finding:
    """Judge a device that a program of ours holds, by what it told that program."""
    used = f"in use by process {holder.pid} ({_short(holder)})"
    seen = board.devices.get(device.name) if board is not None and board.pid == holder.pid else None
    if seen is None:
        return green(about, f"{used}, which watches it")
    found = _finding(about, device, Status(seen.word, seen.reason))
    if found.colour is Colour.GREEN and time.time() - seen.remarked < REMARK_S:
        says, _, do = seen.remark.partition("; ")
        return amber(about, f"{used}: {says}", do or "look at the device")
    return msgspec.structs.replace(found, says=f"{found.says} ({used})")


def _short(holder: Holder) -> str:
    words = holder.command.split()
    return " ".join(Path(word).name if word.startswith("/") else word for word in words[:4])


def _judged(unit: str, config: DeviceConfig, status: Status) -> Finding:
    if status.word in SILENT and answers(config) and (baud := _other_speed(config)):
        return red(
            f"{unit}.{config.name}",
            f"wrong baud: it answers at {baud}, not at the configured speed",
            f"write options.baud = {baud} for this device, or set its switches",
        )
    return _finding(f"{unit}.{config.name}", config, status)


def _finding(about: str, config: DeviceConfig, status: Status) -> Finding:
    what = f"{config.kind} {config.model}"
    if status.word is StatusWord.READY:
        return green(about, f"{what}: ready")
    if status.word is StatusWord.UNKNOWN and not answers(config):
        return green(about, f"{what}: its port is there; this model never answers, so look at it (selftest)")
    says, _, do = status.reason.partition("; ")
    word = WORDS.get(status.word, status.word.value)
    if not do:
        says, do = word, status.reason
    colour = amber if status.usable and status.word is not StatusWord.UNKNOWN else red
    return colour(about, f"{what}: {word}" + (f": {says}" if says != word else ""), do or "look at the device")


def _other_speed(config: DeviceConfig) -> int:
    """Return the speed, not its own, at which a silent device on a line answers, or 0."""
    if config.address.partition(":")[0] != "serial":
        return 0
    try:
        found = [heard.baud for heard in ask_all(config.address, questions(config.kind)) if heard.says]
    except TransportLost:
        return 0
    row = catalog.model(config.kind, config.model)
    set_here = getattr(config.options, "baud", 0)
    own = [set_here] if set_here else [row.get("baud"), *row.get("bauds", ())]
    return found[0] if found and found[0] not in own else 0
