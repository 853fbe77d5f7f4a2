"""The driver against the simulator: one card is one event, and every fault has its word."""

import msgspec
import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.far_end import UnknownControl
from drivers.id_card.dialogue import Sight
from drivers.id_card.driver import Options
from drivers.id_card.model import model_of
from drivers.id_card.people import PEOPLE
from drivers.id_card.protocol import STATUS_WORDS, reply
from drivers.id_card.simulator import CONTROLS, SAM_ID, SimulatedIdCardReader
from hall.domain.ids import DeviceName
from hall.ports.id_card import CardPresented, CardRemoved, CardUnreadable
from hall.ports.status import DeviceRemark, StatusChanged, StatusWord
from tests.support.wires import staged, until, until_word

MODEL = "sdt-serial"


class Bench:
    """A reader, its simulator, and everything it emitted."""

    def __init__(self, stage, player, device, events):
        self.stage, self.player, self.device, self.events = stage, player, device, events

    def do(self, control, **arguments):
        return self.stage.do(self.player, control, **arguments)

    def asked(self, command):
        return self.stage.state(self.player)["device"]["asked"].get(command, 0)

    def told(self):
        """What was emitted about cards, as short words."""
        words = {CardPresented: "presented", CardRemoved: "removed"}
        return [
            event.reason if isinstance(event, CardUnreadable) else words[type(event)]
            for event in self.events
            if not isinstance(event, StatusChanged | DeviceRemark)
        ]

    def cards(self):
        return [event.card for event in self.events if isinstance(event, CardPresented)]

    def two_more_looks(self):
        seen = self.asked("find")
        until(lambda: self.asked("find") >= seen + 2)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """Return a function that sets a bench up; everything is closed at the end."""
    monkeypatch.setattr("drivers.id_card.driver.IDLE_S", 0.05)
    closing = []

    def made(model=MODEL, address=f"memory:{tmp_path.name}", watch=True, quick=True, baud=None, **options):
        facts = msgspec.structs.replace(model_of(catalog.model("id_card", model)), find_s=0.01, read_s=0.2)
        far_end = SimulatedIdCardReader(facts, quick=quick)
        scene = staged(far_end, address, baud=baud)
        stage, player = scene.__enter__()
        closing.append(lambda: scene.__exit__(None, None, None))
        events = []
        opening = Opening(DeviceName("reader"), player.address, events.append)
        settings = Options(baud=baud or 0, **options)
        device = catalog.open_device("id_card", model, opening, settings)
        closing.append(device.close)
        # The module's documents ask for 300 ms; a simulator takes less, and tests have not got it.
        device._options = msgspec.structs.replace(settings, find_ms=5)
        device.watch(watch)
        until_word(device, StatusWord.READY)
        return Bench(stage, player, device, events)

    yield made
    for close in reversed(closing):
        close()


@pytest.mark.parametrize("scheme", ["memory", "serial", "usb-sim", "hid-sim", "tcp"])
def test_a_card_is_presented_once_and_removed_once(bench, scheme, tmp_path):
    places = {"memory": f"memory:{tmp_path.name}", "tcp": "tcp:127.0.0.1:0"}
    desk = bench(address=places.get(scheme, f"{scheme}:{tmp_path}/line"))
    desk.do("insert_card", person="wang")
    until(lambda: desk.told() == ["presented"])
    desk.two_more_looks()
    assert desk.told() == ["presented"]
    (card,) = desk.cards()
    assert (card.name, card.number) == ("王演示", PEOPLE["wang"].fields["number"])
    assert card.new_address == PEOPLE["wang"].new_address
    assert len(card.photo) == 1024
    desk.do("remove_card")
    until(lambda: desk.told() == ["presented", "removed"])
    assert desk.device.sam_id == SAM_ID


@pytest.mark.parametrize("model", sorted(catalog.models("id_card")))
def test_every_model_reads_one_after_the_other(bench, model):
    desk = bench(model)
    desk.do("insert_card", person="zhang")
    until(lambda: len(desk.told()) == 1)
    desk.do("remove_card")
    until(lambda: len(desk.told()) == 2)
    desk.do("insert_card", person="foreign2023")
    until(lambda: len(desk.told()) == 3)
    assert [card.name for card in desk.cards()] == ["张测试", "样本"]


def test_cards_swapped_between_two_looks(bench):
    desk = bench()
    desk.do("insert_card", person="zhang")
    until(lambda: desk.cards())
    desk.do("insert_card", person="li")
    until(lambda: len(desk.cards()) == 2)
    assert desk.told() == ["presented", "removed", "presented"]


@pytest.mark.parametrize("sw", ["31", "32", "33", "41"])
def test_a_worn_card_asks_to_be_placed_again_once(bench, sw):
    desk = bench()
    desk.do("worn", sw=sw)
    desk.do("insert_card")
    until(lambda: desk.told())
    desk.two_more_looks()
    assert desk.told() == ["place_again"]
    desk.do("worn", sw="0")
    until(lambda: desk.told() == ["place_again", "presented"])


