"""A CUPS queue, played by a stand-in for its tools on PATH: what the queue does is told truly."""

import os
import sys

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.ticket_printer import cups
from drivers.ticket_printer.cups import CupsQueue, open_cups, status_of
from drivers.ticket_printer.driver import Options
from drivers.ticket_printer.layout import job_bytes
from drivers.ticket_printer.model import model_of
from drivers.transport import TransportLost
from hall.domain.ids import DeviceName
from hall.domain.slip import Slip, Text
from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed
from tests.support.wires import until, until_word

SHORT = Slip("ticket", (Text("A001"), Text("一")))
MODEL = "xprinter-xp-80"
STAND_IN = f"""#!{sys.executable}
import pathlib, sys, time
home = pathlib.Path(__file__).parent
tool, told = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
with open(home / "asked", "a") as asked:
    asked.write(" ".join([tool, *told]) + "\\n")
def word(name, default=""):
    path = home / name
    return path.read_text() if path.exists() else default
if word("hangs") == tool:
    time.sleep(30)
if word("no-scheduler"):
    sys.exit(f"{{tool}}: Scheduler is not running.")
if tool == "lp":
    number = int(word("number", "16")) + 1
    (home / "number").write_text(str(number))
    (home / f"job-{{number}}").write_bytes(sys.stdin.buffer.read())
    print(f"request id is tickets-{{number}} (1 file(s))")
elif tool == "cancel":
    (home / "stays").unlink(missing_ok=True)
elif tool == "cupsenable":
    if word("not-allowed"):
        sys.exit("cupsenable: Operation failed: client-error-forbidden")
    (home / "printer").unlink(missing_ok=True)
elif "-p" in told:
    if told[-1] != "tickets":
        sys.exit(f'lpstat: Invalid destination name in list "{{told[-1]}}".')
    print(word("printer", "printer tickets is idle.  enabled since Mon\\n\\tAlerts: none\\n"), end="")
elif ("not-completed" in told) == bool(word("stays")):
    print(f"tickets-{{word('number')}} kiosk 1024 Mon\\n\\tAlerts: {{word('ended', 'job-completed-successfully')}}")
"""


@pytest.fixture
def spooler(tmp_path, monkeypatch):
    """Return the folder of the stand-in; files in it steer what it says."""
    home = tmp_path / "bin"
    home.mkdir()
    for tool in ("lp", "lpstat", "cancel", "cupsenable"):
        (home / tool).write_text(STAND_IN, encoding="utf-8")
        (home / tool).chmod(0o700)
    monkeypatch.setenv("PATH", str(home), prepend=os.pathsep)
    monkeypatch.setattr("drivers.ticket_printer.driver.CUPS_POLL_S", 0.05)
    monkeypatch.setattr(cups, "POLL_JOB_S", 0.01)
    return home


@pytest.fixture
def printer(spooler):
    opening = Opening(DeviceName("printer"), "cups:tickets", lambda _event: None)
    device = catalog.open_device("ticket_printer", MODEL, opening, Options(poll_s=0.1))
    until(lambda: "CUPS" in device.status().reason)
    yield device
    device.close()


def test_a_slip_is_one_raw_job_and_never_called_confirmed(printer, spooler):
    outcome = printer.print(SHORT)
    wanted = job_bytes(SHORT, model_of(catalog.model("ticket_printer", MODEL)))
    assert outcome == Printed(len(wanted), confirmed=False)
    assert (spooler / "job-17").read_bytes() == wanted
    assert "lp -d tickets -o raw -t hallfloor slip -" in (spooler / "asked").read_text()
    assert printer.check().word is StatusWord.UNKNOWN


@pytest.mark.parametrize(
    ("alerts", "word"),
    [
        ("media-empty-error", StatusWord.NO_PAPER),
        ("media-low-warning cover-open-error", StatusWord.COVER_OPEN),
        ("media-jam-error", StatusWord.JAMMED),
        ("offline-report", StatusWord.OFFLINE),
        ("media-low-report", StatusWord.PAPER_LOW),
        ("connecting-to-device", StatusWord.BUSY),
        ("none", StatusWord.UNKNOWN),
    ],
)
def test_what_the_queue_says_of_its_printer(alerts, word):
    told = f"printer tickets is idle.  enabled since Mon\n\tForm mounted:\n\tAlerts: {alerts}\n"
    assert status_of(told.encode()).word is word


def test_trouble_before_the_slip_sends_nothing(printer, spooler):
    (spooler / "printer").write_text("printer tickets is idle.\n\tAlerts: media-empty-error\n")
    outcome = printer.print(SHORT)
    assert outcome == NotPrinted(Status(StatusWord.NO_PAPER, "put a new roll in"), partial=False)
    assert not (spooler / "number").exists()


def test_a_job_that_stays_is_cancelled(printer, spooler, monkeypatch):
    monkeypatch.setattr(cups, "JOB_S", -10.0)
    (spooler / "stays").write_text("yes")
    outcome = printer.print(SHORT)
    assert (outcome.status.word, outcome.partial) == (StatusWord.OFFLINE, True)
    assert "cancel tickets-17" in (spooler / "asked").read_text()


@pytest.mark.parametrize("reason", ["job-canceled-by-user", "aborted-by-system", "job-stopped"])
def test_a_job_that_others_ended_did_not_come_out(printer, spooler, reason):
    (spooler / "ended").write_text(reason)
    outcome = printer.print(SHORT)
    assert (outcome.status.word, outcome.partial) == (StatusWord.FAULT, True)


def test_a_stopped_queue_is_started_again_where_we_may(printer, spooler):
    (spooler / "printer").write_text("printer tickets disabled since Mon -\n\tPaused\n")
    until_word(printer, StatusWord.OFFLINE)
    (spooler / "not-allowed").write_text("yes")
    assert "cupsenable tickets as root" in printer.recover().reason
    (spooler / "not-allowed").unlink()
    assert printer.recover().word is StatusWord.UNKNOWN


def test_a_spooler_that_goes_is_offline_and_its_return_is_seen(printer, spooler):
    (spooler / "no-scheduler").write_text("yes")
    until(lambda: "Scheduler is not running" in printer.status().reason)
    assert printer.status().word is StatusWord.OFFLINE
    (spooler / "no-scheduler").unlink()
    until_word(printer, StatusWord.UNKNOWN)


@pytest.mark.parametrize("name", ["", "-d", "a b", "q;reboot", "x" * 200])
def test_only_names_of_queues_reach_the_tools(spooler, name):
    with pytest.raises(TransportLost, match="not the name of a queue"):
        open_cups(f"cups:{name}")
    assert not (spooler / "asked").exists()


def test_what_is_missing_is_named(spooler, monkeypatch):
    with pytest.raises(TransportLost, match="Invalid destination"):
        open_cups("cups:other")
    monkeypatch.setattr(cups, "TOOL_S", 0.3)
    (spooler / "hangs").write_text("lpstat")
    with pytest.raises(TransportLost, match="lpstat does not answer"):
        open_cups("cups:tickets")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(TransportLost, match="cups-client"):
        open_cups("cups:tickets")


def test_closing_ends_the_wait_for_a_job():
    queue = CupsQueue("cups:tickets", "tickets")
    queue.close()
    with pytest.raises(TransportLost, match="closed"):
        queue.pause(60)
