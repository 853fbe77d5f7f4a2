"""What a unit's devices said last, in one small file: the doctor reads it while the running program holds the ports.

Nothing depends on it: it is not synced to disk, and a file that is missing or damaged only means that nothing is known.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from hall.ports.status import DeviceRemark, Emit, StatusChanged, StatusWord

FILE = "devices.json"

log = structlog.get_logger("devices")


class DeviceSeen(msgspec.Struct, frozen=True, omit_defaults=True):
    """One device. Times are of the unit's own clock, in seconds since the epoch."""

    word: StatusWord = StatusWord.UNKNOWN
    reason: str = ""
    since: int = 0
    remark: str = ""
    remarked: int = 0
    """When the remark was made last; 0 when there was none."""


class Board(msgspec.Struct, frozen=True):
    """The whole file: which process wrote it, and what it knows."""

    pid: int
    devices: dict[str, DeviceSeen]


class DeviceBoard:
    """Listens to what devices emit, and keeps the file; called from the devices' own threads."""

    def __init__(self, folder: Path, now_s: Callable[[], float] = time.time) -> None:
        self._path, self._now_s = folder / FILE, now_s
        self._devices: dict[str, DeviceSeen] = {}
        self._lock = threading.Lock()
        self._failed = False

    def listening(self, emit: Emit) -> Emit:
        """Return an `emit` that notes what it is given and hands it on."""

        def noted(event: object) -> None:
            if isinstance(event, StatusChanged | DeviceRemark):
                self._note(event)
            emit(event)

        return noted

    def _note(self, event: StatusChanged | DeviceRemark) -> None:
        now = int(self._now_s())
        with self._lock:
            seen = self._devices.get(event.device, DeviceSeen())
            if isinstance(event, DeviceRemark):
                seen = msgspec.structs.replace(seen, remark=event.text, remarked=now)
            else:
                seen = msgspec.structs.replace(seen, word=event.status.word, reason=event.status.reason, since=now)
            self._devices[event.device] = seen
            self._write()

    def _write(self) -> None:
        fresh = self._path.with_name(f".{FILE}.new")
        try:
            fresh.write_bytes(msgspec.json.encode(Board(os.getpid(), self._devices)))
            fresh.replace(self._path)
        except OSError as problem:
            if not self._failed:
                log.warning("devices' states not written", reason=str(problem))
            self._failed = True
        else:
            self._failed = False


def read_board(folder: Path) -> Board | None:
    """Return what the unit's program wrote last, or None where nothing can be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Board)
    except (OSError, msgspec.MsgspecError):
        return None
