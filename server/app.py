"""``hall-server``: run a hall's hub, or act on its files.

Exit status 0: done, or ended on request. 1: `verify` found an altered row or a missing document, or `check-config`
something wrong. 2: could not start or act, and a person must look. 75: the same, but it may pass by itself (the port
or the folder is held by another program, the disk is full, the centre's database is away). One line on stderr says
why.
"""

import argparse
import asyncio
import getpass
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog
import uvloop

from config.ending import FAILED
from config.hall import HallConfig
from config.load import ConfigError, load
from hall.alive import notify, watchdog_s
from hall.domain.ids import PersonRef
from hall.wire.enrolment import UNIT_KINDS
from hall.wire.events import PersonErased
from hall.wire.replies import Refused
from server.api.serve import Tls, listen, serve
from server.auth.accounts import TokenRow
from server.auth.authority import Authority, Rejected
from server.auth.sessions import hash_pin
from server.checks import address, findings
from server.compose import (
    HUB_ACTOR,
    Keys,
    composed,
    locked,
    open_accounts,
    open_documents,
    open_hub,
    open_keys,
    state_dir,
)
from server.handing_out import documents
from server.hub.core import wall_clock
from server.keeping import copy, restore, verify
from server.logs import set_up
from server.reports import Reports
from server.trouble import PASSING_PORT, MayPass, StartTrouble

log = structlog.get_logger("hall.server")


class DemoToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fixed token of a demo hall."""

    token: str
    kind: str
    name: str
    series: str = ""
    counters: tuple[str, ...] = ()


class DemoTokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``--demo-tokens``: a TOML file of ``[[tokens]]``."""

    tokens: tuple[DemoToken, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for and return the exit status."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if not asked.config:
        parser.error("--config FILE is needed")
    act: Callable[[HallConfig, argparse.Namespace], int] = asked.act
    try:
        return act(load(Path(asked.config), HallConfig), asked)
    except (ConfigError, StartTrouble) as problem:
        print(f"hall-server: {problem}", file=sys.stderr)
        return problem.status if isinstance(problem, StartTrouble) else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hall-server", description="The hub of a hall, and its centre role.")
    parser.add_argument("--config", default="", help="the hall's file")
    parser.add_argument("--demo-tokens", default="", help="file of fixed enrolment tokens; needs hub.demo = true")
    parser.add_argument("--log-file", default="", help="write log lines here instead of stderr")
    parser.set_defaults(act=_run)
    acts = parser.add_subparsers(title="acts on the hall's files")
    token = _act(acts, "token", _token, "make a one-time token for a new unit; print URL and token")
    token.add_argument("--kind", required=True, choices=sorted(UNIT_KINDS))
    token.add_argument("--name", required=True, help="unit id, e.g. kiosk-c; for a hub the name of its hall")
    token.add_argument("--series", default="", help="a kiosk's own letter for numbers given out without the hub")
    token.add_argument("--counter", action="append", default=[], help="a counter it acts for; may be repeated")
    _shows_code(token)
    replace = _act(acts, "replace", _replace, "make a one-time token for the spare that takes a unit's place")
    replace.add_argument("unit", help="unit id of the dead machine, e.g. kiosk-c")
    _shows_code(replace)
    reports = _act(acts, "reports", _reports, "list the readiness reports that units and technicians left here")
    reports.add_argument("--unit", default="", help="only those of one unit")
    pin = _act(acts, "pin", _pin, "set a clerk's PIN, typed twice or piped in as one line")
    pin.add_argument("--clerk", required=True)
    card = _act(acts, "card", _card, "list whose staff cards open the attendant's screen of kiosks, or take one away")
    card.add_argument("--remove", default="", metavar="CLERK", help="this clerk's card was lost")
    verifying = _act(acts, "verify", verify, "walk the log's hash chain and all documents that cases name")
    verifying.add_argument("--copy", action="store_true", help="look at the hourly copy instead")
    _act(acts, "copy", copy, "bring the copy of log and documents up to date now; the hub may run")
    restoring = _act(acts, "restore", restore, "put the copy in place of a lost or damaged log; the hub must not run")
    restoring.add_argument("--from", dest="source", default="", metavar="DIR", help="another copy than hub.copy_dir")
    reading = _act(acts, "documents", documents, "hand out the documents of a case, to a supervisor or manager by PIN")
    reading.add_argument("case", help="the case's number, as the receipt says it")
    reading.add_argument("--clerk", required=True, help="who reads; the PIN is typed, or piped in as one line")
    reading.add_argument("--out", required=True, metavar="DIR", help="where the files go, in clear: delete them after")
    _act(acts, "check-config", _check_config, "say whether the file can be used")
    erase = _act(acts, "erase-person", _erase, "destroy a person's key while the hub is stopped")
    erase.add_argument("--ref", required=True, help="the reference, as the log names it (p-...)")
    return parser


def _act(acts: Any, name: str, act: Callable[[HallConfig, argparse.Namespace], int], text: str) -> Any:
    parser = acts.add_parser(name, help=text, description=text)
    # Repeated here so that it may stand behind the act as well; the default must not wipe the one before.
    parser.add_argument("--config", default=argparse.SUPPRESS, help="the hall's file")
    parser.set_defaults(act=act)
    return parser


def _shows_code(parser: Any) -> None:
    """Let an act that makes a token show it as a code too."""
    parser.add_argument(
        "--qr", default="", metavar="FILE|terminal", help="show the code to scan: a .png, .svg, or here"
    )
    parser.add_argument(
        "--address", default="", metavar="HOST[:PORT]", help="how units reach this hub, if not by hub.listen"
    )


def _sound(config: HallConfig) -> HallConfig:
    found = findings(config)
    if found:
        raise StartTrouble(found[0] + (f" (and {len(found) - 1} more; see check-config)" if len(found) > 1 else ""))
    return config


# -- run


def _run(config: HallConfig, asked: argparse.Namespace) -> int:
    _sound(config)
    tokens = _demo_tokens(config, asked.demo_tokens)
    folder = state_dir(config.hub)
    with locked(folder):
        try:
            set_up(Path(asked.log_file) if asked.log_file else None)
        except OSError as problem:
            raise StartTrouble(f"--log-file {asked.log_file}: {problem.strerror}") from problem
        keys = open_keys(config.hub, folder)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(config, folder, keys, tokens))
        log.info("ended")
    return 0


