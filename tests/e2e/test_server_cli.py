"""`hall-server` as a process: a visitor's whole way, what it leaves behind, and what keeps it from starting."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import httpx
import msgspec
import pytest
import uuid_utils

from config.ending import AGAIN, FAILED
from hall.domain.ids import ClerkId, CommandKey, CounterId, ItemCode, RatingUid, TicketUid
from hall.domain.person import Person
from hall.domain.rating import RatingLevel
from hall.wire import commands as c
from hall.wire.case_query import CaseQuery, receipt_qr
from hall.wire.enrolment import SessionRequest
from hall.wire.seal import seal, seal_person
from server.auth.lockout import LIMIT
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server

PERSON = Person("欧阳虚构", "11010519491231002X", phone="13912345678", address="虚构市无名路一号")
FORM = '{"reason": "虚构的理由"}'
SECRETS = (PERSON.name, PERSON.number, PERSON.phone, PERSON.address, "虚构的理由")
ONE = CounterId("1")


def key() -> CommandKey:
    return CommandKey(str(uuid_utils.uuid7()))


def eventually(check: Callable[[], bool]) -> bool:
    """Ask again until it is so, for at most 30 s."""
    pause = threading.Event()
    return any(check() or pause.wait(0.05) for _ in range(600)) and check()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for the tests that change nothing which another one looks at."""
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("shared")))
    yield running
    running.stop()


def visit(kiosk: Unit, counter: Unit) -> dict[str, str]:
    """Take a number, be called, hand in a case, finish, rate. Return case, code and ticket number."""
    hub_key = kiosk.enrolled.hub_key
    sealed = seal_person(hub_key, PERSON)
    issued = kiosk.command(c.IssueTicket(key=key(), item=ItemCode("social-card"), sealed_person=sealed))["ticket"]
    kiosk.command(c.ConfirmTicket(key=key(), ticket=TicketUid(issued["uid"])))
    called = counter.command(c.CallNext(key=key(), counter=ONE))["ticket"]
    assert called["number"] == issued["number"]
    counter.command(c.StartService(key=key(), counter=ONE))
    submit = c.SubmitCase(
        key=key(),
        item=ItemCode("social-card"),
        counter=ONE,
        sealed_person=sealed,
        sealed_form=seal(hub_key, FORM.encode()),
    )
    case = counter.command(submit)
    rating = counter.command(c.FinishService(key=key(), counter=ONE))["rating"]
    counter.command(c.Rate(key=key(), rating=RatingUid(rating), level=RatingLevel.VERY_SATISFIED))
    return {"case": case["case"], "code": case["case_code"], "number": issued["number"]}


def staffed(counter: Unit, clerk: str = "1001", pin: str = "1001") -> None:
    """Sign a clerk in, at the session route and at the counter."""
    answer = counter.post("/v1/sessions", SessionRequest(clerk, pin))
    assert answer.status_code == 201, answer.text
    counter.session = answer.json()["session"]
    counter.command(c.SignIn(key=key(), counter=ONE, clerk=ClerkId(clerk)))


