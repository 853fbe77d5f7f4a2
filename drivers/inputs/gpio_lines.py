"""What is said over the seam to GPIO lines: one short line of text per message. Pure.

    host -> chip   in LINE BIAS | out LINE 0 or 1 | begin | set LINE 0 or 1 | get
    chip -> host   level LINE 0 or 1 | refused REASON

LINE is an offset, or a name without blanks. `level` comes for every input after `begin` and `get`, and for each edge.
Both ends of the seam speak it: the kernel's chip through `gpio_port.KernelLines`, the simulator as it is.
"""

from dataclasses import dataclass

from drivers.inputs.options import Channel

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Level:
    """An input's level."""

    line: Channel
    high: bool


@dataclass(frozen=True, slots=True)
class RefusedLines:
    """The chip cannot do what was wanted."""

    reason: str


def said(*words: object) -> bytes:
    """Return a message."""
    return (" ".join(str(int(word) if isinstance(word, bool) else word) for word in words) + "\n").encode()


def channel_of(word: str) -> Channel:
    """Return an offset where the word is a number, else the name."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= 6 else word


class Messages:
    """Bytes in any split to messages as words; bounded, never raises."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[list[str]]:
        """Take bytes; return the messages that became complete."""
        *whole, rest = (self._held + data).split(b"\n")
        self._held = rest[-LONGEST:]
        return [line[-LONGEST:].decode("utf-8", "replace").split(" ") for line in whole if line]


def from_chip(words: list[str]) -> Level | RefusedLines | None:
    """Return what a chip's message means; None for what is none."""
    match words:
        case ["level", line, ("0" | "1") as high]:
            return Level(channel_of(line), high == "1")
        case ["refused", *reason]:
            return RefusedLines(" ".join(reason))
    return None
