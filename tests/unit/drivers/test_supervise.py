"""The owner of device threads, with ports made for the purpose."""

import threading
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from drivers import supervise
from drivers.supervise import Life, Supervised
from drivers.transport.base import Transport, TransportLost
from hall.domain.ids import DeviceName
from hall.ports.status import Status, StatusChanged, StatusWord
from tests.support.wires import until

NAME = DeviceName("strip")
READY = Status(StatusWord.READY)


class FakePort:
    """Readable until closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def read(self, size: int, timeout_s: float) -> bytes:
        if self.closed.wait(timeout_s):
            raise TransportLost("fake: closed; open it again")
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        return

    def close(self) -> None:
        self.closed.set()


class Bench:
    """Runs a serve function and remembers ports and events."""

    def __init__(self, serve: Callable[[Transport, Life], None]) -> None:
        self.ports: list[FakePort] = []
        self.events: list[object] = []
        self.open_fails = False
        self.device = Supervised(NAME, self._open, serve, self.events.append)

    def _open(self) -> Transport:
        if self.open_fails:
            raise TransportLost("fake: no such port; check the cable")
        self.ports.append(FakePort())
        return self.ports[-1]

    def words(self) -> list[StatusWord]:
        return [event.status.word for event in self.events if isinstance(event, StatusChanged)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.005)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.01)


def listen(port: Transport, life: Life) -> None:
    life.report(READY)
    while not life.stopping.is_set():
        port.read(1, 5)


def test_a_loss_and_a_return_are_told_and_logged_once() -> None:
    with capture_logs() as logs:
        bench = Bench(listen)
        until(lambda: bench.words() == [StatusWord.READY])
        bench.open_fails = True
        bench.ports[0].close()
        until(lambda: len(bench.words()) >= 3)
        bench.open_fails = False
        until(lambda: bench.words()[-1] is StatusWord.READY)
        bench.device.close()
    assert [entry["event"] for entry in logs] == ["device lost", "device returned"]
    assert "no such port" in str(bench.events[-2])


def test_close_ends_a_waiting_read_and_closes_the_port() -> None:
    bench = Bench(listen)
    until(lambda: bench.words() == [StatusWord.READY])
    bench.device.close()
    bench.device.close()
    assert bench.ports[0].closed.is_set()
    assert bench.words() == [StatusWord.READY]


def test_a_bug_is_a_fault_with_its_traceback_logged_once_and_a_restart() -> None:
    calls = []

    def buggy(_port: Transport, life: Life) -> None:
        calls.append(1)
        if len(calls) < 4:
            raise KeyError("三 name from a card")
        listen(_port, life)

    with capture_logs() as logs:
        bench = Bench(buggy)
        until(lambda: StatusWord.READY in bench.words())
        bench.device.close()
    assert bench.words() == [StatusWord.FAULT, StatusWord.READY]
    assert "KeyError" in str(bench.events[0])
    assert "card" not in str(bench.events[0])
    assert [entry["event"] for entry in logs] == ["driver failed"]
    assert all(port.closed.is_set() for port in bench.ports)


def test_a_receiver_with_a_bug_does_not_stop_the_device() -> None:
    reported = threading.Event()

    def bad_receiver(event: object) -> None:
        raise RuntimeError("screen bug")

    def serve(port: Transport, life: Life) -> None:
        life.report(READY)
        reported.set()
        listen(port, life)

    with capture_logs() as logs:
        device = Supervised(NAME, FakePort, serve, bad_receiver)
        assert reported.wait(5)
        assert device.life.status == READY
        device.close()
    assert logs[0]["event"] == "event not taken"


def test_the_same_status_is_told_once() -> None:
    events: list[object] = []
    life = Life(NAME, events.append)
    life.report(READY)
    life.report(READY)
    life.report(Status(StatusWord.READY, "other reason"))
    assert len(events) == 2


def test_closing_while_the_port_opens_leaves_it_closed() -> None:
    opening, go_on, port = threading.Event(), threading.Event(), FakePort()

    def slow_open() -> Transport:
        opening.set()
        go_on.wait(5)
        return port

    device = Supervised(NAME, slow_open, listen, lambda _event: None)
    assert opening.wait(5)
    device.life.stopping.set()
    go_on.set()
    device.close()
    assert port.closed.is_set()
