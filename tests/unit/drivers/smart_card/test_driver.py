"""The reader through the real libpcsclite, against a simulated daemon."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.smart_card import port as ports
from drivers.smart_card.driver import PcscReader, open_device
from drivers.smart_card.options import Options
from drivers.smart_card.reader import chosen
from drivers.smart_card.simulator import far_end
from drivers.stage import Player, Stage
from drivers.transport import TransportLost
from hall.domain.ids import DeviceName
from hall.ports.smart_card import IcCardPresented, IcCardRemoved, IcCardUnreadable
from hall.ports.status import DeviceRemark, StatusWord
from tests.support.wires import staged, until, until_word

NAME = DeviceName("ic")


class Bench(NamedTuple):
    """A reader opened against its simulator."""

    reader: PcscReader
    stage: Stage
    player: Player
    events: list[Any]

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def do(self, control: str, **arguments: Any) -> None:
        self.stage.do(self.player, control, **arguments)

    def after(self, kind: type, act: Callable[[], object]) -> Any:
        """Do something, return the event of a kind that it brings."""
        before = len(self.told(kind))
        act()
        until(lambda: len(self.told(kind)) > before)
        return self.told(kind)[before]


@contextmanager
def opened(tmp_path: Path, model: str = "pcsc-contact", options: Options = Options()) -> Iterator[Bench]:  # noqa: B008
    row, address = catalog.model("smart_card", model), f"pcsc-sim:{tmp_path}/pcscd"
    with staged(far_end(row, options), address) as (stage, player):
        events: list[Any] = []
        reader = open_device(Opening(NAME, address, events.append), row, options)
        assert isinstance(reader, PcscReader)
        try:
            yield Bench(reader, stage, player, events)
        finally:
            reader.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with opened(tmp_path) as there:
        until_word(there.reader, StatusWord.READY)
        there.reader.watch(True)
        yield there


def test_a_social_security_card_is_read_told_and_missed(bench: Bench) -> None:
    card = bench.after(IcCardPresented, lambda: bench.do("insert"))
    assert card.application == "social-security"
    assert card.public["name"] == "张三丰"
    assert card.atr[0] == 0x3B
    assert "张三丰" not in repr(card)
    assert bench.after(IcCardRemoved, lambda: bench.do("pull")) == IcCardRemoved(NAME)
    assert not bench.told(IcCardUnreadable)


def test_cards_one_after_the_other_are_told_each(bench: Bench) -> None:
    assert bench.after(IcCardPresented, lambda: bench.do("insert", card="bank")).application == ""
    card = bench.after(IcCardPresented, lambda: bench.do("insert", card="contactless"))
    assert (card.uid.hex().upper(), card.application) == ("DEADBEEF", "")
    assert len(bench.told(IcCardRemoved)) == 1


def test_a_card_pulled_within_the_read_is_said_and_the_next_one_read(bench: Bench) -> None:
    said = bench.after(IcCardUnreadable, lambda: bench.do("insert", pull_after=4))
    assert said.reason == "pulled"
    until(lambda: bench.told(DeviceRemark))
    assert bench.told(DeviceRemark)[0].text.startswith("a card could not be read (pulled); visitors leave it in until")
    assert bench.after(IcCardPresented, lambda: bench.do("insert")).public["name"]


def test_a_mute_card_is_told_how_to_turn_it_and_is_not_called_removed(bench: Bench) -> None:
    said = bench.after(IcCardUnreadable, lambda: bench.do("insert", card="mute"))
    assert "turn it round" in said.reason
    bench.do("pull")
    bench.after(IcCardPresented, lambda: bench.do("insert", card="bank"))
    assert not bench.told(IcCardRemoved)


def test_nothing_is_told_until_somebody_watches_and_then_the_card_that_lies_there(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        until_word(bench.reader, StatusWord.READY)
        bench.do("insert")
        until(lambda: bench.stage.state(bench.player)["device"]["readers"])
        assert not bench.told(IcCardPresented)
        bench.after(IcCardPresented, lambda: bench.reader.watch(True))
        bench.reader.watch(False)
        bench.do("pull")
        bench.do("insert", card="bank")
        bench.after(IcCardPresented, lambda: bench.reader.watch(True))
        assert not bench.told(IcCardRemoved)


def test_a_reader_that_is_pulled_out_is_named_and_comes_back(bench: Bench) -> None:
    bench.after(IcCardPresented, lambda: bench.do("insert"))
    bench.after(IcCardRemoved, lambda: bench.do("reader_out"))
    until_word(bench.reader, StatusWord.OFFLINE)
    assert "no card reader" in bench.reader.status().reason
    bench.after(IcCardPresented, lambda: bench.do("reader_in"))
    assert bench.reader.status().word is StatusWord.READY


def test_of_several_slots_the_wanted_one_is_read(tmp_path: Path) -> None:
    with opened(tmp_path, "pcsc-dual", Options(reader="contactless")) as bench:
        until_word(bench.reader, StatusWord.READY)
        bench.reader.watch(True)
        bench.do("insert", card="bank", slot=1)
        card = bench.after(IcCardPresented, lambda: bench.do("insert", card="contactless", slot=2))
        assert card.uid


def test_a_reader_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with opened(tmp_path, options=Options(reader="OMNIKEY")) as bench:
        until(lambda: "Simulated Contact Reader" in bench.reader.status().reason)
        assert bench.reader.status().word is StatusWord.OFFLINE
        assert "'OMNIKEY'" in bench.reader.status().reason


def test_a_daemon_that_hangs_is_told_and_so_is_one_that_goes(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        until_word(bench.reader, StatusWord.READY)
        bench.do("mute", on=True)
        until(lambda: "does not answer" in bench.reader.status().reason)
        bench.do("mute", on=False)
        until_word(bench.reader, StatusWord.READY)
        bench.do("unplug")
        until(lambda: "pcscd" in bench.reader.status().reason)
        assert bench.reader.status().word is StatusWord.OFFLINE
        bench.do("plug")
        until_word(bench.reader, StatusWord.READY)


def test_a_reader_that_is_lost_counts_as_a_pulled_card(tmp_path: Path) -> None:
    with opened(tmp_path) as bench:
        until_word(bench.reader, StatusWord.READY)
        bench.reader.watch(True)
        bench.after(IcCardPresented, lambda: bench.do("insert", card="bank"))
        bench.after(IcCardRemoved, lambda: bench.do("unplug"))


def test_no_daemon_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(TransportLost, match="systemctl enable --now"):
        ports.PcscPort(f"pcsc-sim:{tmp_path}/none")
    with pytest.raises(TransportLost, match="not a PC/SC address"):
        ports.PcscPort("serial:/dev/ttyS0")


def test_no_wish_takes_the_first_that_is_no_security_module() -> None:
    names = ["R502 SAM 00 00", "R502 Contact 01 00", "R502 Contact 01 0"]
    assert chosen(names, "") == "R502 Contact 01 00"
    assert chosen(names, "r502 contact 01 0") == "R502 Contact 01 0", "a whole name goes before a part of one"
    assert chosen(names, "contact 01") == "R502 Contact 01 00"
    assert chosen(names, "sam") == "R502 SAM 00 00"
    assert chosen(names, "OMNIKEY") == chosen([], "") == ""


def test_the_worker_lists_the_readers(tmp_path: Path) -> None:
    row = catalog.model("smart_card", "pcsc-dual")
    with staged(far_end(row, Options()), f"pcsc-sim:{tmp_path}/pcscd"):
        listed = subprocess.run(
            [sys.executable, "-m", "drivers.smart_card.worker", "--list"],
            capture_output=True,
            text=True,
            check=True,
            env={ports.SOCKET_VARIABLE: f"{tmp_path}/pcscd"},
        )
    assert listed.stdout.splitlines() == row["slots"]
