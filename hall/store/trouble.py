"""What can be wrong with a unit's store, as a value. Only bugs raise."""

from dataclasses import dataclass
from enum import StrEnum


class StoreFault(StrEnum):
    """Kinds of trouble that a technician handles differently."""

    FULL = "disk_full"
    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    NEWER = "newer_version"
    BUSY = "used_by_another_process"
    IO = "io"


@dataclass(frozen=True)
class StoreTrouble:
    """The store refused, and nothing of what was asked is on disk. `detail` says in English what to do."""

    fault: StoreFault
    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.fault.value}: {self.detail}"