def test_a_visitor_comes_through_and_leaves_no_name_behind(server: ServerProcess, tmp_path: Path) -> None:
    kiosk = Unit(server, "kiosk", "kiosk-c", "--series", "C")
    counter = Unit(server, "counter", "counter-1", "--counter", "1")
    auditor = Unit(server, "auditor", "story")
    assert kiosk.enrol().status_code == 409, "a token works once"
    staffed(counter)
    seen = visit(kiosk, counter)

    assert eventually(lambda: _rated(auditor, seen["case"]))
    at_centre = auditor.get(f"/v1/centre/cases/{seen['case']}").json()
    assert (at_centre["ticket_number"], at_centre["status"]) == (seen["number"], "served")
    assert auditor.get("/v1/centre/statistics").json()["active_rating_percent"] == "100.00"
    assert kiosk.get("/v1/centre/halls").status_code == 403
    assert kiosk.get("/v1/units").status_code == 403
    assert {unit["unit"] for unit in auditor.get("/v1/units").json()} == {"kiosk-c", "counter-1", "story"}

    sealed_number = seal(kiosk.enrolled.hub_key, PERSON.number.encode())
    for query in (
        CaseQuery(receipt=receipt_qr(seen["case"], seen["code"])),
        CaseQuery(case=seen["case"].lower(), code=seen["code"]),
        CaseQuery(case=seen["case"], sealed_number=sealed_number),
    ):
        found = kiosk.post("/v1/cases/query", query)
        assert found.status_code == 200, found.text
        assert [step["step"] for step in found.json()["steps"]] == ["registered", "served"]
    wrong = [kiosk.post("/v1/cases/query", CaseQuery(case=seen["case"], code="0")) for _ in range(LIMIT + 1)]
    assert [answer.status_code for answer in wrong] == [404] * LIMIT + [429]
    assert int(wrong[-1].headers["Retry-After"]) > 0

    with auditor.http.stream("GET", "/v1/events?after=0", headers=auditor.headers()) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(":")
        assert server.stop() == 0, "an open stream must not hold the process"
    for unit in (kiosk, counter, auditor):
        unit.close()
    assert run_server("verify", "--config", server.config).returncode == 0
    _no_secret_below(tmp_path)


def _rated(auditor: Unit, case: str) -> bool:
    answer = auditor.get(f"/v1/centre/cases/{case}")
    return answer.status_code == 200 and [one.get("level") for one in answer.json().get("ratings", [])] == [1]


def _no_secret_below(folder: Path) -> None:
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for secret in SECRETS:
            for encoding in ("utf-8", "gb18030", "utf-16-le"):
                assert secret.encode(encoding) not in content, f"{secret} stands in {path.name} as {encoding}"


def test_credentials_survive_a_kill_and_a_lock_out_is_told(server: ServerProcess) -> None:
    counter = Unit(server, "counter", "counter-1", "--counter", "1")
    staffed(counter)
    server.kill()
    server.start()
    counter.http.close()
    counter.http = server.client()
    counter.command(c.Pause(key=key(), counter=ONE, reason="tea"))
    for _ in range(LIMIT):
        assert counter.post("/v1/sessions", SessionRequest("1002", "0000")).status_code == 401
    locked = counter.post("/v1/sessions", SessionRequest("1002", "1002"))
    assert (locked.status_code, locked.json()["code"]) == (429, "locked_out")
    assert int(locked.headers["Retry-After"]) > 0
    assert counter.http.delete("/v1/sessions", headers=counter.headers()).status_code == 204
    refused = counter.post("/v1/commands", c.SignIn(key=key(), counter=ONE, clerk=ClerkId("1001")))
    assert refused.status_code == 403
    counter.close()


@pytest.mark.parametrize("path", ["/v1/units", "/v1/centre/halls", "/v1/view"])
def test_without_a_bearer_nothing_is_told(shared: ServerProcess, path: str) -> None:
    with shared.client() as stranger:
        assert stranger.get(path).status_code == 401
        assert stranger.get("/health").status_code == 200


def test_the_closing_of_the_day_ends_everybodys_session(server: ServerProcess) -> None:
    counter = Unit(server, "counter", "counter-1", "--counter", "1")
    staffed(counter)
    other = Unit(server, "counter", "counter-2", "--counter", "2")
    answer = other.post("/v1/sessions", SessionRequest("3001", "3001"))
    other.session = answer.json()["session"]
    other.command(c.CloseDay(key=key()))

    def signed_out() -> bool:
        refused = counter.post("/v1/commands", c.SignIn(key=key(), counter=ONE, clerk=ClerkId("1001")))
        return refused.status_code == 403

    assert eventually(signed_out)
    counter.close()
    other.close()


