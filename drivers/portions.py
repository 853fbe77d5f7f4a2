"""How bytes are handed over: as they come, one by one, or many at once. No cable promises any of it."""

SINGLE_S = 0.001
MERGED_S = 0.08
HOW = ("whole", "single", "merged")


class Portions:
    """Bytes that wait for their portion. The clock is passed in."""

    def __init__(self) -> None:
        self.how = HOW[0]
        self._waiting = bytearray()
        self._due: float | None = None

    def push(self, data: bytes, now: float) -> None:
        """Take bytes that have arrived."""
        if data and self._due is None:
            self._due = now + (MERGED_S if self.how == "merged" else 0.0)
        self._waiting += data

    def pop(self, now: float) -> bytes:
        """Return the portion that is due by now."""
        if self._due is None or now < self._due:
            return b""
        size = 1 if self.how == "single" else len(self._waiting)
        portion = bytes(self._waiting[:size])
        del self._waiting[:size]
        self._due = now + SINGLE_S if self._waiting else None
        return portion

    def due(self) -> float | None:
        """Return when the next portion is due."""
        return self._due

    def clear(self) -> None:
        """Lose what waits."""
        self._waiting.clear()
        self._due = None
