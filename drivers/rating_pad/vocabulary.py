"""Keys of keyboard pads as objects: what `hall-field decode` prints and `encode` takes. ``{"key": "3"}``."""

from collections.abc import Callable
from typing import Any, NamedTuple

from drivers.rating_pad.protocol import KeyDecoder, RecordKeys, ReportKeys, records_of, report_of


class KeyWords(NamedTuple):
    """One way to carry keys."""

    decoder: Callable[[], KeyDecoder]
    to_bytes: Callable[[str], bytes]

    def decode(self, raw: bytes) -> list[dict[str, Any]]:
        """Return one object per press, at least one."""
        return [{"key": name} for name in self.decoder().feed(raw)] or [{"error": "no key went down"}]

    def encode(self, fields: dict[str, Any]) -> bytes:
        """Return a press (records: and its release).

        Raises:
            KeyError: no ``key``.
            ValueError: no such key.

        """
        return self.to_bytes(str(fields["key"]))


RECORDS = KeyWords(RecordKeys, lambda name: b"".join(item.to_bytes() for item in records_of(name)))
REPORTS = KeyWords(ReportKeys, report_of)
