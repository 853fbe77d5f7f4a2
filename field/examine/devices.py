"""Findings about devices: each is opened, asked as its driver asks it, and given back."""

import os
import time
from pathlib import Path

from config.devices import DeviceConfig
from drivers.probe import ask_all, questions
from drivers.transport import TransportLost
from field.examine.finding import Finding, amber, green, red
from field.examine.holders import Holder, holder_of, node_of
from field.examine.opened import SETTLE_S, Opened, answers, opened
from field.plugged.found import Roots
from hall.ports.status import Status, StatusWord

SILENT = (StatusWord.OFFLINE, StatusWord.UNKNOWN, StatusWord.FAULT)
WORDS = {
    StatusWord.NO_PAPER: "no paper",
    StatusWord.PAPER_LOW: "paper low",
    StatusWord.COVER_OPEN: "cover open",
    StatusWord.NOT_TAKEN: "a slip was not taken",
    StatusWord.JAMMED: "jammed",
}


def examine_devices(unit: str, devices: tuple[DeviceConfig, ...]) -> list[Finding]:
    """Look at all devices of a unit at once; at most about five seconds, more where a speed is searched for."""
    free = [device for device in devices if _holder(device) is None]
    findings = [_in_use(unit, device) for device in devices if device not in free]
    with opened(tuple(free)) as there:
        deadline = time.monotonic() + SETTLE_S
        looked = [(item.config, item.settled(deadline)) for item in there]
    return findings + [_judged(unit, config, status) for config, status in looked]


def examine_opened(unit: str, item: Opened, deadline: float) -> Finding:
    """Judge one device that is open already."""
    return _finding(unit, item.config, item.settled(deadline))


def _holder(device: DeviceConfig) -> Holder | None:
    node = node_of(device.address, Roots())
    return None if node is None else holder_of(node, os.getpid())


def _in_use(unit: str, device: DeviceConfig) -> Finding:
    holder = _holder(device)
    about = f"{unit}.{device.name}"
    if holder is None:
        return amber(about, "its port was busy a moment ago", "run the doctor again")
    if holder.ours:
        return green(about, f"in use by process {holder.pid} ({_short(holder)}), which watches it")
    return red(
        about,
        f"port busy: process {holder.pid} ({_short(holder)}) holds {device.address}",
        "end that program or use another port",
    )


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
    return _finding(unit, config, status)


def _finding(unit: str, config: DeviceConfig, status: Status) -> Finding:
    about, what = f"{unit}.{config.name}", f"{config.kind} {config.model}"
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
    """Return the speed at which a silent device on a line answers, or 0."""
    if config.address.partition(":")[0] != "serial":
        return 0
    try:
        found = [heard.baud for heard in ask_all(config.address, questions(config.kind)) if heard.says]
    except TransportLost:
        return 0
    return found[0] if found else 0
