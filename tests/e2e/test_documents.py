"""Documents at the real hub over TLS: handed in while it is dead, there after a kill, copied, lost, and back again."""

import json
import os
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from config.ending import FAILED
from hall.domain.ids import ItemCode
from hall.store.documents import Backlog, DocumentShelf
from hall.sync import link
from hall.sync.enrol import enrol
from hall.wire.commands import SubmitCase
from hall.wire.enrolment import Enrolled
from hall.wire.seal import seal
from server.store.log import LogReader
from tests.e2e.test_link import Kiosk, restart
from tests.e2e.test_server_cli import eventually, key, staffed
from tests.support.line import Line
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server, token_for

pytestmark = pytest.mark.timeout(120)
NOW = 1_795_000_000_000
PDF = b"%PDF-1.4 " + b"the lease of nobody " * 100_000
LARGE = b"x" * 2_600_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("documents"), document_bytes=2_500_000))
    yield running
    running.stop()


def hand_in(shelf: DocumentShelf, key: bytes, *documents: bytes) -> list[str]:
    names = [sha256(document).hexdigest() for document in documents]
    for name, document in zip(names, documents, strict=True):
        assert shelf.hold(name, seal(key, document), NOW) is None
    assert shelf.release(names, NOW) is True
    return names


def test_handed_in_without_a_hub_it_is_there_after_both_came_back(server: ServerProcess, tmp_path: Path) -> None:
    with Line(server.port) as line:
        enrolled = enrol(line.url, token_for(server, "kiosk", "kiosk-d", "--series", "D"), tmp_path / "kiosk")
        assert isinstance(enrolled, Enrolled)
        kiosk = Kiosk(tmp_path / "kiosk", line.url)
        try:
            kiosk.wait(link.ViewChanged)
            server.kill()
            kiosk.wait(link.HubAway)
            before = {path.name for path in (server.state / "documents").iterdir()}
            name, too_large = hand_in(kiosk.store.documents, enrolled.hub_key, PDF + b"waits", LARGE)
            restart(server, line)
            kiosk.wait(link.HubBack)
            for _ in range(600):
                backlog = kiosk.store.documents.backlog()
                assert isinstance(backlog, Backlog)
                if not backlog.waiting:
                    break
                kiosk.link.ask(link.Question(id="beat", method="GET", path="/health"))
                kiosk.wait(link.Answered)
            assert backlog == Backlog(refused=1)
        finally:
            kiosk.stop()
    server.kill()
    files = sorted({path.name for path in (server.state / "documents").iterdir()} - before)
    assert files == [f"{name}.sealed", f"{name}.sum"]
    assert b"lease" not in (server.state / "documents" / files[0]).read_bytes()
    assert too_large not in server.log.read_text()
    server.start()


def submitted(kiosk: Unit, *documents: bytes) -> str:
    """Bring documents and the case that names them; return its number."""
    answers = {}
    for place, document in enumerate(documents):
        name = answers[f"paper-{place}"] = sha256(document).hexdigest()
        sealed = seal(kiosk.enrolled.hub_key, document)
        assert kiosk.http.put(f"/v1/documents/{name}", content=sealed, headers=kiosk.headers()).is_success
    form = seal(kiosk.enrolled.hub_key, json.dumps({"answers": answers}).encode())
    return str(kiosk.command(SubmitCase(key=key(), item=ItemCode("social-card"), sealed_form=form))["case"])


def said(act: str, server: ServerProcess, *more: str) -> tuple[int, str]:
    done = run_server(act, "--config", server.config, *more)
    return done.returncode, done.stdout + done.stderr


def test_a_clerk_reads_what_the_kiosk_brought_and_the_log_says_so(server: ServerProcess) -> None:
    kiosk = Unit(server, "kiosk", "kiosk-e", "--series", "E")
    counter = Unit(server, "counter", "counter-1", "--counter", "1")
    try:
        case = submitted(kiosk, PDF)
        documents = f"/v1/cases/{case}/documents"
        assert counter.get(documents).status_code == 403, "a counter without a clerk reads nothing"
        staffed(counter)
        (line,) = counter.get(documents).json()
        assert (line["field"], line["kind"], line["here"]) == ("paper-0", "pdf", True)
        assert counter.get(f"{documents}/{line['sha256']}").content == PDF
        looks = [one for one in looks_in(server) if one["body"]["case"] == case]
        assert [(one["actor"]["clerk"], one["body"]["document"]) for one in looks] == [("1001", 1)]
        assert "lease" not in server.log.read_text()
    finally:
        kiosk.close()
        counter.close()


def test_a_supervisor_is_handed_them_at_the_hub_and_the_log_says_so(server: ServerProcess, tmp_path: Path) -> None:
    kiosk = Unit(server, "kiosk", "kiosk-i", "--series", "I")
    try:
        case = submitted(kiosk, PDF + b"9")
    finally:
        kiosk.close()
    for clerk, pin in (("1001", "1001"), ("3001", "0000")):
        refused = run_server(*hand_out(server, case, clerk, tmp_path / "no"), stdin=f"{pin}\n")
        assert (refused.returncode, (tmp_path / "no").exists()) == (FAILED, False), refused.stdout
    given = run_server(*hand_out(server, case.lower(), "3001", tmp_path / "out"), stdin="3001\n")
    assert given.returncode == 0, given.stderr
    (file,) = (tmp_path / "out").iterdir()
    assert (file.name, file.stat().st_mode & 0o777, file.read_bytes()) == (f"{case}-1.pdf", 0o600, PDF + b"9")
    assert eventually(lambda: [one["actor"]["clerk"] for one in looks_in(server) if one["body"]["case"] == case] != [])
    assert eventually(lambda: list((server.state / "looks").iterdir()) == [])
    (look,) = (one for one in looks_in(server) if one["body"]["case"] == case)
    assert (look["actor"]["role"], look["actor"]["clerk"], look["body"]["document"]) == ("supervisor", "3001", 1)
    again = run_server(*hand_out(server, case, "3001", tmp_path / "out"), stdin="3001\n")
    assert again.returncode == FAILED, "nothing is written over"


