"""Findings about what a unit stands on: its folder, its disk, its enrolment, its hub and its clock."""

import os
import shutil
import ssl
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw
import httpx

from config.linking import STORE_FILE
from config.unit import UnitConfig
from field.examine.finding import Finding, amber, green, red
from hall.sync.credential import NoCredential, load_credential, pinned_ca

ASK_S = 3.0
MUCH_MB, LITTLE_MB = 500, 100
CLOCK_OFF_S = 60.0


def examine_unit(config: UnitConfig) -> list[Finding]:
    """Look at everything but the devices."""
    return [_folder(config), _disk(config), _enrolled(config), *_hub(config)]


def _folder(config: UnitConfig) -> Finding:
    about, folder = f"{config.unit.name} folder", Path(config.unit.state_dir)
    if not folder.is_dir():
        return red(about, f"{folder} is missing", "make it, for the unit's user, or correct unit.state_dir")
    if not os.access(folder, os.W_OK):
        return red(about, f"{folder} may not be written by this user", "give it to the unit's user")
    return green(about, f"{folder} can be written")


def _disk(config: UnitConfig) -> Finding:
    about = f"{config.unit.name} disk"
    folder = Path(config.unit.state_dir)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < LITTLE_MB:
        return red(about, f"{free_mb} MB free", "make room: what happens must be written before it counts")
    if free_mb < MUCH_MB:
        return amber(about, f"{free_mb} MB free", "make room soon")
    return green(about, f"{free_mb} MB free")


def _enrolled(config: UnitConfig) -> Finding:
    about = f"{config.unit.name} enrolment"
    credential = load_credential(Path(config.unit.state_dir))
    if isinstance(credential, NoCredential):
        return red(about, credential.reason, "enrol the unit: PROGRAM --config FILE enrol URL TOKEN")
    if credential.unit != config.unit.name:
        return red(about, f"enrolled as {credential.unit}, but unit.name is {config.unit.name}", "correct the name")
    if was_replaced(Path(config.unit.state_dir) / STORE_FILE):
        says = f"another machine has taken the place of {credential.unit}; this one gives out no numbers any more"
        return red(about, says, "switch it off, or enrol it under another name with an empty folder")
    series = credential.enrolled.series
    if series and config.unit.series and config.unit.series != series:
        says = f"the file says series {config.unit.series}, the hub gave {series}, and that is what is printed"
        return amber(about, says, f'write series = "{series}"')
    return green(about, f"enrolled as {credential.unit}")


def was_replaced(store: Path) -> bool:
    """Whether the hub told this machine that another one has its name; the store may be in use meanwhile."""
    if not store.exists():
        return False
    try:
        reading = apsw.Connection(str(store), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            return bool(list(reading.execute("SELECT 1 FROM facts WHERE name = 'retired' AND value = 1")))
        finally:
            reading.close()
    except apsw.Error:
        return False  # a store that cannot be read is a finding of the unit's own start


def _hub(config: UnitConfig) -> list[Finding]:
    about = f"{config.unit.name} hub"
    asked = ask_health(config)
    if isinstance(asked, str):
        do = "check that the hub runs (hall-server), the network cable, and unit.hub_url"
        return [red(about, f"hub away: {config.unit.hub_url}: {asked}", do)]
    findings = [green(about, f"{asked.get('hall', 'hub')} answers")]
    if not asked.get("ok", False):
        findings = [red(about, "the hub answers that it is not well", "look at the hub: hall-server verify")]
    return findings + _clock(config.unit.name, asked.get("at"), time.time)


def ask_health(config: UnitConfig) -> dict[str, Any] | str:
    """Return what the hub says of itself, or why it could not be asked."""
    ca = Path(config.unit.hub_ca) if config.unit.hub_ca else pinned_ca(Path(config.unit.state_dir))
    try:
        trust: Any = ssl.create_default_context(cafile=str(ca)) if ca and Path(ca).is_file() else True
        answer = httpx.get(f"{config.unit.hub_url}/health", verify=trust, timeout=ASK_S, trust_env=False)
        found: dict[str, Any] = answer.json()
    except httpx.HTTPError as problem:
        return _worded(problem)
    except (OSError, ValueError) as problem:
        return f"its answer or its certificate cannot be read ({type(problem).__name__})"
    return found


def _worded(problem: httpx.HTTPError) -> str:
    if isinstance(problem, httpx.TimeoutException):
        return f"no answer in {ASK_S:g} s"
    if "CERTIFICATE" in str(problem).upper():
        return "its certificate is not of the hall's CA that was pinned at enrolment"
    return "nobody listens there" if isinstance(problem, httpx.ConnectError) else type(problem).__name__


def _clock(unit: str, at: Any, clock: Callable[[], float]) -> list[Finding]:
    """Compare with the hub's clock: nothing is decided by ours, but people read it on slips and screens."""
    try:
        hub = at / 1000 if isinstance(at, int | float) else datetime.fromisoformat(str(at)).timestamp()
    except (ValueError, OverflowError):
        return []
    off = clock() - hub
    if abs(off) < CLOCK_OFF_S:
        return [green(f"{unit} clock", "agrees with the hub's")]
    side = "ahead of" if off > 0 else "behind"
    return [amber(f"{unit} clock", f"{abs(off):.0f} s {side} the hub's", "switch on time synchronisation")]
