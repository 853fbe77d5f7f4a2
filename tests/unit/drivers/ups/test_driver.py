"""A supply against its simulator: power told once, every trouble named and healed; a stranger's client agrees."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
import pytest
from PyNUTClient.PyNUT import PyNUTClient

from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.stage import Player, Stage
from drivers.ups.driver import NutUps, Options
from hall.domain.ids import DeviceName
from hall.ports.status import StatusWord
from hall.ports.ups import Power, PowerChanged
from tests.support.wires import staged, until, until_word


class Bench(NamedTuple):
    ups: NutUps
    stage: Stage
    player: Player
    events: list[Any]

    def do(self, control: str, **arguments: Any) -> None:
        self.stage.do(self.player, control, **arguments)

    def told(self) -> list[Power]:
        return [event.power for event in self.events if isinstance(event, PowerChanged)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.05)


@contextmanager
def bench(far: Options | None = None, **given: Any) -> Iterator[Bench]:
    options = msgspec.convert({"poll_s": 0.1, **given}, Options)
    with staged(catalog.make_far_end("ups", "nut", far or options), "tcp:127.0.0.1:0") as (stage, player):
        events: list[Any] = []
        ups = catalog.open_device("ups", "nut", Opening(DeviceName("ups"), player.address, events.append), options)
        assert isinstance(ups, NutUps)
        try:
            yield Bench(ups, stage, player, events)
        finally:
            ups.close()


def test_power_is_told_when_it_becomes_another_one() -> None:
    with bench() as at:
        assert at.ups.name == "ups"
        until(lambda: at.told() == [Power.MAINS])
        at.do("mains_lost")
        until(lambda: at.told() == [Power.MAINS, Power.BATTERY])
        at.do("battery", percent=40)
        until(lambda: at.ups.power() == PowerChanged(DeviceName("ups"), Power.BATTERY, 40, 720))
        at.do("low")
        until(lambda: at.told()[2:] == [Power.LOW])
        at.do("mains_back")
        until(lambda: at.told()[3:] == [Power.MAINS])


@pytest.mark.parametrize("limit", [{"low_percent": 50}, {"low_runtime_s": 900}])
def test_an_own_limit_says_low_before_the_supply_does_and_only_on_battery(limit: dict[str, int]) -> None:
    with bench(**limit) as at:
        at.do("battery", percent=40)
        until(lambda: at.told() == [Power.MAINS])
        at.do("mains_lost")
        until(lambda: at.told()[-1] is Power.LOW)


@pytest.mark.parametrize(
    ("trouble", "word", "says"),
    [
        ("stale", StatusWord.OFFLINE, "does not answer its driver"),
        ("no_driver", StatusWord.OFFLINE, "upsdrvctl start"),
    ],
)
def test_a_supply_without_data_is_named_forgotten_and_comes_back(trouble: str, word: StatusWord, says: str) -> None:
    with bench() as at:
        until_word(at.ups, StatusWord.READY)
        at.do(trouble)
        until_word(at.ups, word)
        assert says in at.ups.status().reason
        assert at.ups.power() is None
        at.do(trouble, on=False)
        until(lambda: at.ups.power() is not None)
        assert at.told() == [Power.MAINS], "what was told stays told"


def test_a_name_that_the_server_has_not_is_a_fault_until_it_has() -> None:
    with bench(ups="rack") as at:
        until_word(at.ups, StatusWord.READY)
        at.do("unknown", name="other")
        until_word(at.ups, StatusWord.FAULT)
        assert "no supply of this name" in at.ups.status().reason
        at.do("unknown")
        until_word(at.ups, StatusWord.READY)


def test_a_refused_log_in_is_a_fault_until_it_is_let_in() -> None:
    with bench(username="hall", password="secret") as at:
        until_word(at.ups, StatusWord.READY)
        assert at.stage.state(at.player)["device"]["logins"] == ["hall"]
        at.do("deny")
        at.do("unplug")
        until_word(at.ups, StatusWord.OFFLINE)
        at.do("plug")
        until_word(at.ups, StatusWord.FAULT)
        assert "upsd.users" in at.ups.status().reason
        assert "secret" not in at.ups.status().reason
        at.do("deny", on=False)
        until_word(at.ups, StatusWord.READY)


def test_words_that_say_nothing_of_the_source_are_unknown_and_a_worn_battery_is_told() -> None:
    with bench() as at:
        at.do("words", words="OFF")
        until(lambda: "'OFF'" in at.ups.status().reason)
        assert at.ups.status().word is StatusWord.UNKNOWN
        at.do("words")
        at.do("replace")
        until(lambda: at.ups.status().reason == "replace the battery")
        assert at.ups.status().word is StatusWord.READY


def test_a_clients_library_of_strangers_takes_the_far_end_for_a_nut_server() -> None:
    options = msgspec.convert({"ups": "rack"}, Options)
    with staged(catalog.make_far_end("ups", "nut", options), "tcp:127.0.0.1:0") as (_stage, player):
        client = PyNUTClient(host="127.0.0.1", port=int(player.address.rpartition(":")[2]), timeout=5)
        try:
            assert list(client.GetUPSList()) == [b"rack"]
            assert client.GetUPSVars("rack") == {
                b"ups.status": b"OL",
                b"battery.charge": b"100",
                b"battery.runtime": b"1800",
            }
        finally:
            client._PyNUTClient__srv_handler.close()  # it leaves its socket to the collector
