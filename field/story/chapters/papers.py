"""Papers: in the night, alone in the hall, a citizen has a lease registered and takes the proof on A4."""

import base64
from contextlib import suppress
from pathlib import Path
from typing import Any

from field.demo.hall import HUB
from field.demo.wire import NotDone
from field.story.chapters import cases
from field.story.chapters.taking import go_home, open_flow
from field.story.day import Day
from field.story.sheet_picture import picture_of

FLOW = "lease-registration"
PHONE = "13800000000"
LOOKS = 3
"""Pictures until the newest surely stands on the glass."""
SIGNINGS = 3
ASKEW: dict[str, Any] = {"angle": 7.0, "tilt": 4.0, "x": 0.03, "seed": 3}
"""How a hand lays the first page."""
AGAIN: dict[str, Any] = {"angle": 2.0, "seed": 3}
SECOND: dict[str, Any] = {"angle": -5.0, "seed": 4, "lines": 14}
PLAIN = (b"%PDF-", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n", b'"strokes":[[')
"""How a page, a document or a signature begins where it is not sealed."""


def alone(day: Day) -> None:
    """Nobody at the counters: papers before the camera, a signature, a proof on A4; then without A4 paper."""
    day.book.chapter("材料 papers")
    cases.clerks_leave(day)
    before = len(_documents(day))
    _the_other_card(day)
    _pages(day)
    _signature(day)
    _proof_on_a4(day)
    with day.book.step("the sealed papers reach the hub, and nothing of them stays at the kiosk"):
        arrived = day.book.until("lease and signature are at the hub", lambda: _documents(day)[before + 1 :], 20)
        found = [path.name for path in _documents(day) if _plain_in(path)]
        day.book.equal("documents at the hub that anybody could read", [], found)
        day.book.equal("files of the kiosk with a picture, a PDF or strokes in them", [], left_at_kiosk(day))
        day.book.see("each is named by its SHA-256", arrived, bool(arrived))
    _without_a4(day)
    cases.clerks_come(day)


def hand_in(day: Day) -> None:
    """Do the whole item quickly, up to the paper's slots: one page, a signature, the receipt."""
    begin(day)
    cases.identify(day, "li")
    fill(day)
    lay(day, **AGAIN)
    shoot(day, 0)
    day.kiosk.tap("next")
    day.kiosk.wait("screen_confirm", timeout_s=8)
    day.kiosk.tap("next")
    sign(day)
    day.device("kiosk-c.pad").do("press", key="confirm")


def begin(day: Day) -> None:
    """Open the item, and agree to what is done with the data."""
    go_home(day)
    open_flow(day, FLOW)
    day.kiosk.wait("screen_notice", timeout_s=8)
    day.kiosk.tap("next")


def fill(day: Day) -> None:
    """Fill what the card does not know."""
    kiosk = day.kiosk
    kiosk.wait("screen_form", timeout_s=12)
    kiosk.tap("field_rooms")
    kiosk.tap("choice_whole")
    for field, digits in (("until", "2028"), ("phone", PHONE)):
        kiosk.tap(f"field_{field}")
        for digit in digits:
            kiosk.tap(f"key_{digit}")
    kiosk.tap("next")
    kiosk.wait("screen_capture", timeout_s=8)


def lay(day: Day, **how: Any) -> None:
    """Lay a page before the camera, and wait until the camera has looked at it."""
    looks = day.camera.do("lay", sheet="a4", **how)["pictures"]
    day.settle(lambda: day.camera.device()["pictures"] >= looks + LOOKS)


def shoot(day: Day, number: int) -> None:
    """Release the camera; page `number`, counted from 0, appears among the pages."""
    day.kiosk.tap("shoot")
    day.kiosk.wait(f"page_{number}", timeout_s=15)


def sign(day: Day) -> None:
    """Sign on the pad; whoever began while the field still opened sees nothing and signs again."""
    day.kiosk.wait("screen_sign", timeout_s=20)
    for _ in range(SIGNINGS):
        day.device("kiosk-c.pad").do("sign", strokes=5, seed=5, quick=True)
        with suppress(NotDone):
            day.settle(lambda: day.kiosk.enabled("next"), timeout_s=6)
            return
        day.device("kiosk-c.pad").do("press", key="clear")
    raise NotDone("nothing that was signed on the pad came to the screen")


def leave(day: Day) -> None:
    """Go on from the paper's slots and take the card along: while it lies there, the kiosk asks for it."""
    day.kiosk.tap("next")
    day.reader.do("remove_card")
    go_home(day)


def left_at_kiosk(day: Day) -> list[str]:
    """Return the kiosk's files in which something of the papers can be read."""
    log = day.demo.log("kiosk-c")
    files = [path for path in day.demo.state("kiosk-c").rglob("*") if path.is_file()]
    return [path.name for path in (*files, log) if _plain_in(path)]


def _the_other_card(day: Day) -> None:
    with day.book.step("at night, alone: an IC card instead of the ID card is told what it is good for"):
        begin(day)
        cases.to_identify(day)
        day.device("kiosk-c.ic").do("insert", card="social")
        said = day.kiosk.wait("problem", "居民身份证", timeout_s=10)
        day.picture(day.kiosk, "kiosk-ic-card")
        day.book.see("the citizen is told which card is wanted", said, "社保" in said)
        day.device("kiosk-c.ic").do("pull")
        day.reader.do("insert_card", person="li")
        fill(day)
        day.book.see("then the camera's turn comes", "screen_capture", day.kiosk.shows("screen_capture"))


def _pages(day: Day) -> None:
    kiosk = day.kiosk
    with day.book.step("papers before the camera: squared up, one taken again, two pages"):
        lay(day, **ASKEW)
        shoot(day, 0)
        day.picture(kiosk, "kiosk-page-squared")
        day.book.see("its edges were seen", "no question", not kiosk.shows("keep_page"))
        kiosk.tap("page_0")
        lay(day, **AGAIN)
        day.picture(kiosk, "kiosk-page-chosen")
        shoot(day, 1)
        kiosk.tap("page_0")
        kiosk.tap("remove")
        day.settle(lambda: not kiosk.shows("page_1"))
        lay(day, **SECOND)
        shoot(day, 1)
        day.picture(kiosk, "kiosk-two-pages")
        day.book.see("two pages, and the way on", "next", kiosk.enabled("next") and not kiosk.shows("page_2"))
        kiosk.tap("next")
        kiosk.wait("screen_confirm", timeout_s=15)
        day.picture(kiosk, "kiosk-papers-confirm")
        day.camera.do("remove")


def _signature(day: Day) -> None:
    with day.book.step("the signature is drawn on the pad and confirmed by its key"):
        day.kiosk.tap("next")
        sign(day)
        day.picture(day.kiosk, "kiosk-signed-on-pad")
        registered = len(day.witness.of("case.submitted"))
        day.device("kiosk-c.pad").do("press", key="confirm")
        day.book.until("the case is registered", lambda: day.witness.of("case.submitted")[registered:], 20)


def _proof_on_a4(day: Day) -> None:
    with day.book.step("the proof comes on A4"):
        day.kiosk.wait("screen_take", timeout_s=30)
        day.picture(day.kiosk, "kiosk-take-sheets")
        job = day.sheets.do("last_job")
        day.book.equal("sheets", 1, job["sheets"])
        day.book.see("the job's name says nothing of the citizen", job["name"], "李" not in job["name"])
        _keep(day, job["pdf"], "a4-proof")
        leave(day)


def _without_a4(day: Day) -> None:
    with day.book.step("no paper in the A4 printer: the same proof comes as a slip"):
        day.sheets.do("paper_out")
        printed, slips = day.sheets.do("last_job")["name"], day.slip_count()
        hand_in(day)
        day.book.until("receipt and proof came as slips", lambda: day.slip_count() >= slips + 2, 30)
        day.kiosk.wait("screen_take", timeout_s=20)
        text = "".join(day.last_slip()["lines"])
        day.book.see("the proof", text, "租房登记证明" in text)
        day.book.equal("the A4 printer's last job", printed, day.sheets.do("last_job")["name"])
        day.sheets.do("add_paper")
        day.camera.do("remove")
        leave(day)


def _keep(day: Day, pdf: str, name: str) -> None:
    """Leave the PDF in the story's folder, and its first sheet as a picture."""
    path = day.folder / f"{name}.pdf"
    path.write_bytes(base64.b64decode(pdf))
    picture_of(path, path.with_suffix(".png"))
    day.book.picture(f"{name}.png")


def _documents(day: Day) -> list[Path]:
    return sorted((day.demo.state(HUB) / "documents").glob("*.sealed"))


def _plain_in(path: Path) -> bool:
    content = path.read_bytes()
    return any(mark in content for mark in PLAIN)
