"""A hub and its centre as two processes: the log goes up over TLS through kills of either, once and whole."""

import json
from pathlib import Path

import apsw
import pytest

from hall.domain.ids import CounterId, ItemCode, TicketUid
from hall.domain.person import Person
from hall.wire import commands as c
from hall.wire.seal import seal_person, unseal_person
from tests.e2e.test_server_cli import eventually, key, staffed
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server

PERSON = Person("欧阳虚构", "11010519491231002X")


def rows_of(database: Path, query: str) -> list[tuple[bytes, ...]]:
    """Read a file of a server that has ended."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    found = list(connection.execute(query))
    connection.close()
    return found


def case(kiosk: Unit) -> str:
    """Hand in a self-service case with a person."""
    sealed = seal_person(kiosk.enrolled.hub_key, PERSON)
    done = kiosk.command(c.SubmitCase(key=key(), item=ItemCode("general"), sealed_person=sealed))
    return str(done["case"])


@pytest.mark.kill
def test_hub_and_centre_killed_in_turn_end_up_equal(tmp_path: Path) -> None:
    centre = ServerProcess(hall_file(tmp_path, "centre", hall="city", centre=True))
    fixed = hall_file(tmp_path, "centre", hall="city", centre=True, listen=f"127.0.0.1:{centre.port}")
    token = tmp_path / "parent.token"
    made = run_server("token", "--config", fixed, "--kind", "hub", "--name", "binjiang")
    token.write_text(json.loads(made.stdout.splitlines()[-1])["token"])
    up = {"parent_url": centre.url, "parent_token_file": str(token), "parent_ca": str(centre.state / "ca.pem")}
    hub = ServerProcess(hall_file(tmp_path, "hub", centre=False, **up))
    auditor = Unit(centre, "auditor", "story")
    kiosk = Unit(hub, "kiosk", "kiosk-c", "--series", "C")
    counter = Unit(hub, "counter", "counter-1", "--counter", "1")

    def at_centre(number: str) -> bool:
        return auditor.get(f"/v1/centre/cases/{number}").status_code == 200

    try:
        staffed(counter)
        first = case(kiosk)
        assert eventually(lambda: at_centre(first))

        centre.kill()
        for _ in range(30):
            issued = kiosk.command(c.IssueTicket(key=key(), item=ItemCode("social-card")))["ticket"]
            kiosk.command(c.ConfirmTicket(key=key(), ticket=TicketUid(issued["uid"])))
        counter.command(c.CallNext(key=key(), counter=CounterId("1")))
        alone = case(kiosk)
        hub.kill()
        hub.start()
        centre.start()
        auditor.http.close()
        auditor.http = centre.client()
        assert eventually(lambda: at_centre(alone))

        hub.kill()
        hub.start()
        kiosk.http.close()
        kiosk.http = hub.client()
        last = case(kiosk)
        assert eventually(lambda: at_centre(last))
    finally:
        for unit in (auditor, kiosk, counter):
            unit.close()
        assert (hub.stop(), centre.stop()) == (0, 0)
    _same_rows(hub, centre)
    _people_readable_by_the_centre_alone(hub, centre)


def _same_rows(hub: ServerProcess, centre: ServerProcess) -> None:
    mine = rows_of(hub.state / "hub.db", "SELECT raw FROM event ORDER BY seq")
    theirs = rows_of(centre.state / "centre.db", "SELECT row FROM event WHERE origin = 'binjiang' ORDER BY epoch, seq")
    assert theirs == mine[: len(theirs)]
    assert len(mine) - len(theirs) <= 1, "only what came in the last moment may wait"
    assert rows_of(centre.state / "centre.db", "SELECT row FROM quarantine") == []


def _people_readable_by_the_centre_alone(hub: ServerProcess, centre: ServerProcess) -> None:
    people = rows_of(centre.state / "centre.db", "SELECT sealed FROM person")
    assert len(people) == 1
    assert unseal_person((centre.state / "hall.key").read_bytes(), people[0][0]) == PERSON
    with pytest.raises(ValueError, match="another key"):
        unseal_person((hub.state / "hall.key").read_bytes(), people[0][0])


def test_a_hub_whose_parent_is_not_there_yet_works_and_says_so(tmp_path: Path) -> None:
    token = tmp_path / "parent.token"
    token.write_text("0" * 40)
    up = {"parent_url": "https://127.0.0.1:1", "parent_token_file": str(token)}
    hub = ServerProcess(hall_file(tmp_path, "hub", centre=False, **up))
    kiosk = Unit(hub, "kiosk", "kiosk-c", "--series", "C")
    assert kiosk.command(c.IssueTicket(key=key(), item=ItemCode("general")))["ticket"]["number"]
    assert eventually(lambda: "does not take the log" in hub.log.read_text())
    kiosk.close()
    assert hub.stop() == 0
