"""One read-only look at the hall's log for many threads, with the questions of shipping and of case queries."""

import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hall.domain.ids import CaseNumber, CommandKey, PersonRef
from server.hub.step import PersonRow
from server.store.log import PAGE, LogReader


class _Epoch(msgspec.Struct, frozen=True):
    epoch: int


_epochs = msgspec.json.Decoder(_Epoch)


class SharedReader:
    """A `LogReader` behind a lock; each call sees whole transactions only."""

    def __init__(self, path: Path) -> None:
        self._reader = LogReader(path)
        self._lock = threading.Lock()

    def newest(self) -> tuple[int, int]:
        """Return epoch and seq of the last row, (0, 0) for an empty log."""
        with self._lock:
            seq = self._reader.last_seq()
            rows = self._reader.rows_from(seq, 1) if seq else []
        return (_epochs.decode(rows[0][1]).epoch, seq) if rows else (0, 0)

    def rows(self, after: int, limit: int) -> Sequence[bytes]:
        """Return at most `limit` rows after `after`, in order."""
        with self._lock:
            return [raw for _, raw in self._reader.rows_from(after + 1, limit)]

    def rows_after(self, seq: int, naming: str, limit: int) -> list[bytes]:
        """Return those of the next `limit` rows after `seq` that name a uid."""
        wanted = f'"{naming}"'.encode()
        found: list[bytes] = []
        for start in range(seq, seq + limit, PAGE):
            page = self.rows(start, min(PAGE, seq + limit - start))
            found += [raw for raw in page if wanted in raw]
            if len(page) < PAGE:
                break
        return found

    def case_row(self, number: CaseNumber) -> bytes | None:
        """Return the row that registered a case."""
        with self._lock:
            return self._reader.case_row(number)

    def documents_of_case(self, number: CaseNumber) -> list[str]:
        """Return the digests of the documents that a case names."""
        with self._lock:
            return self._reader.documents_of_case(number)

    def documents_of_person_alone(self, ref: PersonRef) -> list[str]:
        """Return the digests that this person's cases name, and nobody else's."""
        with self._lock:
            return self._reader.documents_of_person_alone(ref)

    def names_document(self, sha256: str) -> bool:
        """Say whether any case names this document."""
        with self._lock:
            return self._reader.names_document(sha256)

    def form(self, key: CommandKey) -> bytes | None:
        """Return the sealed form that a command brought."""
        with self._lock:
            return self._reader.form(key)

    def person(self, ref: PersonRef) -> PersonRow | None:
        """Return a sealed person, or None if unknown or erased."""
        with self._lock:
            return self._reader.person(ref)

    def person_by_tag(self, tag: bytes) -> PersonRef | None:
        """Return who has this keyed hash."""
        with self._lock:
            return self._reader.person_by_tag(tag)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._reader.close()
