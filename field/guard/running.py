"""One command at a time, watched without waiting for it."""

import subprocess
import time

import structlog

from field.guard.decide import Command

KILL_S = 5.0

log = structlog.get_logger("guard")


class Running:
    """A command on its way. `outcome` is asked again and again."""

    def __init__(self, command: Command, words: tuple[str, ...], limit_s: float) -> None:
        self.command = command
        self._words = words
        self._deadline = time.monotonic() + limit_s
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        except OSError as problem:
            log.error("command not run", command=words[0], reason=problem.strerror)

    def outcome(self) -> bool | None:
        """Return whether it went well, or None while it runs; one that takes too long is ended."""
        if self._process is None:
            return False
        status = self._process.poll()
        if status is None and time.monotonic() >= self._deadline:
            log.error("command ended by us", command=self._words[0], reason="it took too long")
            self.end()
            return False
        if status:
            log.error("command failed", command=self._words[0], status=status)
        return None if status is None else status == 0

    def end(self) -> None:
        """End it, politely first."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(KILL_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