async def _serve(config: HallConfig, folder: Path, keys: Keys, tokens: Sequence[DemoToken]) -> None:
    _early.clear()
    # uvicorn raises the signal again when it has shut down; ours must be there then, or the files stay open.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _asked)
    host, port = address(config.hub.listen)
    try:
        listening = listen(host, port)
    except OSError as problem:
        trouble = MayPass if problem.errno in PASSING_PORT else StartTrouble
        raise trouble(f"hub.listen {config.hub.listen}: {problem.strerror}; is another program there?") from problem
    with listening:
        async with composed(config, folder, keys) as (front, authority):
            _store_demo_tokens(authority, tokens)
            tls = Tls(str(keys.tls.certificate), str(keys.tls.key)) if keys.tls else None
            alive = asyncio.create_task(_stay_alive(lambda: front.hub.healthy, lambda: front.hub.writing_s))
            await serve(front, listening, tls, ready=_ready(config, listening.getsockname()[1]))
            alive.cancel()
            notify("STOPPING=1")


def _ready(config: HallConfig, port: int) -> Callable[[], Any]:
    async def ready() -> None:
        log.info("ready", hall=config.hub.hall, port=port, tls=config.hub.tls, centre=config.hub.centre)
        notify("READY=1")
        if _early:
            signal.raise_signal(_early[0])

    return ready


