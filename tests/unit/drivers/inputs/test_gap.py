"""A Modbus line is quiet before it is asked: RTU knows a frame's beginning by nothing else."""

import itertools
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from drivers import catalog
from drivers.inputs import talk
from drivers.inputs.model import model_of
from drivers.inputs.options import Contact, Options
from drivers.inputs.protocol import bits_pdu, rtu
from drivers.inputs.talk import ModbusTalk

OPTIONS = Options(contacts={"door": Contact(1)})
DONE = rtu(1, bits_pdu("coils", [False] * 8)), rtu(1, bits_pdu("inputs", [False] * 8))


@dataclass
class Line:
    """Answers each question with the next of `answers`, and says what was done to it in order."""

    answers: list[bytes]
    late: bytes = b""
    did: list[tuple[str, float, bytes]] = field(default_factory=list)

    def read(self, size: int, timeout_s: float) -> bytes:
        data, self.late = self.late[:size], self.late[size:]
        self.did.append(("read", timeout_s, data))
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        self.did.append(("write", timeout_s, data))
        self.late = self.answers.pop(0)

    def wake(self) -> None:
        raise AssertionError("nobody wakes it here")

    def close(self) -> None:
        raise AssertionError("a talk closes no port")


def quiet_before_writing(line: Line) -> list[float]:
    """Return how long each question was waited for in silence."""
    return [
        before[1]
        for before, act in itertools.pairwise(line.did)
        if act[0] == "write" and before[0] == "read" and not before[2]
    ]


def talk_on(line: Line, model: str = "modbus-relay-8", **options: object) -> ModbusTalk:
    row = catalog.model("inputs", model)
    return ModbusTalk(line, model_of(row), Options(contacts=OPTIONS.contacts, **options))  # type: ignore[arg-type] # any


@pytest.mark.parametrize(("baud", "least"), [(0, 0.0040), (9600, 0.0040), (2400, 0.0160), (115200, 0.00175)])
def test_each_question_follows_three_and_a_half_characters_of_quiet(baud: int, least: float) -> None:
    line = Line(list(DONE), late=b"a late answer")
    assert talk_on(line, baud=baud).turn({}).levels
    waits = quiet_before_writing(line)
    assert len(waits) == 2
    assert min(waits) >= least


def test_a_network_needs_no_gap() -> None:
    line = Line([b""] * 9)
    talk_on(line, "modbus-tcp-8").turn({})
    assert set(quiet_before_writing(line)) == {0.0}


def test_a_babbling_line_is_asked_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 0.05)
    monkeypatch.setattr("drivers.inputs.talk.time", SimpleNamespace(monotonic=lambda: next(clock)))
    line = Line([b"\x55" * 10_000] * 9, late=b"\x55" * 100_000)
    assert talk_on(line).turn({}).status == talk.SILENT
    assert sum(act[0] == "write" for act in line.did) == talk.ATTEMPTS