def test_a_bus_card_is_told_as_such(bench):
    desk = bench()
    desk.do("wrong_card")
    desk.do("insert_card")
    until(lambda: desk.told() == ["wrong_card"])
    desk.do("remove_card")
    until(lambda: desk.told() == ["wrong_card", "removed"])


@pytest.mark.parametrize("silent", [False, True])
def test_a_card_pulled_away_in_mid_reading(bench, silent, monkeypatch):
    monkeypatch.setattr("drivers.id_card.dialogue.READ_S", 0.4)
    desk = bench(quick=False)
    desk.do("insert_card")
    until(lambda: desk.asked("read"))
    desk.do("remove_card", silent=silent)
    until(lambda: desk.told()[-1:] == ["removed"])
    assert desk.told() == ["place_again", "removed"]
    remarks = [event.text for event in desk.events if isinstance(event, DeviceRemark)]
    assert remarks[0].startswith("a card was pulled away or lay badly during the read; visitors leave it until")
    desk.do("insert_card", person="li")
    until(lambda: desk.cards())


def test_wrong_checksums_are_asked_again_unseen(bench):
    desk = bench()
    desk.do("wrong_checksum", n=3)
    desk.do("insert_card")
    until(lambda: desk.told() == ["presented"])


def test_an_unknown_error_resets_the_module_once(bench):
    desk = bench()
    desk.do("stumble", n=1)
    desk.do("insert_card")
    until(lambda: desk.told() == ["presented"])
    assert desk.asked("reset") == 1


REACTIONS = [
    # command, word, how often, what the hall is told, how often the command is asked
    ("find", "80", 1, ["presented"], 2),
    ("find", "10", 3, ["presented"], 4),
    ("find", "24", 1, ["presented"], 2),
    ("find", "24", 2, ["presented"], 3),
    ("find", "47", 1, ["presented"], 2),
    ("find", "21", 1, ["presented"], 2),
    ("find", "23", 1, ["presented"], 2),
    ("find", "40", 1, ["wrong_card", "presented"], 2),
    ("find", "41", 1, ["presented"], 2),
    ("select", "81", 1, ["presented"], 2),
    ("select", "24", 1, ["presented"], 2),
    ("select", "24", 2, ["place_again", "presented"], 3),
    ("select", "47", 1, ["presented"], 2),
    ("select", "32", 1, ["place_again", "presented"], 2),
    ("select", "40", 1, ["wrong_card", "presented"], 2),
    ("select", "60", 1, ["reader_fault", "presented"], 2),
    ("select", "11", 3, ["presented"], 4),
    ("read", "10", 3, ["presented"], 4),
    ("read", "10", 4, ["place_again", "presented"], 5),
    ("read", "11", 1, ["presented"], 2),
    ("read", "21", 1, ["reader_fault", "presented"], 2),
    ("read", "23", 1, ["reader_fault", "presented"], 2),
    ("read", "24", 1, ["presented"], 2),
    ("read", "24", 2, ["place_again", "presented"], 3),
    ("read", "31", 1, ["place_again", "presented"], 2),
    ("read", "32", 1, ["place_again", "presented"], 2),
    ("read", "33", 1, ["place_again", "presented"], 2),
    ("read", "40", 1, ["wrong_card", "presented"], 2),
    ("read", "41", 1, ["place_again", "presented"], 2),
    ("read", "1F2041", 1, ["place_again", "presented"], 2),
    ("read", "47", 1, ["presented"], 2),
    ("read", "60", 1, ["reader_fault", "presented"], 2),
    ("read", "66", 1, ["reader_fault", "presented"], 2),
    ("read", "EE", 1, ["place_again", "presented"], 2),
    ("read_address", "91", 1, ["presented"], 1),
    ("read_address", "41", 1, ["presented"], 1),
]


@pytest.mark.parametrize(("command", "sw", "n", "told", "asked"), REACTIONS)
def test_every_status_word_has_its_reaction(bench, command, sw, n, told, asked):
    desk = bench(watch=False)
    desk.do("say", command=command, sw=sw, n=n)
    desk.do("insert_card", person="wang")
    desk.device.watch(True)
    until(lambda: desk.told()[-1:] == ["presented"])
    assert desk.told() == told
    assert desk.asked(command) >= asked
    assert desk.asked("reset") == (n if sw in ("24", "47") else 0) - (sw == "24" and n == 2)
    (card,) = desk.cards()
    assert (card.new_address == "") is (command == "read_address")


def test_every_documented_word_is_among_them():
    assert {int(sw, 16) & 0xFF for _command, sw, *_rest in REACTIONS} >= set(STATUS_WORDS) - {0x90, 0x9F}


@pytest.mark.parametrize("size", [0, 512, 1024])
def test_a_fingerprint_of_any_size_is_dropped_and_the_card_read(bench, size):
    desk = bench(fingerprint=True)
    desk.do("fingerprint", size=size)
    desk.do("insert_card")
    until(lambda: desk.told() == ["presented"])
    assert desk.asked("read_fingerprint") == 1
    assert len(desk.cards()[0].photo) == 1024


