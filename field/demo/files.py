"""Write the demo hall's configuration below its root, from the shipped examples."""

from pathlib import Path
from typing import Any

import tomli_w

from config.load import read_toml
from field.demo.plan import Demo, DeviceAt, UnitAt

EXAMPLES = Path(__file__).resolve().parents[2] / "config" / "examples"
DEMO_TIMES = {"hub_away_s": 3.0, "hub_away_cold_s": 8.0, "idle_s": 60, "countdown_s": 20, "rating_s": 60}


def write_files(demo: Demo, times: dict[str, float]) -> None:
    """Write every configuration file and make the folders they name."""
    for folder in ("config", "state", "logs", "remote", "simulators", "wires", "sound", "slips"):
        (demo.root / folder).mkdir(parents=True, exist_ok=True)
    hall = _hall(demo)
    _write(demo.config("hall"), hall)
    if demo.centre_port is not None:
        _write(demo.config("centre"), _centre(demo, hall))
    for unit in demo.units:
        _write(demo.config(unit.name), _unit(demo, unit, {**DEMO_TIMES, **times}))


def _write(path: Path, values: dict[str, Any]) -> None:
    path.write_bytes(tomli_w.dumps(values).encode())
    path.chmod(0o600)


def _hall(demo: Demo) -> dict[str, Any]:
    values = read_toml(EXAMPLES / "demo" / "hall.toml")
    values["hub"] |= {
        "state_dir": str(demo.state("hub")),
        "listen": f"127.0.0.1:{demo.port}",
        "centre": demo.centre_port is None,
        "demo": True,
    }
    if demo.centre_port is not None:
        values["hub"] |= {
            "parent_url": f"https://127.0.0.1:{demo.centre_port}",
            "parent_token_file": str(demo.state("hub") / "parent.token"),
            "parent_ca": str(demo.state("centre") / "ca.pem"),
        }
    return values


def _centre(demo: Demo, hall: dict[str, Any]) -> dict[str, Any]:
    hub = {
        "hall": "centre",
        "names": {"zh": "市政务服务中心（汇聚）", "en": "City Centre"},
        "state_dir": str(demo.state("centre")),
        "listen": f"127.0.0.1:{demo.centre_port}",
        "centre": True,
        "demo": True,
    }
    return {"hub": hub, "items": [], "counters": [], "clerks": hall["clerks"]}


def _unit(demo: Demo, unit: UnitAt, times: dict[str, float]) -> dict[str, Any]:
    identity = {
        "name": unit.name,
        "kind": unit.kind,
        "hub_url": demo.hub_url,
        "state_dir": str(demo.state(unit.name)),
        "counter": unit.counter,
        "series": unit.series,
        "demo": True,
    }
    devices = {device.name: _stanza(device) for device in demo.of(unit.name)}
    values: dict[str, Any] = {"unit": identity, "times": times, "devices": devices, **unit.extra}
    return values | ({"face": unit.face} if unit.face else {})


def _stanza(device: DeviceAt) -> dict[str, Any]:
    stanza: dict[str, Any] = {"kind": device.kind, "model": device.model, "address": device.address}
    return stanza | ({"options": device.options} if device.options else {})
