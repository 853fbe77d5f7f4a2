"""Start, kill and end the processes of a hall; what they say goes to one file each."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import structlog

GRACE_S = 8.0
"""How long a process may take to end after SIGTERM before it is killed (and that is told)."""

log = structlog.get_logger("field.demo")


class Processes:
    """The running programs by name. `stop_all` ends them in the reverse order of their start."""

    def __init__(self, log_dir: Path, environment: dict[str, str]) -> None:
        self._log_dir = log_dir
        self._environment = {**os.environ, **environment}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, list[str]] = {}
        log_dir.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        """Start a program (a console script of this project, or ``python`` for this interpreter)."""
        self._commands[name] = command
        seen = self._environment | (environment or {})
        with (self._log_dir / f"{name}.log").open("ab") as out:
            self._running[name] = subprocess.Popen(
                _resolved(command), stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=seen
            )

    def restart(self, name: str) -> None:
        """Start it again with the command it had."""
        self.start(name, self._commands[name])

    def kill(self, name: str) -> None:
        """End it as a power cut would: no signal it could catch."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def alive(self, name: str) -> bool:
        """Whether it is running."""
        process = self._running.get(name)
        return process is not None and process.poll() is None

    def pid(self, name: str) -> int:
        """Process id of a program that was started (to weigh it)."""
        return self._running[name].pid

    def exit_status(self, name: str) -> int | None:
        """Exit status of an ended program, or None while it runs."""
        process = self._running.get(name)
        return None if process is None else process.poll()

    def names(self) -> list[str]:
        """Names in the order of their start."""
        return list(self._running)

    def stop(self, name: str) -> int:
        """End it politely and return its exit status."""
        process = self._running.pop(name)
        process.terminate()
        try:
            return process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            log.error("did not end when asked, killed", program=name)
            process.kill()
            return process.wait()

    def stop_all(self) -> dict[str, int]:
        """End everything and return the exit statuses."""
        return {name: self.stop(name) for name in reversed(self.names())}


def _resolved(command: list[str]) -> list[str]:
    """Point at this environment's scripts, whatever PATH says."""
    program = command[0]
    if program == "python":
        return [sys.executable, *command[1:]]
    beside = Path(sys.executable).parent / program
    return [str(beside) if beside.exists() else program, *command[1:]]
