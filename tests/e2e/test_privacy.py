"""Nothing personal is left behind: every file of a day, and of a crash in its middle, is searched for it.

A name, an ID number, an address and a typed phone number, in every form in which a program might write them; and pieces
of the pages that were photographed, of the signature and of the proof on A4. Left out are the card lying on the
simulated reader, the paper that came out, which has a test of its own, and the pictures taken here; strips,
announcements and all other simulators are searched too.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w

from drivers.id_card.people import PEOPLE
from field.demo.hall import HUB
from field.story.chapters import cases, papers
from field.story.chapters.taking import go_home, open_flow, take_by_card
from field.story.day import Day
from hall.wire.seal import unseal
from tests.support.demo_at_work import demo_at_work, eventually

UNITS = ("kiosk-c", "counter-1", "bus-1", "lobby-1")
PHONE = "13800000000"
_CARDS = [PEOPLE[person].fields for person in ("zhang", "li")]
SECRETS = sorted({PHONE} | {card[field] for card in _CARDS for field in ("name", "number", "address")})
PAPER = "simulators/kiosk-c.printer.json"
WORLD_OUTSIDE = ("pictures", "simulators/kiosk-c.reader.json", PAPER)
WRITTEN = {f"logs/{unit}.log" for unit in ("hub", *UNITS)} | {"config/hall.toml", "state/hub/auth.db"}
STORES = {"state/hub", *(f"state/{unit}" for unit in UNITS)}
"""Files, and folders with a SQLite file, that must have been searched."""


def forms(secret: str) -> dict[str, bytes]:
    """Return how a program may write a text: three encodings, JSON's escapes, and bytes in base64 at any place."""
    plain = secret.encode()
    found = {name: secret.encode(name) for name in ("utf-8", "gb18030", "utf-16-le")}
    found["json"] = json.dumps(secret)[1:-1].encode()
    for shift in range(3):
        # The letters at both ends also depend on the neighbours.
        found[f"base64+{shift}"] = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")[(0, 2, 3)[shift] : -2]
    return found


def left_behind(root: Path) -> tuple[list[str], set[str]]:
    """Search every file; return where a secret stands, and all files searched, by their place below `root`."""
    needles = [(secret, form, needle) for secret in SECRETS for form, needle in forms(secret).items()]
    found, searched = [], set()
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).as_posix()
        if not path.is_file() or place.startswith(WORLD_OUTSIDE):
            continue
        searched.add(place)
        content = path.read_bytes()
        found += [f"{secret} as {form} in {place}" for secret, form, what in needles if what in content]
    return found, searched


