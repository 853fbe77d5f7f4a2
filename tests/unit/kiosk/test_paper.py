"""The kiosk counts its paper on over restarts and tells the attendant when it will end."""

from datetime import datetime, timedelta
from pathlib import Path

from hall.domain.ids import DeviceName
from hall.domain.paper import PaperKept, Roll, Used
from hall.ports.status import StatusWord
from hall.store.trouble import StoreFault, StoreTrouble
from hall.store.unit_store import UnitStore, open_store
from hall.sync.link import Answered
from hall.words.catalogue import Words
from kiosk.flow.causes import Touch
from kiosk.paper import PaperBook
from tests.support.kiosk import Rig

PRINTER = DeviceName("printer")
TEN = datetime(2026, 11, 21, 10, 0)  # the hall's wall clock


class Wall:
    """The hall's time, moved by the test."""

    def __init__(self) -> None:
        self.at = TEN

    def __call__(self) -> datetime:
        return self.at


class Full:
    """A store on a full disk."""

    trouble = StoreTrouble(StoreFault.FULL, "unit.db", "no space left")

    def paper(self, device: DeviceName) -> PaperKept | StoreTrouble:
        return self.trouble

    def keep_paper(self, device: DeviceName, roll: Roll, day: str, used: Used | None = None) -> StoreTrouble | None:
        return self.trouble


def opened(folder: Path) -> UnitStore:
    store = open_store(folder / "unit.db")
    assert isinstance(store, UnitStore)
    return store


def kiosk(folder: Path, rows: object, wall: Wall) -> Rig:
    rig = Rig(folder / "memory")
    book = PaperBook(rows, PRINTER, wall)  # type: ignore[arg-type]  # a store, or one that refuses
    rig.link.start(rig.shell.take)
    rig.shell.attach(rig.link, rig.machines, rig.drafts, book)
    rig.printer.become(StatusWord.READY)
    return rig


def an_hour_of_slips(rig: Rig, wall: Wall) -> None:
    for _slip in range(60):
        wall.at += timedelta(minutes=1)
        rig.printer.use(150.0)


def attendant(rig: Rig) -> Rig:
    rig.touch(Touch.STAFF).type("at01").touch(Touch.NEXT).type("4711").touch(Touch.NEXT)
    rig.link.say(Answered(f"session-{len(rig.link.sessions)}", 200, {"role": "attendant", "clerk": "at01"}))
    return rig


def test_the_count_goes_on_after_a_restart(tmp_path: Path) -> None:
    store, wall = opened(tmp_path), Wall()
    an_hour_of_slips(kiosk(tmp_path, store, wall), wall)
    store.close()
    store = opened(tmp_path)
    again = kiosk(tmp_path, store, wall)
    assert again.printer.roll_mm == 9000.0
    again.printer.use(100.0)
    kept = store.paper(PRINTER)
    assert isinstance(kept, PaperKept)
    assert (kept.roll.given_mm, len(kept.days["2026-11-21"])) == (9100.0, 61)


def test_the_attendant_reads_when_the_paper_ends(tmp_path: Path) -> None:
    store, wall = opened(tmp_path), Wall()
    store.keep_paper(PRINTER, Roll(0.0, True, 18_000.0), "2026-11-20")
    rig = kiosk(tmp_path, store, wall)
    assert attendant(rig).screen.paper is None, "a new day has shown nothing yet"
    rig.touch(Touch.NEXT)
    an_hour_of_slips(rig, wall)
    assert attendant(rig).screen.paper.args == {"time": "12:00"}
    texts = {language: Words(language, "kiosk")("staff.paper_ends", time="12:00") for language in ("zh", "en")}
    assert texts == {"zh": "纸卷约 12:00 用完", "en": "Paper ends about 12:00"}


def test_a_roll_changed_before_its_end_is_counted_from_zero(tmp_path: Path) -> None:
    store, wall = opened(tmp_path), Wall()
    store.keep_paper(PRINTER, Roll(15_000.0, True, 18_000.0), "2026-11-20")
    rig = kiosk(tmp_path, store, wall)
    attendant(rig).touch(Touch.ACT, "roll_changed")
    assert rig.printer.recovered == 1
    kept = store.paper(PRINTER)
    assert isinstance(kept, PaperKept)
    assert (rig.printer.roll_mm, kept.roll) == (0.0, Roll(0.0, True, 18_000.0))


def test_a_roll_that_ran_out_teaches_its_length_and_is_changed_once(tmp_path: Path) -> None:
    store, wall = opened(tmp_path), Wall()
    store.keep_paper(PRINTER, Roll(17_500.0, True), "2026-11-20")
    rig = kiosk(tmp_path, store, wall)
    rig.printer.become(StatusWord.NO_PAPER)
    attendant(rig).touch(Touch.ACT, "roll_changed")
    assert rig.printer.roll_mm == 17_500.0, "the printer tells of that change by itself"
    rig.printer.end_roll()
    kept = store.paper(PRINTER)
    assert isinstance(kept, PaperKept)
    assert kept.roll == Roll(0.0, True, 17_500.0)


def test_a_store_that_refuses_costs_no_slip(tmp_path: Path) -> None:
    wall = Wall()
    rig = kiosk(tmp_path, Full(), wall)
    an_hour_of_slips(rig, wall)
    assert attendant(rig).screen.paper is None
    assert rig.printer.roll_mm == 9000.0
