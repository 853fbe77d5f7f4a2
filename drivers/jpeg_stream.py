"""JPEG pictures out of a stream of them (MJPEG without a container), as a FIFO or a TCP port delivers it. Pure."""

START, END = b"\xff\xd8\xff", b"\xff\xd9"
LARGEST = 4_000_000


class JpegStream:
    """Bounded; finds its way again after lost bytes. No picture is larger than `largest` bytes."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes, return whole pictures."""
        self._buffer += data
        pictures = []
        while (picture := self._next()) is not None:
            pictures.append(picture)
        return pictures

    def _next(self) -> bytes | None:
        start = self._buffer.find(START)
        if start < 0:
            del self._buffer[:-2]
            return None
        end = self._buffer.find(END, start)
        if end < 0:
            del self._buffer[:start]
            if len(self._buffer) > self._largest:
                self._buffer.clear()
            return None
        picture = bytes(self._buffer[start : end + 2])
        del self._buffer[: end + 2]
        return picture