def pieces(content: bytes) -> list[bytes]:
    """Return pieces of a page or a document that no other file has by chance: from its middle, and in base64."""
    found = [content[at : at + 24] for at in range(len(content) // 4, len(content) - 64, len(content) // 16)]
    return found + [base64.b64encode(content[at : at + 48])[4:-4] for at in (len(content) // 3, len(content) // 2)]


def holding(root: Path, needles: list[bytes]) -> list[str]:
    """Return the files below `root`, sealed ones and all simulators' included, in which one of the pieces stands."""
    found = []
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.is_file() and not place.startswith("pictures"):
            content = path.read_bytes()
            found += [place] if any(needle in content for needle in needles) else []
    return found


def test_the_search_finds_pieces_of_a_document(tmp_path: Path) -> None:
    page = bytes(range(256)) * 40
    (tmp_path / "a").write_bytes(b"head" + page[:7000])
    (tmp_path / "b").write_bytes(base64.b64encode(page))
    (tmp_path / "c").write_bytes(b"nothing of it")
    assert holding(tmp_path, pieces(page)) == ["a", "b"]


def test_the_search_finds_each_form(tmp_path: Path) -> None:
    for number, (secret, form, needle) in enumerate((s, f, n) for s in SECRETS for f, n in forms(s).items()):
        assert len(needle) >= 6, (secret, form)
        path = tmp_path / f"{number}"
        path.write_bytes(b"\x00\xff" + needle + b"tail")
        found, searched = left_behind(tmp_path)
        assert f"{secret} as {form} in {number}" in found
        assert searched == {f"{number}"}
        path.unlink()
    for shift in range(3):
        (tmp_path / "b").write_bytes(base64.b64encode(b"x" * shift + PEOPLE["li"].fields["name"].encode() + b"yz"))
        assert left_behind(tmp_path)[0], f"base64 after {shift} bytes"


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    with demo_at_work(UNITS) as day:
        day.kiosk.wait("screen_home", timeout_s=30)
        yield day


@pytest.fixture
def own_day() -> Iterator[Day]:
    """A hall of its own: the others leave drafts and killed kiosks behind."""
    with demo_at_work(UNITS) as day:
        day.kiosk.wait("screen_home", timeout_s=30)
        yield day


@pytest.mark.story
def test_papers_a_signature_and_a_proof_are_nowhere_but_sealed_at_the_hub(own_day: Day) -> None:
    day, root = own_day, own_day.demo.root
    day.settle(lambda: day.kiosk.enabled(f"flow_{papers.FLOW}"), 30)
    papers.hand_in(day)
    assert holding(root, list(papers.PLAIN)) == [], "a case with papers under way"
    day.kiosk.wait("screen_take", timeout_s=40)
    sheet = base64.b64decode(day.sheets.do("last_job")["pdf"])
    sealed = eventually(lambda: _sealed(root, 2), 30)
    documents = [unseal((root / "state" / HUB / "hall.key").read_bytes(), path.read_bytes()) for path in sealed]
    assert {document[:5] for document in documents} >= {b"%PDF-"}
    assert any(b'"strokes":[[' in document for document in documents), "lease and signature, as the hall may read them"
    papers.leave(day)
    for content in (*documents, sheet):
        assert holding(root, pieces(content)) == []
    assert left_behind(root)[0] == []
    day.hall.processes.kill("kiosk-c")
    for content in (*documents, sheet):
        assert holding(root, pieces(content)) == [], "after a crash"
    day.hall.start_unit(day.hall.unit("kiosk-c"))
    day.hall.wait_unit("kiosk-c")
    day.kiosk.wait("screen_home", timeout_s=20)


def _sealed(root: Path, at_least: int) -> list[Path]:
    found = sorted((root / "state" / HUB / "documents").glob("*.sealed"))
    return found if len(found) >= at_least else []


@pytest.mark.story
def test_a_day_and_a_crash_leave_nothing_personal_behind(day: Day) -> None:
    root = day.demo.root
    _number_and_case(day)
    cases.whole_item(day, hub=True)
    assert [step for step in day.book.steps if step.seconds and not step.ok] == []
    _kill_in_the_form(day)
    found, searched = left_behind(root)
    assert found == []
    _everything_was_searched(root, searched)
    assert any(place.startswith("state/kiosk-c/") and place.endswith("-wal") for place in searched)
    assert any(place.startswith("run/") and place.endswith("draft.key") for place in searched), "a draft was there"
    _only_the_address_is_on_paper((root / PAPER).read_text(encoding="utf-8"))
    holders = [body["ticket"] for body in day.witness.of("ticket.issued")]
    people = {known.get("person") for known in [*holders, *day.witness.of("case.submitted")]}
    assert len(people - {None}) == 2, "the hub knows both by reference, so there was something to leave behind"

    day.hall.start_unit(day.hall.unit("kiosk-c"))
    day.hall.wait_unit("kiosk-c")
    day.kiosk.wait("screen_home", timeout_s=20)
    day.hall.stop()
    found, searched = left_behind(root)
    assert found == []
    _everything_was_searched(root, searched)


def _everything_was_searched(root: Path, searched: set[str]) -> None:
    assert searched >= WRITTEN
    with_store = {place for place in searched if (root / place).read_bytes()[:15] == b"SQLite format 3"}
    assert {place.rsplit("/", 1)[0] for place in with_store} >= STORES


def _only_the_address_is_on_paper(paper: str) -> None:
    """The residence proof says where its holder lives, which is what it is for; nothing else is printed."""
    assert [secret for secret in SECRETS if secret in paper] == [PEOPLE["li"].fields["address"]]


def _number_and_case(day: Day) -> None:
    """A number by card, called, served, registered as a case and rated."""
    slip = take_by_card(day, "zhang", "medical-insurance")
    assert slip["complete"]
    day.sign_in("1")
    day.counter("1").wait("pill.state", "空闲", timeout_s=8)
    day.call_next("1")
    day.start_service("1")
    desk = day.counter("1")
    desk.press("F9")
    desk.tap("chooser.medical-insurance")
    assert eventually(lambda: day.witness.of("case.submitted"))
    day.finish("1")
    assert eventually(lambda: day.witness.of("rating.invited"))
    day.rate("1", 1)
    assert eventually(lambda: day.witness.of("rating.given"))


def _kill_in_the_form(day: Day) -> None:
    """A citizen has laid the card and typed a phone number when the kiosk dies."""
    kiosk = day.kiosk
    go_home(day)
    open_flow(day, "residence-proof")
    kiosk.wait("screen_notice", timeout_s=8)
    kiosk.tap("next")
    if eventually(lambda: kiosk.shows("screen_ask") or kiosk.shows("screen_identify")) and kiosk.shows("screen_ask"):
        kiosk.tap("answer_self")
    kiosk.wait("screen_identify", timeout_s=8)
    day.reader.do("insert_card", person="li")
    kiosk.wait("screen_form", timeout_s=15)
    kiosk.tap("field_phone")
    for digit in PHONE:
        kiosk.tap(f"key_{digit}")
    assert eventually(lambda: list((day.demo.root / "run").rglob("draft.key")))
    day.hall.processes.kill("kiosk-c")
    day.reader.do("remove_card")


@pytest.mark.parametrize("program", ["kiosk.app", "counter.app", "counter.lobby.app"])
def test_a_production_unit_takes_no_taps_from_outside(tmp_path: Path, program: str) -> None:
    kind = "lobby" if "lobby" in program else program.split(".")[0]
    identity = {"name": "u", "kind": kind, "hub_url": "https://127.0.0.1:9", "state_dir": str(tmp_path / "state")}
    identity |= {"series": "C"} if kind == "kiosk" else {"counter": "1"} if kind == "counter" else {}
    path, socket = tmp_path / "unit.toml", tmp_path / "remote.sock"
    path.write_text(tomli_w.dumps({"unit": identity}), encoding="utf-8")
    command = [sys.executable, "-m", program, "--config", str(path), "--remote-control", str(socket)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "unit.demo = true" in done.stderr
    assert not socket.exists()
