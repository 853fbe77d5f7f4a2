"""Stand-alone pads at a desk: their keys reach the hall, and the hall's invitations reach them."""

import queue
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from config import linking
from config.unit import DeviceStanza, Identity, UnitConfig
from counter.app import Wiring, devices_of, pad_counter, windows_of
from counter.flow.desk import Desk
from counter.shell import Shell
from drivers import catalog
from drivers.stage import Player, Stage
from hall.domain.ids import CounterId, RatingUid, UnitId
from hall.domain.rating import RatingLevel
from hall.sync.hall_clock import HallClock
from hall.wire.commands import CallNext, Rate
from hall.wire.events import RatingInvited
from hall.words.catalogue import Words
from tests.support.fake_link import FakeLink
from tests.support.views import NOW_MS
from tests.support.wires import staged, until
from tests.unit.counter.test_desk import event

MODELS = {"rating_pad": "pad-fixed-byte", "caller_pad": "caller-ascii-line"}
THREE = CounterId("3")


def unit(folder: Path, options: dict[str, Any] | None = None) -> UnitConfig:
    stanzas = {kind: DeviceStanza(kind, model, f"memory:{kind}", options or {}) for kind, model in MODELS.items()}
    identity = Identity("counter-3", "counter", "https://127.0.0.1:9", str(folder), counter="3")
    return UnitConfig(unit=identity, devices=stanzas)


class Bench(NamedTuple):
    """A running counter and the far ends of its pads."""

    link: FakeLink
    shell: Shell
    arrived: "queue.SimpleQueue[object]"
    pads: dict[str, tuple[Stage, Player]]

    def press(self, kind: str, key: str) -> None:
        stage, player = self.pads[kind]
        stage.do(player, "press", key=key)

    def sent(self, kind: type[Any]) -> list[Any]:
        """Let the counter take what its pads said, as its one thread does; return such commands."""
        while not self.arrived.empty():
            self.shell.take(self.arrived.get())
        return self.link.of(kind)


@contextmanager
def at_work(config: UnitConfig, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    link = FakeLink()
    monkeypatch.setattr(linking, "make_link", lambda _unit, _store: link)
    arrived: queue.SimpleQueue[object] = queue.SimpleQueue()
    wired = devices_of(config, "counter.toml")
    with ExitStack() as stack:
        ends = {one.kind: (catalog.make_far_end(one.kind, one.model, one.options), one.address) for one in wired}
        pads = {kind: stack.enter_context(staged(*end)) for kind, end in ends.items()}
        wiring = Wiring(config, wired, arrived.put, HallClock())
        desk = Desk(THREE, 60, link.new_key)
        clock, words = HallClock(local_ms=lambda: NOW_MS), Words("zh", "common", "counter")
        windows = windows_of(wired, config, link)
        shell = Shell(UnitId("counter-3"), wiring.link, clock, desk, windows, words, lambda: None)
        wiring.start(shell)
        stack.callback(wiring.stop)
        yield Bench(link, shell, arrived, pads)


def test_a_stand_alone_caller_calls_for_the_units_own_counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at_work(unit(tmp_path), monkeypatch) as bench:
        bench.press("caller_pad", "1")
        until(lambda: bench.sent(CallNext))
        assert [command.counter for command in bench.sent(CallNext)] == ["3"]


def test_a_stand_alone_evaluator_is_asked_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with at_work(unit(tmp_path), monkeypatch) as bench:
        bench.shell.take(event(RatingInvited(RatingUid("r"), THREE)))
        bench.press("rating_pad", "2")
        until(lambda: bench.sent(Rate))
        assert [(one.rating, one.level) for one in bench.sent(Rate)] == [("r", RatingLevel.SATISFIED)]


@pytest.mark.parametrize(("options", "expected"), [({}, "3"), ({"counter": "4"}, "4")])
def test_a_pad_stands_where_its_stanza_says_or_at_its_unit(
    tmp_path: Path, options: dict[str, str], expected: str
) -> None:
    wired = devices_of(unit(tmp_path, options), "counter.toml")
    assert {pad_counter(pad) for pad in wired} == {expected}
