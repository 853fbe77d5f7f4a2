r"""Network UPS Tools over TCP 3493: lines of ASCII words, quoted where they hold blanks, backslash before " and \.

    LIST UPS                       BEGIN LIST UPS / UPS name "description" ... / END LIST UPS
    GET VAR name variable          VAR name variable "value"
    USERNAME u, PASSWORD p,        OK
    LOGIN name                     OK
    (any of them)                  ERR CODE [more]

Source: docs/net-protocol.txt of NUT (networkupstools.org); status words of docs/new-drivers.txt: OL on line, OB on
battery, LB battery low, FSD forced shutdown, OFF, BYPASS, RB replace battery; others say nothing of the source.

On the wire: answers come in the order of the questions, one line each but for the list. A line that is none of these, a
quote that is never closed, and a line longer than any variable are dropped. The decoder keeps at most one line.
"""

from dataclasses import dataclass

from hall.ports.ups import Power

LONGEST = 1024
STATUS, CHARGE, RUNTIME = "ups.status", "battery.charge", "battery.runtime"
UNSUPPORTED = "VAR-NOT-SUPPORTED"
WHAT_TO_DO = {
    "DATA-STALE": "the supply does not answer its driver; check the cable between supply and NUT server",
    "DRIVER-NOT-CONNECTED": "the supply's driver does not run; start it on the NUT server (upsdrvctl start)",
    "UNKNOWN-UPS": "the NUT server has no supply of this name; correct `ups` (`upsc -l` lists them)",
    "ACCESS-DENIED": "the NUT server refuses this machine or user; correct upsd.users, `username` and `password`",
    "INVALID-PASSWORD": "wrong password; correct upsd.users or `password`",
    "USERNAME-REQUIRED": "the NUT server wants a user; set `username`",
    "PASSWORD-REQUIRED": "the NUT server wants a password; set `password`",
    "ALREADY-LOGGED-IN": "the NUT server took this line for another client; it heals with the next connection",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A supply of the list."""

    name: str


@dataclass(frozen=True, slots=True)
class ListEnd:
    """The list is over."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value of a supply."""

    ups: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """OK."""


@dataclass(frozen=True, slots=True)
class Error:
    """ERR with its code."""

    code: str

    @property
    def text(self) -> str:
        """What it means, and what to do."""
        return WHAT_TO_DO.get(self.code, f"the NUT server answers {self.code}; see its log")


Answer = Listed | ListEnd | Variable | Accepted | Error


def to_bytes(*words: str) -> bytes:
    """Return a line."""
    return " ".join(quoted(word) for word in words).encode("ascii", "replace") + b"\n"


def quoted(word: str) -> str:
    """Return a word as it goes over the wire."""
    if word and not any(character in ' "\\' for character in word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def words_of(line: str) -> list[str] | None:
    """Return the words of a line, or None when a quote is not closed."""
    words, word, inside, escaped, any_word = [], "", False, False, False
    for character in line:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\":
            escaped = any_word = True
        elif character == '"':
            inside, any_word = not inside, True
        elif character == " " and not inside:
            words += [word] if any_word else []
            word, any_word = "", False
        else:
            word, any_word = word + character, True
    return None if inside or escaped else words + ([word] if any_word else [])


class Lines:
    """Bytes in any split to the words of whole lines; bounded, never raises."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[list[str]]:
        """Take bytes; return the words of each line that became complete and is one."""
        *whole, rest = (self._held + data).split(b"\n")
        self._held = rest[-LONGEST:]
        lines = (line.rstrip(b"\r").decode("utf-8", "replace") for line in whole if len(line) < LONGEST)
        return [words for line in lines if (words := words_of(line))]


def answer_of(words: list[str]) -> Answer | None:
    """Return what a server's line means; None for one that says nothing here."""
    match words:
        case ["UPS", name, *_]:
            return Listed(name)
        case ["END", "LIST", "UPS"]:
            return ListEnd()
        case ["VAR", ups, name, value]:
            return Variable(ups, name, value)
        case ["OK", *_]:
            return Accepted()
        case ["ERR", code, *_]:
            return Error(code)
    return None


def power_of(status: str, low: bool = False) -> Power | None:
    """Return where the current comes from by `ups.status`; None where its words do not say.

    `low` is our own limit: it counts only on battery, as LB does.
    """
    words = set(status.split())
    if "FSD" in words:
        return Power.LOW
    if "OB" in words:
        return Power.LOW if low or "LB" in words else Power.BATTERY
    return Power.MAINS if words & {"OL", "BYPASS"} else None


def whole_number(value: str) -> int:
    """Return a number as variables give it, cut to whole ones; -1 where it is none."""
    try:
        number = float(value)
    except ValueError:
        return -1
    return int(number) if 0 <= number < 1e9 else -1