@pytest.mark.parametrize("old", [False, True])
def test_fingerprint_modules_and_older_ones(bench, old):
    desk = bench(fingerprint=True)
    desk.do("no_fingerprint", on=old)
    desk.do("insert_card")
    until(lambda: desk.told() == ["presented"])
    assert desk.asked("read_fingerprint") == 1
    assert desk.asked("read") == int(old)


@pytest.mark.parametrize("sw", ["60", "66", "23"])
def test_a_module_that_refuses_is_a_fault(bench, sw):
    desk = bench()
    desk.do("fault", sw=sw)
    until_word(desk.device, StatusWord.FAULT)
    assert sw in desk.device.status().reason
    desk.do("fault", sw="0")
    until_word(desk.device, StatusWord.READY)


@pytest.mark.parametrize("sw", ["21", "23", "24"])
def test_a_search_that_is_refused_is_a_fault_though_the_module_is_well(bench, sw):
    desk = bench()
    desk.do("say", command="find", sw=sw, n=10_000)
    until_word(desk.device, StatusWord.FAULT)
    assert desk.device.status().reason.startswith(f"status word {sw}")


def test_a_module_that_stumbles_when_asked_how_it_is_is_reset(bench):
    desk = bench(watch=False)
    desk.do("say", command="status", sw="24")
    until(lambda: desk.asked("reset") == 1)
    seen = desk.asked("status")
    until(lambda: desk.asked("status") > seen)
    words = [event.status.word for event in desk.events if isinstance(event, StatusChanged)]
    assert StatusWord.FAULT not in words


def test_a_module_is_not_searched_again_too_soon(bench):
    desk = bench(watch=False)
    device, looks = desk.device, []

    class Searched:
        def look(self):
            looks.append(1)
            return Sight.NO_CARD

    device.close()
    device._options = Options(find_ms=60_000)
    device._watching = True
    for _ in range(3):
        device._wake.set()  # as when the hall asks again and again
        device._turn(Searched(), device._supervised.life)
    assert looks == [1]


def test_silence_is_offline_and_lifts_the_card(bench):
    desk = bench()
    desk.do("insert_card")
    until(lambda: desk.cards())
    desk.do("silent")
    until_word(desk.device, StatusWord.OFFLINE)
    until(lambda: desk.told() == ["presented", "removed"])
    desk.do("silent", on=False)
    until(lambda: desk.asked("find"))
    until_word(desk.device, StatusWord.READY)


def test_unplugged_with_a_card_on_it(bench):
    desk = bench()
    desk.do("insert_card")
    until(lambda: desk.cards())
    desk.do("unplug")
    until_word(desk.device, StatusWord.OFFLINE)
    until(lambda: desk.told() == ["presented", "removed"])
    desk.do("remove_card")
    desk.do("insert_card", person="li")
    desk.do("plug")
    until(lambda: len(desk.cards()) == 2)


def test_nobody_watching_nothing_is_read(bench):
    desk = bench(watch=False)
    desk.do("insert_card")
    seen = desk.asked("status")
    until(lambda: desk.asked("status") >= seen + 2)
    assert desk.told() == []
    assert desk.asked("find") == desk.asked("read") == 0
    desk.device.watch(True)
    until(lambda: desk.told() == ["presented"])


def test_garbage_on_the_line_is_a_fault_with_a_hint(bench):
    desk = bench()
    desk.do("mute")
    until_word(desk.device, StatusWord.OFFLINE)
    desk.do("mute", on=False)
    desk.do("silent")
    desk.do("babble")
    until(lambda: any(isinstance(e, StatusChanged) and "baud" in e.status.reason for e in desk.events))


def test_a_paced_line(bench, tmp_path):
    desk = bench(address=f"serial:{tmp_path}/line", baud=57600)
    desk.do("insert_card", kind="citizen", fields={"name": "甲", "number": "1"}, new_address="乙")
    until(lambda: desk.cards())
    assert (desk.cards()[0].name, desk.cards()[0].new_address) == ("甲", "乙")


def test_controls():
    reader = SimulatedIdCardReader(model_of(catalog.model("id_card", MODEL)))
    assert reader.controls() == CONTROLS
    with pytest.raises(UnknownControl, match="insert_card"):
        reader.do("burn", {}, 0.0)
    reader.receive(b"\xaa\xaa\xaa\x96\x69\x00\x03\xa0\x03\xa0", 0.0)
    assert reader.outgoing(1.0)[9] == 0x21, "the vendor's own commands are unknown here"


@pytest.mark.parametrize(("request_hex", "sw"), [("AAAAAA96690003110000", 0x10), ("AAAAAA96690912", 0x11)])
def test_a_reader_says_what_was_wrong_with_a_request(request_hex, sw):
    reader = SimulatedIdCardReader(model_of(catalog.model("id_card", MODEL)))
    reader.receive(bytes.fromhex(request_hex), 0.0)
    assert reader.outgoing(1.0) == reply(sw).to_bytes()
