"""A kiosk dies with work that the hub never got; a spare takes its place: a real hub, sound and spoilt disks."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tomli_w

from field.app import main
from hall.store.record import Pending, Queued, Rank, Stamp
from hall.store.unit_store import UnitStore, open_store
from hall.sync import link
from hall.sync.enrol import enrol
from hall.sync.loop import new_key
from hall.wire.commands import CloseDay, IssueTicket, OpenDay
from hall.wire.enrolment import Enrolled, SessionRequest, UnitSeries
from hall.wire.replies import Refused
from hall.wire.seal import seal
from tests.e2e.test_link import ITEM, Kiosk, ticket_of
from tests.support.line import Line
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server, token_for
from tests.unit.field.conftest import logs_as_before

pytestmark = pytest.mark.timeout(120)
__all__ = ["logs_as_before"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("replace")))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def technician(server: ServerProcess) -> Iterator[Unit]:
    unit = Unit(server, "technician", "laptop")
    yield unit
    unit.close()


class Dead:
    """A kiosk that took numbers online and alone, and then died; `numbers` are those that the hub never got."""

    def __init__(
        self, server: ServerProcess, folder: Path, letter: str, alone: int = 3, *, unconfirmed: bool = False
    ) -> None:
        self.name, self.folder = f"kiosk-{letter.lower()}", folder
        with Line(server.port) as cable:
            token = token_for(server, "kiosk", self.name, "--series", letter)
            assert isinstance(enrol(cable.url, token, folder), Enrolled)
            kiosk = Kiosk(folder, cable.url)
            kiosk.wait(link.ViewChanged)
            kiosk.take_number()
            cable.cut()
            kiosk.wait(link.HubAway)
            self.numbers = [kiosk.take_number().number for _ in range(alone)]
            if unconfirmed:
                self.numbers.append(ticket_of(kiosk.ask_number()).number)
            kiosk.stop()


def spare_file(folder: Path, server: ServerProcess) -> Path:
    """The file of a spare that waits in a cupboard."""
    unit = {
        "name": "kiosk-spare",
        "kind": "kiosk",
        "hub_url": "https://127.0.0.1:9",
        "state_dir": str(folder / "spare"),
    }
    path = folder / "kiosk.toml"
    path.write_text("# the spare\n" + tomli_w.dumps({"unit": unit}), encoding="utf-8")
    return path


def replaced(
    technician: Unit, server: ServerProcess, tmp_path: Path, dead: Dead, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, dict[str, Any]]:
    """Make a token and put the spare in the dead one's place."""
    token = technician.post(f"/v1/units/{dead.name}/replacement", {}).json()["token"]
    call = ["replace", "--config", str(spare_file(tmp_path, server)), "--as", dead.name]
    status = main([*call, "--hub", server.url, "--token", token, "--json", *more])
    return status, json.loads(capsys.readouterr().out)


def series_of(technician: Unit, unit: str) -> UnitSeries:
    return msgspec.json.decode(technician.get(f"/v1/units/{unit}/series").content, type=UnitSeries)


def entered(technician: Unit, unit: str) -> list[str]:
    return sorted(slip.number for slip in series_of(technician, unit).slips)


