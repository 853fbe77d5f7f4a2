"""The demo hall at work: started in the order that wires need, stopped in the reverse one."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import tomli_w

from field.demo.files import write_files
from field.demo.plan import Demo, DeviceAt, UnitAt
from field.demo.processes import Processes
from field.demo.wire import NotDone, Remote, Simulator, wait_for_socket

READY_S = 30.0
HUB, CENTRE, SIMULATORS = "hub", "centre", "simulators"


class DemoHall:
    """Every process of the hall. `environment` goes to all of them (e.g. the Qt platform)."""

    def __init__(self, demo: Demo, times: dict[str, float], environment: dict[str, str]) -> None:
        self.demo = demo
        write_files(demo, times)
        self.processes = Processes(demo.root / "logs", environment)
        self.remotes = {unit.name: Remote(demo.remote(unit.name)) for unit in demo.units if not unit.headless}
        self.simulators = {one.key: Simulator(demo.control(one)) for one in demo.devices if one.simulated}

    def start(self) -> None:
        """Start simulators, servers and apps; return when every app listens.

        Raises:
            NotDone: something did not come up; the text names it and its log.

        """
        self._start_simulators()
        if self.demo.centre_port is not None:
            self._start_server(CENTRE, self.demo.centre_port)
            self._join_centre()
        self._start_server(HUB, self.demo.port)
        self.enrol_all()
        self.start_units()

    def start_units(self) -> None:
        """Start every app and wait until each can be touched."""
        for unit in self.demo.units:
            self.start_unit(unit)
        for name in self.remotes:
            self.wait_unit(name)

    def start_unit(self, unit: UnitAt, environment: dict[str, str] | None = None) -> None:
        """Start one app; `environment` is what it has beyond the others (a faked clock)."""
        command = [script(unit.program), "--config", str(self.demo.config(unit.name))]
        command += ["--headless"] if unit.headless else ["--remote-control", str(self.demo.remote(unit.name))]
        self.processes.start(unit.name, command, environment)

    def wait_unit(self, name: str) -> None:
        """Return when an app listens.

        Raises:
            NotDone: it ended or never listened.

        """
        try:
            wait_for_socket(self.demo.remote(name), READY_S, lambda: self.processes.alive(name))
        except NotDone as problem:
            raise NotDone(f"{problem}; its log ends with: {self.tail(name)}") from problem

    def unit(self, name: str) -> UnitAt:
        """Return a unit of the plan."""
        return next(unit for unit in self.demo.units if unit.name == name)

    def _start_simulators(self) -> None:
        plays = self.demo.root / "config" / "simulators.toml"
        plays.write_text(tomli_w.dumps({"play": [self._play(one) for one in self.demo.devices if one.simulated]}))
        self.processes.start(SIMULATORS, ["python", "-m", "drivers.play", "--list", str(plays)])
        for device in self.demo.devices:
            if device.simulated:
                self._wait_simulator(device)

    def _wait_simulator(self, device: DeviceAt) -> None:
        try:
            wait_for_socket(self.demo.control(device), READY_S)
        except NotDone as problem:
            raise NotDone(f"{problem}; {self.tail(SIMULATORS)}") from problem

    def _play(self, device: DeviceAt) -> dict[str, Any]:
        play = {
            "kind": device.kind,
            "model": device.model,
            "at": device.address,
            "control": str(self.demo.control(device)),
            "state": str(self.demo.sim_state(device)),
        }
        return play | ({"options": device.options} if device.options else {})

    def _start_server(self, name: str, port: int) -> None:
        config = "hall" if name == HUB else name
        self.processes.start(name, [script("hall-server"), "--config", str(self.demo.config(config))])
        self.wait_port(name, port)

    def restart_hub(self) -> None:
        """Start the hub again and return when it listens."""
        self.processes.restart(HUB)
        self.wait_port(HUB, self.demo.port)

    def wait_port(self, name: str, port: int) -> None:
        """Return when a server listens.

        Raises:
            NotDone: it ended, or did not in time.

        """
        end = time.monotonic() + READY_S
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if not self.processes.alive(name):
                break
            time.sleep(0.05)
        raise NotDone(f"{name} does not listen on {port}: {self.tail(name)}")

    def enrol_all(self) -> None:
        """Make a token for each unit and let the unit's own program enrol with it, as a technician does."""
        running = [self._enrol(unit, self.token(unit)) for unit in self.demo.units]
        for unit, process in zip(self.demo.units, running, strict=True):
            said, _ = process.communicate(timeout=READY_S)
            if process.returncode:
                raise NotDone(f"{unit.name} could not be enrolled: {said}")

    def token(self, unit: UnitAt) -> str:
        """Return a new one-time token for a unit."""
        windows = [window["counter"] for one in self.demo.of(unit.name) for window in one.options.get("windows", [])]
        arguments = ["--kind", unit.kind, "--name", unit.name]
        arguments += ["--series", unit.series] if unit.series else []
        for counter in [unit.counter] if unit.counter else windows:
            arguments += ["--counter", counter]
        return str(self.server_act("hall", "token", *arguments)["token"])

    def server_act(self, config: str, act: str, *arguments: str) -> dict[str, Any]:
        """Run a `hall-server` sub-command and return the JSON line that it prints.

        Raises:
            NotDone: it failed.

        """
        command = [script("hall-server"), act, "--config", str(self.demo.config(config)), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=READY_S, check=False)
        for line in reversed(done.stdout.splitlines()):
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise NotDone(f"hall-server {act}: exit {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")

    def _enrol(self, unit: UnitAt, token: str) -> "subprocess.Popen[str]":
        command = [
            script(unit.program),
            "--config",
            str(self.demo.config(unit.name)),
            "enrol",
            self.demo.hub_url,
            token,
        ]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def _join_centre(self) -> None:
        joined = self.server_act("centre", "token", "--kind", "hub", "--name", "binjiang")
        token = self.demo.state(HUB) / "parent.token"
        token.parent.mkdir(parents=True, exist_ok=True)
        token.write_text(str(joined["token"]))
        token.chmod(0o600)

    def tail(self, name: str, lines: int = 6) -> str:
        """Return the last lines of a process's log."""
        path = self.demo.log(name)
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return " | ".join(text.strip().splitlines()[-lines:])

    def stop(self) -> dict[str, int]:
        """End everything; return the exit statuses."""
        return self.processes.stop_all()


def script(name: str) -> str:
    """Return the path of a console script of this environment."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else name
