"""``hall-server documents``: a case's documents for a supervisor at the hub's machine, each look written down first.

The PIN is checked as at a counter, wrong ones count there too. The hub may run: it writes the looks into its log
within seconds, or at its next start.
"""

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.hall import HallConfig
from hall.domain.ids import ClerkId
from hall.wire.actor import Role
from hall.wire.enrolment import SessionRequest
from hall.wire.events import CaseSubmitted, Event
from server.api.case_documents import CaseDocuments, Opened, file_name
from server.auth.accounts import UnitRow
from server.auth.authority import Rejected
from server.auth.vault import Vault
from server.compose import gate_of, open_accounts, open_documents, open_keys, state_dir
from server.hub.core import new_key, wall_clock
from server.store.durable import created
from server.store.log import StoreFailed
from server.store.looks import Look, leave
from server.store.shared_reader import SharedReader
from server.trouble import StartTrouble

_HERE = UnitRow("hub", Role.HUB.value, "", (), b"", 0)
"""The hub's own machine, as a place to sign in."""


def documents(config: HallConfig, asked: argparse.Namespace) -> int:
    """Hand out what a case names, for a supervisor or manager who types the PIN."""
    folder, out = state_dir(config.hub), Path(asked.out)
    role = _signed_in(config, folder, asked.clerk)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _case_documents(config, folder) as found:
            case = found.case(asked.case.strip().upper())
            if case is None:
                raise StartTrouble(f"no case {asked.case!r} is registered here")
            for place, (sha256, field) in enumerate(found.named(case), start=1):
                _hand_out(folder, out, case, place, found.open(sha256, field), (ClerkId(asked.clerk), role))
    except (OSError, StoreFailed) as problem:
        raise StartTrouble(f"not handed out: {problem}") from problem
    return 0


def _signed_in(config: HallConfig, folder: Path, clerk: str) -> Role:
    """Check the PIN; the session ends at once."""
    roles = next((one.roles for one in config.clerks if one.id == clerk), ())
    wanted = Role.SUPERVISOR if Role.SUPERVISOR in roles else Role.MANAGER
    pin = getpass.getpass(f"PIN of {clerk}: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    accounts = open_accounts(folder)
    try:
        sessions = gate_of(config, accounts, open_keys(config.hub, folder)).sessions
        opened = sessions.open(SessionRequest(clerk, pin, wanted), _HERE, wall_clock())
        if isinstance(opened, Rejected):
            raise StartTrouble(f"{opened.problem.message}; documents are for a supervisor or manager")
        sessions.end(opened.session)
    finally:
        accounts.close()
    return wanted


@contextmanager
def _case_documents(config: HallConfig, folder: Path) -> Iterator[CaseDocuments]:
    reader = SharedReader(folder / "hub.db")
    try:
        vault = Vault(open_keys(config.hub, folder).hall, reader)
        yield CaseDocuments(reader, open_documents(folder, look=True), vault)
    finally:
        reader.close()


def _hand_out(state: Path, out: Path, case: Event, place: int, opened: Opened, who: tuple[ClerkId, Role]) -> None:
    assert isinstance(case.body, CaseSubmitted)
    line = opened.line
    if not line.here:
        print(f"{place}. {line.field}: not here yet, or damaged (hall-server verify)")
        return
    path = out / file_name(case.body.case, place, line.kind)
    with created(path) as file:
        leave(state, Look(new_key(), case.body.case, place, *who))
        file.write(opened.plain)
    print(f"{place}. {line.field}: {path}" + (f", {line.pages} pages" if line.pages else ""))
