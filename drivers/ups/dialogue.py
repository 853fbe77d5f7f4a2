"""Questions to a NUT server and what its answers come to. A look never raises but for a lost line.

After SILENT the connection must be given up: an answer that is late would pass for the next question's.
"""

import time
from dataclasses import dataclass

from drivers.transport import Transport
from drivers.ups import protocol
from drivers.ups.options import Options
from drivers.ups.protocol import (
    CHARGE,
    RUNTIME,
    STATUS,
    UNSUPPORTED,
    Accepted,
    Answer,
    Error,
    Listed,
    ListEnd,
    Variable,
)
from hall.ports.status import Status, StatusWord
from hall.ports.ups import Power

WRITE_S = 1.0
ANSWER_S = 0.8
"""upsd answers from memory. With the pause between two looks, silence is told within 2 s."""
READ_SIZE = 2048
READY = Status(StatusWord.READY)
SILENT = Status(StatusWord.OFFLINE, "the NUT server does not answer; restart it (systemctl restart nut-server)")
OFFLINE_CODES = ("DATA-STALE", "DRIVER-NOT-CONNECTED")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look came to: the status, and the power if it is known."""

    status: Status
    power: Power | None = None
    charge_percent: int = -1
    runtime_s: int = -1


class Dialogue:
    """One connection. Ask `look` again and again."""

    def __init__(self, port: Transport, options: Options) -> None:
        self._port, self._options = port, options
        self._lines = protocol.Lines()
        self._ups = options.ups
        self._met = False

    def look(self) -> Look:
        """Find the supply and log in if that was not done, then ask for its state."""
        trouble = None if self._met else self._meet()
        if trouble is not None:
            return Look(trouble)
        self._met = True
        answer = self._variable(STATUS)
        if not isinstance(answer, Variable):
            return Look(_trouble(answer))
        charge, runtime = self._number(CHARGE), self._number(RUNTIME)
        power = protocol.power_of(answer.value, self._is_low(charge, runtime))
        if power is None:
            says = f"the supply says {answer.value!r}, neither mains nor battery; look at its front"
            return Look(Status(StatusWord.UNKNOWN, says))
        status = Status(StatusWord.READY, "replace the battery" if "RB" in answer.value.split() else "")
        return Look(status, power, charge, runtime)

    def _meet(self) -> Status | None:
        if not self._ups and (trouble := self._choose()) is not None:
            return trouble
        user = self._options.username
        said = (("USERNAME", user), ("PASSWORD", self._options.password), ("LOGIN", self._ups)) if user else ()
        for words in said:
            answer = self._ask(*words)
            if not isinstance(answer, Accepted):
                return _trouble(answer)
        return None

    def _choose(self) -> Status | None:
        """Take the only supply of the list."""
        names: list[str] = []
        answer = self._ask("LIST", "UPS", names=names)
        if not isinstance(answer, ListEnd):
            return _trouble(answer)
        if len(names) != 1:
            there = f"several: {', '.join(names[:8])}; write one as `ups`" if names else "none; see its ups.conf"
            return Status(StatusWord.FAULT, f"of supplies the NUT server has {there}")
        self._ups = names[0]
        return None

    def _is_low(self, charge: int, runtime: int) -> bool:
        limits = self._options
        return 0 <= charge < limits.low_percent or 0 <= runtime < limits.low_runtime_s

    def _number(self, name: str) -> int:
        answer = self._variable(name)
        return protocol.whole_number(answer.value) if isinstance(answer, Variable) else -1

    def _variable(self, name: str) -> Answer | None:
        answer = self._ask("GET", "VAR", self._ups, name)
        fits = not isinstance(answer, Variable) or (answer.ups, answer.name) == (self._ups, name)
        return answer if fits else None

    def _ask(self, *words: str, names: list[str] | None = None) -> Answer | None:
        """Return the answer, or None when none came in time; a list's entries go to `names`."""
        self._port.write(protocol.to_bytes(*words), WRITE_S)
        deadline = time.monotonic() + ANSWER_S
        while (left_s := deadline - time.monotonic()) > 0:
            for line in self._lines.feed(self._port.read(READ_SIZE, left_s)):
                answer = protocol.answer_of(line)
                if isinstance(answer, Listed) and names is not None:
                    names.append(answer.name)
                elif answer is not None and not isinstance(answer, Listed):
                    return answer
        return None


def _trouble(answer: Answer | None) -> Status:
    if isinstance(answer, Error):
        word = StatusWord.OFFLINE if answer.code in OFFLINE_CODES else StatusWord.FAULT
        says = (
            "the supply has no `ups.status`; its driver is no UPS driver" if answer.code == UNSUPPORTED else answer.text
        )
        return Status(word, says)
    return SILENT
