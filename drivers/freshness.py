"""Whether the camera still sees: pictures that come, and are not the same one again. Pure; the clock is passed in."""

from hall.ports.status import Status, StatusWord

FIRST_S = 4.0
"""A camera may take so long to begin."""
STALE_S = 2.0
REOPEN_S = 10.0
"""So long a camera may stand still before it is opened anew."""

READY = Status(StatusWord.READY)
WAITING = Status(StatusWord.UNKNOWN, "waiting for the first picture")
NONE_YET = Status(StatusWord.FAULT, "the camera opens but sends no picture; pull its plug and put it in again")
SILENT = Status(StatusWord.FAULT, "no new picture for 2 s: the camera hangs; pull its plug and put it in again")
FROZEN = Status(StatusWord.FAULT, "the same picture for 2 s: the camera is frozen; pull its plug and put it in again")


class Freshness:
    """Remembers the last picture that was another one than that before."""

    def __init__(self, now: float) -> None:
        self._began = self._came_at = self._changed_at = now
        self._last: int | None = None
        self.count = 0
        """Pictures that were new."""

    def came(self, fingerprint: int, now: float) -> bool:
        """Take note of a picture; tell whether it is a new one."""
        self._came_at = now
        if fingerprint == self._last:
            return False
        self._last, self._changed_at = fingerprint, now
        self.count += 1
        return True

    def status(self, now: float) -> Status:
        """Return what the pictures say of the camera."""
        if not self.count:
            return WAITING if now - self._began < FIRST_S else NONE_YET
        if now - self._changed_at < STALE_S:
            return READY
        return FROZEN if now - self._came_at < STALE_S else SILENT

    def still_since(self, now: float) -> float:
        """Return for how many seconds nothing new came."""
        return now - self._changed_at

    def reopened(self, now: float) -> None:
        """The camera was opened anew: so long again until that is tried once more. The status stays what it is."""
        self._changed_at = max(self._changed_at, now - STALE_S)
