"""Looks at documents that another process of this machine gave, until the hub has written them into its log.

`hall-server documents` hands out while the hub runs, and only the hub writes the log. So the look is left here first,
one flushed file each, under the key that its event will have: written down once, however often it is found.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hall.domain.ids import CaseNumber, ClerkId, CommandKey
from hall.wire.actor import Role
from server.store.durable import created, flush

FOLDER = "looks"


class Look(msgspec.Struct, frozen=True):
    """Who was given which document of which case."""

    key: CommandKey
    case: CaseNumber
    document: int
    clerk: ClerkId
    role: Role


def leave(state: Path, look: Look) -> None:
    """Leave a look for the hub; it is on the disk when this returns.

    Raises:
        OSError: the disk refused; nothing may be handed out.

    """
    folder = state / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    part, target = folder / f"{look.key}.part", folder / f"{look.key}.json"
    with created(part) as file:
        file.write(msgspec.json.encode(look))
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, target)
    flush(folder)
    flush(state)


def left(state: Path) -> Iterator[tuple[Path, Look]]:
    """Walk what waits for the hub, oldest first, each with the file to delete once the log has it.

    Raises:
        OSError: the folder cannot be read.
        msgspec.MsgspecError: somebody else's file.

    """
    for path in sorted((state / FOLDER).glob("*.json")):
        yield path, msgspec.json.decode(path.read_bytes(), type=Look)
