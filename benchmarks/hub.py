"""``./run bench hub``: what a hub does and what it costs, over HTTP on this machine's loopback.

Closed loop: each client sends its next command when the last one is answered. Roles, queue rules and 20 event
streams are on. ``issue`` is IssueTicket, ``confirm`` ConfirmTicket, ``call`` is CallNext and StartService in turn, so
that each CallNext also finishes the visitor before and opens a rating invitation. CPU is the server process's user
and system time over its commands; client and streams run in this process on the same cores.

After each run the log is read: duplicates are numbers given or tickets called twice in the replies, lost are
acknowledged numbers that are not in the log; the chain is verified.

``--stored N`` first fills the log with N tickets of earlier days, and measures starting, too.
"""

import argparse
import asyncio
import datetime
import ipaddress
import itertools
import os
import ssl
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import msgspec
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.fill import fill
from benchmarks.load import CommandMaker, Tally, calling, confirming, connect, drive, issuing, listen, new_key
from hall.wire.events import Event, TicketIssued
from server.store.log import LogReader
from tests.support.hub_process import COUNTERS, ITEMS

STREAMS = 20
HEADER = f"{'':14}{'clients':>8}{'op/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'CPU us':>8}{'refused':>9}"


@dataclass
class Server:
    """A hub process and the port it listens on."""

    process: subprocess.Popen[str]
    port: int
    ready_ms: float

    def cpu_s(self) -> float:
        """Return user and system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return the proportional set size."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def start_server(directory: Path, tls: tuple[str, str] | None) -> Server:
    """Start a hub on a free port and wait until it takes requests."""
    begun = perf_counter()
    command = [sys.executable, "-m", "tests.support.hub_process", str(directory), "0", *(tls or ())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    words = process.stdout.readline().split()
    return Server(process, int(words[1]), (perf_counter() - begun) * 1000)


def make_certificate(directory: Path) -> tuple[tuple[str, str], ssl.SSLContext]:
    """Make a throw-away P-256 certificate for 127.0.0.1 and a context that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bench")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    paths = directory / "cert.pem", directory / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return (str(paths[0]), str(paths[1])), ssl.create_default_context(cafile=str(paths[0]))


class Run:
    """All phases against one server at one number of clients."""

    def __init__(self, server: Server, tls: ssl.SSLContext | None, seconds: float) -> None:
        self._server = server
        self._tls = tls
        self._seconds = seconds

    async def at(self, clients: int) -> list[Tally]:
        """Issue, confirm all of it, call; print a line each."""
        kiosks = [await connect(self._server.port, f"kiosk:kiosk-{one}", self._tls) for one in range(clients)]
        counters = [
            await connect(self._server.port, f"clerk:unit-{one}:{one}:clerk-{one}", self._tls)
            for one in range(1, min(clients, COUNTERS) + 1)
        ]
        for number, connection in enumerate(counters, start=1):
            await connection.ask(
                {"do": "sign_in", "key": new_key(), "counter": str(number), "clerk": f"clerk-{number}"}
            )
        items = itertools.cycle([f"item-{one}" for one in range(ITEMS)])
        issued = await self._phase("issue", kiosks, [issuing(items)] * clients, self._seconds)
        tickets = iter([reply["ticket"]["uid"] for reply in issued.replies])
        confirmed = await self._phase("confirm", kiosks, [confirming(tickets)] * clients, 600)
        makers = [calling(str(number)) for number in range(1, len(counters) + 1)]
        called = await self._phase("call", counters, makers, self._seconds)
        return [issued, confirmed, called]

    async def _phase(self, name: str, who: list, makers: list[CommandMaker], seconds: float) -> Tally:  # type: ignore[type-arg]
        before = self._server.cpu_s()
        tally = await drive(who, makers, seconds)
        count = len(tally.latencies)
        cpu = (self._server.cpu_s() - before) / max(1, count) * 1e6
        figures = f"{count / tally.seconds:8.0f}{tally.percentile(0.5):8.2f}{tally.percentile(0.99):8.2f}{cpu:8.0f}"
        print(f"{name:14}{len(who):8}{figures}{tally.refused:9}", flush=True)
        return tally


def judge(directory: Path, tallies: list[list[Tally]]) -> str:
    """Return what the log says about the replies."""
    issued = [reply["ticket"] for run in tallies for reply in run[0].replies]
    calls = [
        (reply["ticket"]["uid"], reply["ticket"]["calls"])
        for run in tallies
        for reply in run[2].replies
        if "ticket" in reply and reply["ticket"]["state"] == "called"
    ]
    reader = LogReader(directory / "hub.db")
    decode = msgspec.json.Decoder(Event).decode
    known = {
        event.body.ticket.uid for event in map(decode, reader.every_row_from(0)) if isinstance(event.body, TicketIssued)
    }
    broken = reader.verify()
    reader.close()
    numbers = [ticket["number"] for ticket in issued]
    twice = len(numbers) - len(set(numbers)) + len(calls) - len(set(calls))
    lost = sum(1 for ticket in issued if ticket["uid"] not in known)
    chain = "whole" if broken is None else f"broken at {broken.seq}"
    return f"{len(issued)} numbers, {len(calls)} calls: duplicates {twice}, lost {lost}, chain {chain}"


async def measure(stored: int, seconds: float, clients: list[int], use_tls: bool) -> None:
    """Measure one configuration on a fresh hub."""
    with tempfile.TemporaryDirectory(prefix="bench-hub-") as name:
        directory = Path(name)
        if stored:
            begun = perf_counter()
            fill(directory / "hub.db", stored)
            print(f"filled {stored} stored tickets in {perf_counter() - begun:.0f} s", flush=True)
        pair, context = make_certificate(directory) if use_tls else (None, None)
        server = start_server(directory, pair)
        print(
            f"\n{'TLS' if use_tls else 'plain HTTP'}, {stored} stored tickets, {STREAMS} event streams; "
            f"ready {server.ready_ms:.0f} ms after start, {server.memory_mb():.0f} MB PSS"
        )
        print(HEADER, flush=True)
        try:
            streams = await listen(server.port, STREAMS, context)
            run = Run(server, context, seconds)
            tallies = [await run.at(count) for count in clients]
            await asyncio.sleep(0.2)
            heard = sum(stream.received for stream in streams) / 1e6
            print(
                f"{judge(directory, tallies)}; streams heard {heard:.0f} MB; {server.memory_mb():.0f} MB PSS at the end"
            )
        finally:
            server.process.terminate()
            server.process.wait(10)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each phase")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 32, 91])
    parser.add_argument("--stored", type=int, default=1_000_000, help="tickets of the last table; 0 leaves it out")
    parser.add_argument("--only", choices=["plain", "tls", "stored"], help="one table alone")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")
    if asked.only in (None, "plain"):
        uvloop.run(measure(0, asked.seconds, asked.clients, use_tls=False))
    if asked.only in (None, "tls"):
        uvloop.run(measure(0, asked.seconds, asked.clients, use_tls=True))
    if asked.stored and asked.only in (None, "stored"):
        uvloop.run(measure(asked.stored, asked.seconds, asked.clients, use_tls=False))


if __name__ == "__main__":
    main()