def test_a_person_can_be_erased(server: ServerProcess) -> None:
    kiosk = Unit(server, "kiosk", "kiosk-c", "--series", "C")
    sealed = seal_person(kiosk.enrolled.hub_key, PERSON)
    ref = kiosk.command(c.IssueTicket(key=key(), item=ItemCode("general"), sealed_person=sealed))["ticket"]["person"]
    kiosk.close()
    running = run_server("erase-person", "--config", server.config, "--ref", ref)
    assert running.returncode == AGAIN
    assert "stop it first" in running.stderr
    assert server.stop() == 0
    assert run_server("erase-person", "--config", server.config, "--ref", ref).returncode == 0
    again = run_server("erase-person", "--config", server.config, "--ref", ref)
    assert again.returncode == 2
    assert run_server("verify", "--config", server.config).returncode == 0


def test_verify_names_the_altered_row(server: ServerProcess) -> None:
    Unit(server, "lobby", "lobby-1").close()
    assert server.stop() == 0
    database = apsw.Connection(str(server.state / "hub.db"))
    database.execute("UPDATE event SET raw = CAST(replace(raw, 'lobby-1', 'lobby-2') AS BLOB) WHERE seq = 2")
    database.close()
    found = run_server("verify", "--config", server.config)
    assert found.returncode == 1
    assert found.stdout.startswith("row 2:")


def _refused(*arguments: str | Path, status: int = FAILED) -> str:
    """Run the server, which must end with this status and one line."""
    done = run_server(*arguments)
    assert done.returncode == status, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        assert f"hub.listen {where}" in _refused("--config", hall_file(tmp_path, listen=where), status=AGAIN)


def test_a_second_server_on_the_same_folder_is_refused(shared: ServerProcess) -> None:
    assert "another hall-server" in _refused("--config", shared.config, status=AGAIN)


@pytest.mark.parametrize("file", ["hall.key", "ca.key", "ca.pem", "hub.db", "auth.db"])
def test_a_damaged_file_is_named(tmp_path: Path, file: str) -> None:
    config = hall_file(tmp_path)
    (tmp_path / "hall").mkdir(mode=0o700)
    if file != "hall.key":
        assert run_server("token", "--config", config, "--kind", "lobby", "--name", "l").returncode == 0
        if file == "ca.key":
            (tmp_path / "hall" / "server.pem").unlink()
    path = tmp_path / "hall" / file
    path.write_bytes(b"nonsense" * 1000)
    path.chmod(0o600)
    assert file in _refused("--config", config)


@pytest.mark.parametrize("act", [("token", "--kind", "kiosk", "--name", "k"), ("erase-person", "--ref", "p-1"), ()])
def test_without_the_sealed_key_no_other_one_is_made(tmp_path: Path, act: tuple[str, ...]) -> None:
    config = hall_file(tmp_path)
    pin = run_server("pin", "--config", config, "--clerk", "1001", stdin="864209\n")
    assert pin.returncode == 0
    first = run_server("token", "--config", config, "--kind", "lobby", "--name", "l")
    assert first.returncode == 0, "PINs alone need no key: the first one may be made now"
    key_file = tmp_path / "hall" / "hall.key"
    key_file.unlink()
    assert "hall.key: missing" in _refused(*act, "--config", config)
    assert not key_file.exists()


def test_an_unusable_state_dir_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    config = hall_file(tmp_path, state_dir=str(tmp_path / "file" / "state"))
    assert "hub.state_dir" in _refused("--config", config)


def test_a_wrong_key_of_the_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    said = _refused("check-config", "--config", hall_file(tmp_path, lisen="x"))
    assert "hub.lisen" in said
    assert "'listen'" in said


def test_check_config_lists_everything_that_cannot_work(tmp_path: Path) -> None:
    sound = run_server("check-config", "--config", hall_file(tmp_path))
    assert (sound.returncode, sound.stdout.strip().endswith("sound")) == (0, True)
    config = hall_file(tmp_path, demo=False, timezone="Mars/Olympus", parent_url="http://x")
    found = run_server("check-config", "--config", config)
    assert found.returncode == 1
    for word in ("Mars/Olympus", "parent_token_file", "https://", "clerk '1001': a pin"):
        assert word in found.stdout