def states(told: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in told["lines"]:
        found.setdefault(line["state"], []).append(line["what"])
    return found


def test_what_a_whole_disk_holds_enters_once_and_the_spare_prints_other_numbers(
    server: ServerProcess, technician: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = Dead(server, tmp_path / "dead", "C")
    assert entered(technician, dead.name) == []
    before = {path.name: path.read_bytes() for path in dead.folder.iterdir()}

    status, told = replaced(technician, server, tmp_path, dead, capsys, "--disk", str(dead.folder))
    assert (status, told["settled"], told["todo"]) == (0, True, [])
    assert (told["unit"], told["generation"], told["series"]) == ("kiosk-c", 2, "CB")
    assert [re.sub(r", printed .*", "", what) for what in states(told)["sent"]] == [
        f"ticket {number} for {ITEM}" for number in dead.numbers
    ]
    known = series_of(technician, dead.name)
    assert entered(technician, dead.name) == dead.numbers
    assert (known.series, known.former) == ("CB", ("C",))
    assert {path.name: path.read_bytes() for path in dead.folder.iterdir()} == before, "the disk was only read"
    assert not (tmp_path / "spare" / "rescue").exists()

    text = (tmp_path / "kiosk.toml").read_text()
    assert text.startswith("# the spare\n")
    assert 'name = "kiosk-c"' in text
    assert 'series = "C"' in text
    assert server.url in text

    again = [
        "replace",
        "--config",
        str(tmp_path / "kiosk.toml"),
        "--as",
        dead.name,
        "--disk",
        str(dead.folder),
        "--json",
    ]
    assert main(again) == 0
    assert len(states(json.loads(capsys.readouterr().out))["known"]) == len(dead.numbers)
    assert entered(technician, dead.name) == dead.numbers


def test_what_else_was_left_goes_too(
    server: ServerProcess, technician: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip that nobody saw come out, a number asked for and never answered, a document of a case."""
    dead = Dead(server, tmp_path / "dead", "M", alone=1, unconfirmed=True)
    document = b"a page that somebody handed in"
    sha256 = hashlib.sha256(document).hexdigest()
    store = open_store(dead.folder / "unit.db")
    assert isinstance(store, UnitStore)
    assert store.documents.hold(sha256, seal(technician.enrolled.hub_key, document), 1) is None
    assert store.documents.release([sha256], 2) is True
    asked = IssueTicket(key=new_key(), item=ITEM)
    assert store.write([Queued(Pending(99, Rank.COMMAND, asked, Stamp("boot", 1), sent=True))]) is None
    store.close()
    status, told = replaced(technician, server, tmp_path, dead, capsys, "--disk", str(dead.folder))
    assert (status, told["trouble"]) == (0, ""), told
    assert entered(technician, dead.name) == ["A-M01", "A-M02"]
    why = {re.sub(r", printed .*", "", line["what"]): line["why"] for line in told["lines"]}
    assert "may not have come out" in why[f"ticket A-M02 for {ITEM}"]
    assert f"a number asked for and never answered ({asked.key})" in why
    assert not [line for line in told["lines"] if "document" in line["what"]], "all documents are at the hub"


def test_the_dead_one_back_to_life_is_told_and_prints_no_more(
    server: ServerProcess, technician: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = Dead(server, tmp_path / "dead", "D")
    assert replaced(technician, server, tmp_path, dead, capsys, "--disk", str(dead.folder))[0] == 0
    back = Kiosk(dead.folder, server.url)
    try:
        assert back.wait(link.HubAway).reason == "replaced"
        refused = back.ask_number().reply
        assert isinstance(refused, Refused)
        assert "taken this unit's place" in refused.message
    finally:
        back.stop()
    with Line(server.port) as cable:
        cable.cut()
        without_hub = Kiosk(dead.folder, cable.url)
        try:
            assert isinstance(without_hub.ask_number().reply, Refused), "nor where nobody can tell it"
        finally:
            without_hub.stop()


def test_numbers_of_two_machines_with_one_letter_never_meet(
    server: ServerProcess, technician: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The dead one was only cut off, and prints on while the spare works alone too."""
    dead = Dead(server, tmp_path / "dead", "E", alone=1)
    status, told = replaced(technician, server, tmp_path, dead, capsys)
    assert (status, told["series"]) == (1, "EB")
    with Line(server.port) as cable:
        spare = Kiosk(tmp_path / "spare", cable.url)
        spare.take_number()
        cable.cut()
        spare.wait(link.HubAway)
        numbers = [ticket_of(spare.ask_number()).number for _ in range(3)]
        spare.stop()
        old = Kiosk(dead.folder, cable.url)
        old.wait(link.HubAway)
        numbers += [ticket_of(old.ask_number()).number for _ in range(3)]
        old.stop()
    assert numbers == ["A-EB01", "A-EB02", "A-EB03", "A-E02", "A-E03", "A-E04"]


def spoil(path: Path, keep: float, hole: tuple[float, float] = (0, 0)) -> None:
    """Cut a file, and make a hole in what is left."""
    content = bytearray(path.read_bytes())[: int(path.stat().st_size * keep)]
    start, end = (int(len(content) * part) for part in hole)
    content[start:end] = bytes(end - start)
    path.write_bytes(content)


def checkpointed(dead: Dead) -> Path:
    """Bring the journal into the file, as a clean end would."""
    store = open_store(dead.folder / "unit.db")
    store.close()  # type: ignore[union-attr]  # it opened
    return dead.folder / "unit.db"


@pytest.mark.parametrize(
    ("letter", "keep", "hole"), [("F", 0.8, (0, 0)), ("G", 1.0, (0.0, 0.1)), ("H", 1.0, (0.3, 0.5))]
)
def test_a_cut_or_spoilt_disk_gives_what_it_can_and_the_rest_is_named(
    letter: str,
    keep: float,
    hole: tuple[float, float],
    server: ServerProcess,
    technician: Unit,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dead = Dead(server, tmp_path / "dead", letter, alone=12)
    spoil(checkpointed(dead), keep, hole)
    status, told = replaced(technician, server, tmp_path, dead, capsys, "--disk", str(dead.folder))
    known = set(entered(technician, dead.name))
    named = " ".join(states(told).get("missing", []))
    lost = [number for number in dead.numbers if number not in known]
    (end,) = states(told)["unknown"]
    beyond = int(end.removeprefix(f"numbers above {letter}"))
    assert all(number.partition("-")[2] in named or int(number[-2:]) > beyond for number in lost), (lost, told)
    assert beyond >= 10, "the last numbers were in the journal or noted"
    assert known <= set(dead.numbers)
    assert status == 1, "nobody can tell of a damaged disk that all of it was found"
    assert len(known) >= 5, told


def test_without_a_disk_the_gaps_that_the_hub_sees_are_named(
    server: ServerProcess, technician: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = Dead(server, tmp_path / "dead", "J")
    status, told = replaced(technician, server, tmp_path, dead, capsys)
    assert status == 1
    assert [line["what"] for line in told["lines"]] == ["no disk was read", "numbers above J00"]


def test_a_wrong_disk_or_token_changes_nothing(
    server: ServerProcess, technician: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dead = Dead(server, tmp_path / "dead", "K", alone=1)
    file = spare_file(tmp_path, server)
    call = ["replace", "--config", str(file), "--as", "kiosk-k"]
    token = json.loads(run_server("replace", "--config", server.config, "kiosk-k").stdout.splitlines()[-1])["token"]
    before = file.read_bytes()
    for more, why in (
        (["--hub", server.url], "go together"),
        ([], "not enrolled as kiosk-k"),
        (["--disk", str(tmp_path / "none")], "no such folder"),
        (["--disk", str(tmp_path)], "no unit.db"),
        (["--hub", server.url, "--token", "f" * 40], "unknown token"),
        (["--as", "kiosk-z", "--disk", str(dead.folder)], "is the disk of kiosk-k"),
        (["--as", "kiosk-z", "--hub", server.url, "--token", token], "makes a machine kiosk-k"),
    ):
        assert main([*call, *more]) == 2
        assert why in capsys.readouterr().err
    assert file.read_bytes() == before
    assert series_of(technician, "kiosk-k").former == ()
    unknown = run_server("replace", "--config", server.config, "kiosk-nobody")
    assert unknown.returncode == 2
    assert "no unit 'kiosk-nobody'" in unknown.stderr


def test_who_may_make_a_replacement_and_ask_for_numbers(server: ServerProcess, technician: Unit) -> None:
    kiosk = Unit(server, "kiosk", "kiosk-l", "--series", "L")
    assert kiosk.post("/v1/units/kiosk-l/replacement", {}).status_code == 403
    assert kiosk.get("/v1/units/laptop/series").status_code == 403
    own = kiosk.get("/v1/units/kiosk-l/series")
    assert msgspec.json.decode(own.content, type=UnitSeries).series == "L"
    made = technician.post("/v1/units/kiosk-l/replacement", {})
    assert made.status_code == 201
    assert made.json()["unit"] == "kiosk-l"
    assert technician.post("/v1/units/nobody/replacement", {}).status_code == 404
    kiosk.close()


def by_supervisor(unit: Unit, command: OpenDay | CloseDay) -> None:
    """Sign a supervisor in (sessions end with the day), and do it."""
    answer = unit.post("/v1/sessions", SessionRequest("3001", "3001", role="supervisor"))
    assert answer.status_code == 201, answer.text
    unit.session = answer.json()["session"]
    unit.command(command)
    unit.session = ""


def test_slips_wait_for_the_next_day_where_the_hall_is_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Entered at night they would be void at once; the copy stays, and the same command sends them in the morning."""
    server = ServerProcess(hall_file(tmp_path, auto_day=False))
    laptop = Unit(server, "technician", "laptop")
    try:
        by_supervisor(laptop, OpenDay(key=new_key(), day="2020-01-01"))
        dead = Dead(server, tmp_path / "dead", "C", alone=2)
        by_supervisor(laptop, CloseDay(key=new_key()))
        status, told = replaced(laptop, server, tmp_path, dead, capsys, "--disk", str(dead.folder))
        assert (status, told["settled"]) == (1, False)
        assert len(states(told)["waiting"]) == 2
        assert "day is not open" in told["lines"][0]["why"]
        assert (tmp_path / "spare" / "rescue").exists()
        assert entered(laptop, dead.name) == []
        by_supervisor(laptop, OpenDay(key=new_key(), day="2020-01-02"))
        call = ["replace", "--config", str(tmp_path / "kiosk.toml"), "--as", dead.name]
        assert main([*call, "--disk", str(dead.folder)]) == 0
        said = capsys.readouterr().out
        assert "settled: nothing is lost" in said
        assert "ticket A-C01 for social-card, printed" in said
        assert entered(laptop, dead.name) == dead.numbers
    finally:
        laptop.close()
        server.stop()
