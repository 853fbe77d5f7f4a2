"""Writing down which documents the forms name that an older program stored."""

from collections.abc import Callable, Iterator

import msgspec

from hall.domain.ids import CommandKey, PersonRef
from hall.wire.replies import Done, Reply
from server.hub.step import FormRow
from server.store.log import HubLog

NamedBy = Callable[[bytes], tuple[PersonRef | None, tuple[str, ...]]]
"""Whose a stored form is and which documents it names (`server.auth.vault.Vault.named_by`)."""


def name_documents(log: HubLog, named_by: NamedBy) -> None:
    """Read all forms once, if any stands here from before cases named their documents in a table.

    Raises:
        StoreFailed: the log cannot be used.
        hall.wire.seal.SealError: a form was altered.

    """
    if log.forms_unread:
        log.name_documents(list(_rows(log, named_by)))


def _rows(log: HubLog, named_by: NamedBy) -> Iterator[FormRow]:
    after = ""
    while page := log.forms_after(after):
        for key, stored in page:
            person, documents = named_by(stored)
            yield FormRow(CommandKey(key), stored, documents, person, _case(log, CommandKey(key)))
        after = page[-1][0]


def _case(log: HubLog, key: CommandKey) -> str:
    """Return the number that the command's stored reply gave its case."""
    _, _, raw = (log.reply(key) or b"").partition(b"\0")
    try:
        reply = msgspec.json.decode(raw, type=Reply)
    except msgspec.DecodeError:
        return ""
    return reply.case or "" if isinstance(reply, Done) else ""