def test_fixed_tokens_belong_to_the_demo(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.toml"
    tokens.write_text('[[tokens]]\ntoken = "demo-kiosk"\nkind = "kiosk"\nname = "kiosk-c"\nseries = "C"\n')
    config = hall_file(tmp_path)
    text = config.read_text(encoding="utf-8").replace("demo = true", "demo = false")
    real = tmp_path / "real.toml"
    real.write_text("\n".join(line for line in text.splitlines() if not line.startswith("pin =")), encoding="utf-8")
    assert "--demo-tokens is refused" in _refused("--config", real, "--demo-tokens", tokens)
    server = ServerProcess(config, "--demo-tokens", tokens)
    try:
        with server.client() as http:
            answer = http.post("/v1/enrol", json={"token": "demo-kiosk", "public_key": "A" * 42 + "E="})
            assert answer.status_code == 201, answer.text
            assert answer.json()["series"] == "C"
    finally:
        server.stop()


def test_a_pin_set_by_the_administrator_counts(shared: ServerProcess) -> None:
    counter = Unit(shared, "counter", "counter-1", "--counter", "1")
    assert run_server("pin", "--config", shared.config, "--clerk", "1001", stdin="123\n").returncode == 2
    assert run_server("pin", "--config", shared.config, "--clerk", "nobody", stdin="1234\n").returncode == 2
    assert run_server("pin", "--config", shared.config, "--clerk", "1001", stdin="864209\n").returncode == 0
    assert counter.post("/v1/sessions", SessionRequest("1001", "1001")).status_code == 401
    assert counter.post("/v1/sessions", SessionRequest("1001", "864209")).status_code == 201
    counter.close()


def test_the_document_shows_every_route(shared: ServerProcess) -> None:
    with shared.client() as http:
        paths = set(http.get("/openapi.json").json()["paths"])
    wanted = {"/v1/commands", "/v1/enrol", "/v1/sessions", "/v1/cases/query", "/v1/ingest", "/v1/centre/statistics"}
    assert wanted <= paths


def test_a_malformed_body_is_a_400_and_no_traceback(shared: ServerProcess) -> None:
    with shared.client() as http:
        answer: httpx.Response = http.post("/v1/enrol", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert msgspec.json.decode(answer.content)


def test_an_administrator_shuts_a_unit_out_and_erases_a_person(shared: ServerProcess) -> None:
    desk = Unit(shared, "counter", "counter-4", "--counter", "4")
    kiosk = Unit(shared, "kiosk", "kiosk-d", "--series", "D")
    sealed = seal_person(kiosk.enrolled.hub_key, PERSON)
    ref = kiosk.command(c.IssueTicket(key=key(), item=ItemCode("general"), sealed_person=sealed))["ticket"]["person"]
    assert desk.http.delete(f"/v1/persons/{ref}", headers=desk.headers()).status_code == 403
    desk.session = desk.post("/v1/sessions", SessionRequest("9001", "9001", role="administrator")).json()["session"]
    assert desk.http.delete(f"/v1/persons/{ref}", headers=desk.headers()).status_code == 204
    assert desk.http.delete("/v1/persons/nonsense", headers=desk.headers()).status_code == 404
    again = kiosk.command(c.IssueTicket(key=key(), item=ItemCode("general"), sealed_person=sealed))["ticket"]["person"]
    assert again != ref, "who was erased is a stranger"
    assert desk.http.delete("/v1/units/kiosk-d", headers=desk.headers()).status_code == 204
    assert kiosk.get("/v1/view").status_code == 401
    assert desk.http.delete("/v1/units/kiosk-d-not", headers=desk.headers()).status_code == 404
    kiosk.close()
    desk.close()


def test_asked_to_end_while_it_starts_it_ends(tmp_path: Path) -> None:
    config = hall_file(tmp_path)
    command = [sys.executable, "-m", "server.app", "--config", str(config), "--log-file", str(tmp_path / "log")]
    starting = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    assert eventually(lambda: (tmp_path / "hall" / "hub.db").exists() or starting.poll() is not None)
    starting.terminate()
    assert starting.wait(timeout=30) == 0