def hand_out(server: ServerProcess, case: str, clerk: str, out: Path) -> list[str | Path]:
    return ["documents", "--config", server.config, case, "--clerk", clerk, "--out", out]


def looks_in(server: ServerProcess) -> list[dict[str, Any]]:
    """Return every look that the log tells of."""
    reader = LogReader(server.state / "hub.db")
    events = [json.loads(row) for row in reader.every_row_from(1)]
    reader.close()
    return [event for event in events if event["type"] == "document.read"]


def test_lost_and_put_back_from_the_copy_the_hall_goes_on_in_a_higher_epoch(tmp_path: Path) -> None:
    server = ServerProcess(hall_file(tmp_path))
    with Line(server.port) as line:
        enrolled = enrol(line.url, token_for(server, "kiosk", "kiosk-f", "--series", "F"), tmp_path / "kiosk")
        assert isinstance(enrolled, Enrolled)
        kiosk = Kiosk(tmp_path / "kiosk", line.url)
        other = Unit(server, "kiosk", "kiosk-g", "--series", "G")
        try:
            kiosk.wait(link.ViewChanged)
            case = submitted(other, PDF)
            assert said("copy", server)[0] == 0
            lost = kiosk.take_number()
            server.kill()
            kiosk.wait(link.HubAway)
            assert said("verify", server, "--copy")[0] == 0
            _spoil(server.state)
            status, told = said("restore", server)
            assert (status, "epoch 2" in told) == (0, True), told
            assert said("verify", server) == (0, told_sound(server, documents=1))
            restart(server, line)
            kiosk.wait(link.HubBack)
            view = kiosk.wait(link.ViewChanged, lambda told: told.view.epoch == 2).view
            assert lost.uid not in {ticket.uid for ticket in view.tickets}
            assert kiosk.take_number().number
        finally:
            kiosk.stop()
            other.close()
    server.stop()
    assert case in (server.state / "hub.db").read_bytes().decode("latin-1")


def test_verify_names_the_first_case_whose_document_is_not_right(tmp_path: Path) -> None:
    server = ServerProcess(hall_file(tmp_path))
    kiosk = Unit(server, "kiosk", "kiosk-h", "--series", "H")
    cases = [submitted(kiosk, PDF), submitted(kiosk, PDF + b"2")]
    kiosk.close()
    server.stop()
    assert said("copy", server)[0] == 0
    files = [server.state / "documents" / f"{sha256(one).hexdigest()}.sealed" for one in (PDF, PDF + b"2")]
    for file, status in ((files[1], "is not what it was"), (files[0], "is not here")):
        if status == "is not here":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:-1] + bytes((file.read_bytes()[-1] ^ 1,)))
        code, told = said("verify", server)
        assert (code, status in told) == (1, True), told
        assert f"case {cases[files.index(file)]}: document {file.stem}" in told
    assert said("restore", server)[0] == 0
    assert said("verify", server)[0] == 0


def test_by_itself_the_hub_copies_and_deletes_what_no_case_came_for(tmp_path: Path) -> None:
    server = ServerProcess(
        hall_file(tmp_path, orphan_days=1, copy_every_s=1, copy_dir=str(tmp_path / "disk2" / "copy"))
    )
    kiosk = Unit(server, "kiosk", "kiosk-j", "--series", "J")
    try:
        submitted(kiosk, PDF)
        orphan = sha256(b"nobody's").hexdigest()
        sealed = seal(kiosk.enrolled.hub_key, b"nobody's")
        assert kiosk.http.put(f"/v1/documents/{orphan}", content=sealed, headers=kiosk.headers()).status_code == 201
        copied = tmp_path / "disk2" / "copy" / "documents"
        assert eventually(lambda: len(list(copied.glob("*.sealed"))) == 2)
        server.kill()
        two_days_ago = time.time() - 2 * 86_400
        for file in (server.state / "documents").glob("*.sealed"):
            os.utime(file, (two_days_ago, two_days_ago))
        server.start()
        named = {f"{sha256(PDF).hexdigest()}.sealed"}
        assert eventually(lambda: {file.name for file in (server.state / "documents").glob("*.sealed")} == named)
        assert eventually(lambda: {file.name for file in copied.glob("*.sealed")} == named)
        assert said("verify", server, "--copy")[0] == 0
        told = server.log.read_text()
        assert "no case named" in told
        assert orphan[:8] not in told
    finally:
        kiosk.close()
        server.stop()


def told_sound(server: ServerProcess, documents: int) -> str:
    reader = LogReader(server.state / "hub.db")
    rows = reader.last_seq()
    reader.close()
    return f"{rows} rows, all as they were written\n{documents} documents named by cases, all here and as they came\n"


def _spoil(state: Path) -> None:
    """Lose the log and every document, as a dying disk would."""
    (state / "hub.db").write_bytes(b"\0" * 8192)
    for path in (state / "documents").glob("*.sealed"):
        path.unlink()