async def _stay_alive(healthy: Callable[[], bool], writing_s: Callable[[], float]) -> None:
    """Feed systemd's watchdog while transactions come to their end: no beat behind one that hangs on the disk."""
    every = watchdog_s()
    while every is not None:
        if healthy() and writing_s() < every:
            notify("WATCHDOG=1")
        await asyncio.sleep(every)


def _asked(number: int, _frame: object) -> None:
    """Remember a signal that comes before uvicorn listens to signals; after it has ended there is nothing to do."""
    _early.append(number)


_early: list[int] = []


def _demo_tokens(config: HallConfig, path: str) -> Sequence[DemoToken]:
    if not path:
        return ()
    if not config.hub.demo:
        raise StartTrouble("--demo-tokens is refused: hub.demo is not true, and fixed tokens are known to everybody")
    return load(Path(path), DemoTokens).tokens


def _store_demo_tokens(authority: Authority, tokens: Sequence[DemoToken]) -> None:
    for one in tokens:
        row = TokenRow(one.kind, one.name, one.series, one.counters)
        try:
            authority.make_token(row, wall_clock(), secret=one.token)
        except ValueError as problem:
            raise StartTrouble(f"--demo-tokens: {one.name}: {problem}") from problem


# -- acts


def _token(config: HallConfig, asked: argparse.Namespace) -> int:
    _sound(config)
    _refuse_unknown_counters(config, asked.counter)
    url = _url(config, asked)
    folder = state_dir(config.hub)
    keys = open_keys(config.hub, folder)
    accounts = open_accounts(folder)
    try:
        authority = Authority(accounts, keys.trust(config.hub.hall))
        row = TokenRow(asked.kind, asked.name, asked.series, tuple(asked.counter))
        token = authority.make_token(row, wall_clock())
    except ValueError as problem:
        raise StartTrouble(str(problem)) from problem
    finally:
        accounts.close()
    print(f"on the new unit, within 24 hours:\n\n    hall-{asked.kind} --config FILE enrol {url} {token}\n")
    return _tell_token(asked, url, token, asked.name, asked.kind, keys)


def _replace(config: HallConfig, asked: argparse.Namespace) -> int:
    _sound(config)
    url = _url(config, asked)
    folder = state_dir(config.hub)
    keys = open_keys(config.hub, folder)
    accounts = open_accounts(folder)
    try:
        made = Authority(accounts, keys.trust(config.hub.hall)).make_replacement(asked.unit, wall_clock())
    finally:
        accounts.close()
    if isinstance(made, Rejected):
        raise StartTrouble(made.problem.message)
    print(f"on the spare, within 24 hours (from then on the old {made.unit} is shut out):\n")
    print(
        f"    hall-field replace --config FILE --as {made.unit} --hub {url} --token {made.token} --disk OLD-STATE-DIR\n"
    )
    return _tell_token(asked, url, made.token, made.unit, made.kind, keys)


def _tell_token(asked: argparse.Namespace, url: str, token: str, unit: str, kind: str, keys: Keys) -> int:
    if asked.qr:
        # Imported here: a hub at work draws no codes.
        from server.invite import show

        print(show(url, token, asked.qr))
    line = {"url": url, "token": token, "unit": unit, "kind": kind}
    line |= {"ca_fingerprint": keys.tls.fingerprint if keys.tls else ""}
    print(msgspec.json.encode(line).decode())
    return 0


def _reports(config: HallConfig, asked: argparse.Namespace) -> int:
    reports = Reports(Path(config.hub.state_dir))
    found = [line for line in reports.all() if asked.unit in ("", line.unit)]
    for line in found:
        at = datetime.fromtimestamp(line.at / 1000).astimezone()
        print(f"{line.unit}  {at:%Y-%m-%d %H:%M}  {line.bytes // 1000 + 1} kB  {reports.folder / line.name}")
    if not found:
        print("no reports; a technician leaves one with hall-field report --to hub")
    return 0


def _refuse_unknown_counters(config: HallConfig, counters: Sequence[str]) -> None:
    known = {counter.id for counter in config.counters}
    for counter in counters:
        if counter not in known:
            raise StartTrouble(f"--counter {counter!r} is not among [[counters]]: {', '.join(sorted(known))}")


def _url(config: HallConfig, asked: argparse.Namespace) -> str:
    """Return the address for units. A code cannot be corrected by hand as a line can, so it needs a real one."""
    scheme = "https" if config.hub.tls else "http"
    reachable = _reachable(config.hub.listen)
    if asked.address:
        port = reachable.rpartition(":")[2]
        bare = ":" not in asked.address or asked.address.endswith("]")
        return f"{scheme}://{asked.address}" + (f":{port}" if bare else "")
    if asked.qr and reachable.startswith("HUB-ADDRESS"):
        raise StartTrouble(
            f"hub.listen {config.hub.listen} is no address for units: add --address HOST; no token was made"
        )
    return f"{scheme}://{reachable}"


def _reachable(where: str) -> str:
    host, port = address(where)
    return f"{'HUB-ADDRESS' if host in _EVERYWHERE else host}:{port}"


_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound


def _pin(config: HallConfig, asked: argparse.Namespace) -> int:
    if asked.clerk not in {clerk.id for clerk in config.clerks}:
        raise StartTrouble(f"clerk {asked.clerk!r} is not among [[clerks]]")
    pin = sys.stdin.readline().strip() if not sys.stdin.isatty() else getpass.getpass("new PIN: ")
    if sys.stdin.isatty() and getpass.getpass("once more: ") != pin:
        raise StartTrouble("the two PINs differ; nothing was changed")
    try:
        hashed = hash_pin(pin)
    except ValueError as problem:
        raise StartTrouble(f"{problem}; nothing was changed") from problem
    accounts = open_accounts(state_dir(config.hub))
    accounts.set_pin(asked.clerk, hashed)
    accounts.close()
    print(f"the PIN of {asked.clerk} is set")
    return 0


def _card(config: HallConfig, asked: argparse.Namespace) -> int:
    accounts = open_accounts(state_dir(config.hub))
    try:
        if asked.remove:
            if not accounts.drop_card(asked.remove):
                raise StartTrouble(f"clerk {asked.remove!r} has no card here; nothing was changed")
            print(f"the card of {asked.remove} opens nothing any more")
            return 0
        found = accounts.cards()
    finally:
        accounts.close()
    for row in found:
        at = datetime.fromtimestamp(row.registered_at / 1000).astimezone()
        print(f"{row.clerk}  since {at:%Y-%m-%d %H:%M}")
    if not found:
        print("nobody has registered a card; staff does so on the attendant's screen of a kiosk")
    return 0


def _check_config(config: HallConfig, asked: argparse.Namespace) -> int:
    found = findings(config)
    for line in found:
        print(f"{asked.config}: {line}")
    if not found:
        print(f"{asked.config}: sound")
    return 1 if found else 0


def _erase(config: HallConfig, asked: argparse.Namespace) -> int:
    folder = state_dir(config.hub)
    with locked(folder):
        row = asyncio.run(_erased(config, folder, PersonRef(asked.ref)))
    print(f"{asked.ref} is erased; row {row} of the log says so")
    return 0


async def _erased(config: HallConfig, folder: Path, ref: PersonRef) -> int:
    keys = open_keys(config.hub, folder)
    hub = open_hub(config, folder, keys.hall)
    try:
        if hub.reader.person(ref) is None:
            raise StartTrouble(f"no person {ref!r} is stored here, or not any more")
        # As in DELETE /v1/persons: the documents first, since nothing tells them afterwards.
        open_documents(folder).forget(hub.reader.documents_of_person_alone(ref))
        reply = await hub.record(PersonErased(ref, reason="on request"), HUB_ACTOR)
    finally:
        await hub.close()
    if isinstance(reply, Refused):
        raise StartTrouble(f"not erased: {reply.message}")
    return reply.seq


if __name__ == "__main__":
    sys.exit(main())
