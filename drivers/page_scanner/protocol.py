"""What SANE's `scanimage` says: its list of options, its progress, its troubles. Text in, values out.

::

    scanimage -d DEVICE -A          All options specific to device `DEVICE':
                                      Standard:
                                        --resolution 75|100|200|300|600dpi [300]
                                        --resolution 1..1200dpi (in steps of 1) [50]
                                        --source Flatbed|ADF|ADF Duplex [Flatbed]
                                        --depth 1|8|16 [8]      --three-pass[=(yes|no)] [inactive]
                                        -x 0..215.9mm [215.9]
    scanimage --batch ...  (stderr) Scanning page 3
                                    Progress: 42.1%            (with -p, ended by a carriage return)
                                    Scanned page 3. (scanner status = 5)
                                    scanimage: rounded value of resolution from 300 to 200
                                    scanimage: sane_start: Document feeder jammed
                           (stdout) the page's file, a line each, once it is whole (--batch-print)

The exit status is SANE's own status, so it says the trouble even where the text is translated. 7 (no documents) is how
a feeder ends well after its last page; some versions then exit with 0. Sources: man page scanimage(1); SANE Standard
1.06, section 4.2.7 (status codes); the texts as scanimage 1.1.1 prints them for each status of the `test` backend.
"""

import re
from typing import NamedTuple

from hall.ports.status import Status, StatusWord

LONGEST_LINE = 4096
"""Characters; what is longer is no line of scanimage's and its rest is dropped."""
LEAST_DPI = 300
NO_DOCUMENTS = 7
_FEEDER = re.compile(r"adf|feeder|document", re.IGNORECASE)
_DUPLEX = re.compile(r"duplex|both", re.IGNORECASE)
_BACK = re.compile(r"back|rear", re.IGNORECASE)
_GLASS = re.compile(r"flatbed|platen|glass|normal|fb\b", re.IGNORECASE)
_MODES = {"colour": re.compile(r"colou?r", re.IGNORECASE), "gray": re.compile(r"gr[ae]y", re.IGNORECASE)}
_OPTION = re.compile(r"\s+(?:--([a-z][a-z0-9-]*)|-([ltxy]))(?:\[=\((yes\|no)\)\])?(?: (.*?))? \[(.*)\]\s*")
_RANGE = re.compile(r"(-?[0-9.]+)\.\.(-?[0-9.]+)([a-z%]*)(?: \(in steps of [0-9.]+\))?")

TROUBLES: dict[int, tuple[str, Status]] = {
    1: ("Operation not supported", Status(StatusWord.FAULT, "the scanner refuses this way: see scanimage -A")),
    2: ("Operation was canceled", Status(StatusWord.READY, "the scan was cancelled")),
    3: ("Device busy", Status(StatusWord.BUSY, "somebody else scans: wait, or end the other program")),
    4: ("Invalid argument", Status(StatusWord.FAULT, "the scanner refuses a setting: see scanimage -A")),
    6: (
        "Document feeder jammed",
        Status(StatusWord.JAMMED, "paper is stuck in the feeder: open it and take the paper out"),
    ),
    7: (
        "Document feeder out of documents",
        Status(StatusWord.NO_PAPER, "the feeder is empty: lay the papers into it"),
    ),
    8: ("Scanner cover is open", Status(StatusWord.COVER_OPEN, "close the scanner's cover")),
    9: (
        "Error during device I/O",
        Status(StatusWord.OFFLINE, "the scanner broke off: check its power and cable"),
    ),
    10: ("Out of memory", Status(StatusWord.FAULT, "not enough memory for a page: a lower dpi or gray needs less")),
    11: (
        "Access to resource has been denied",
        Status(StatusWord.FAULT, "no right to the scanner: put this user into the group scanner"),
    ),
}
"""SANE_Status to the words of sane_strstatus, and what it means here."""


class Span(NamedTuple):
    """An option that takes a number."""

    least: float
    most: float
    unit: str = ""


class Choice(NamedTuple):
    """An option that takes one of some words."""

    words: tuple[str, ...]


Allowed = Span | Choice


class Wanted(NamedTuple):
    """What is asked of a scanner, in the hall's words."""

    feeder: bool
    duplex: bool
    dpi: int
    colour: str
    width_mm: float
    height_mm: float


class Arguments(NamedTuple):
    """The same in the device's words: arguments of scanimage, and the resolution that was chosen."""

    words: tuple[str, ...]
    dpi: int


class Refusal(NamedTuple):
    """Why a device cannot do what is wanted, and what to do about it."""

    reason: str


class Progress(NamedTuple):
    """Something moves."""

    page: int = 0
    percent: float = 0.0


class Rounded(NamedTuple):
    """The device took another value than the one that was asked for."""

    option: str
    to: float


class Failed(NamedTuple):
    """SANE's status in words."""

    code: int


Event = Progress | Rounded | Failed


def options_of(text: str) -> dict[str, Allowed]:
    """Read the answer to -A: what each active option allows, by name (``x`` and ``y`` for the lengths)."""
    found: dict[str, Allowed] = {}
    for line in text.splitlines():
        match = _OPTION.fullmatch(line[:LONGEST_LINE])
        if match is None or match[5] == "inactive":
            continue
        found[match[1] or match[2]] = Choice(("yes", "no")) if match[3] else _allowed(match[4] or "")
    return found


def _allowed(text: str) -> Allowed:
    found = _RANGE.fullmatch(text)
    if found:
        least, most = (_number(part) for part in found.group(1, 2))
        return Span(least, most, found[3])
    return Choice(tuple(text.split("|")))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def arguments_for(wanted: Wanted, allowed: dict[str, Allowed]) -> Arguments | Refusal:
    """Turn what is wanted into what this device understands."""
    source = _source(wanted, allowed.get("source"), allowed)
    if isinstance(source, Refusal):
        return source
    dpi = _resolution(wanted.dpi, allowed.get("resolution"))
    if isinstance(dpi, Refusal):
        return dpi
    words = [*source, *_mode(wanted.colour, allowed.get("mode")), "--resolution", str(dpi)]
    for name, length in (("x", wanted.width_mm), ("y", wanted.height_mm)):
        span = allowed.get(name)
        if isinstance(span, Span) and span.unit == "mm":
            words += [f"-{name}", f"{min(length, span.most):g}"]
    return Arguments(tuple(words), dpi)


def _source(wanted: Wanted, given: Allowed | None, allowed: dict[str, Allowed]) -> tuple[str, ...] | Refusal:
    words = given.words if isinstance(given, Choice) else ()
    if not wanted.feeder:
        glass = [word for word in words if _GLASS.search(word)] or [word for word in words if not _FEEDER.search(word)]
        if words and not glass:
            return Refusal("this scanner has no glass: lay the papers into its feeder")
        return ("--source", glass[0]) if glass else ()
    feeders = [word for word in words if _FEEDER.search(word)]
    if not feeders:
        return Refusal("this scanner has no feeder: lay the papers on the glass one by one")
    single = [word for word in feeders if not _DUPLEX.search(word) and not _BACK.search(word)] or feeders
    if not wanted.duplex:
        return ("--source", single[0])
    return _both_sides(feeders, single, allowed)


def _both_sides(feeders: list[str], single: list[str], allowed: dict[str, Allowed]) -> tuple[str, ...] | Refusal:
    """Backends say it in three ways: as a source of its own, as the feeder's mode, as a switch."""
    both = [word for word in feeders if _DUPLEX.search(word)]
    if both:
        return ("--source", both[0])
    mode = allowed.get("adf-mode")
    if isinstance(mode, Choice) and (found := [word for word in mode.words if _DUPLEX.search(word)]):
        return ("--source", single[0], "--adf-mode", found[0])
    if "duplex" in allowed:
        return ("--source", single[0], "--duplex=yes")
    return Refusal("this scanner cannot scan both sides: set duplex = false")


def _resolution(wanted: int, given: Allowed | None) -> int | Refusal:
    if isinstance(given, Span):
        fitting = [max(wanted, int(given.least))] if given.most >= wanted else []
        most = given.most
    else:
        steps = sorted(_dpi(word) for word in given.words) if given else []
        fitting = [step for step in steps if step >= wanted]
        most = steps[-1] if steps else 0
    if fitting:
        return fitting[0]
    if not most:
        return Refusal("this scanner does not say its resolution: at least 300 dpi are needed")
    return Refusal(f"this scanner does at most {most:g} dpi, {wanted} are needed: take another scanner or input")


def _dpi(word: str) -> int:
    digits = re.match(r"[0-9]{1,5}", word)
    return int(digits[0]) if digits else 0


def _mode(wanted: str, given: Allowed | None) -> tuple[str, ...]:
    words = given.words if isinstance(given, Choice) else ()
    found = [word for word in words if _MODES[wanted].search(word)]
    return ("--mode", found[0]) if found else ()


class ErrorLines:
    """Reads standard error piece by piece. Bounded: a line without an end is cut."""

    def __init__(self) -> None:
        self._rest = ""
        self._cut = False

    def feed(self, data: bytes) -> list[Event]:
        """Return what the new bytes say."""
        lines = re.split(r"[\r\n]", self._rest + data.decode("utf-8", "replace"))
        if self._cut and len(lines) > 1:
            lines, self._cut = lines[1:], False
        self._rest = lines.pop()
        if self._cut or len(self._rest) > LONGEST_LINE:
            self._rest, self._cut = "", True
        return [event for line in lines if (event := event_of(line[:LONGEST_LINE])) is not None]


def event_of(line: str) -> Event | None:
    """Read one line; None where it says nothing that matters."""
    if found := re.match(r"(?:Scanning|Scanned) page ([0-9]{1,6})", line):
        return Progress(int(found[1]))
    if found := re.match(r"Progress: ([0-9]{1,3}(?:\.[0-9]{1,4})?)%", line):
        return Progress(percent=float(found[1]))
    if found := re.match(r"scanimage: rounded value of ([a-z-]+) from \S+ to ([0-9.]+)", line):
        return Rounded(found[1], _number(found[2]))
    if line.startswith("scanimage: "):
        for code, (words, _status) in TROUBLES.items():
            if line.endswith((f": {words}", f"({words})")):
                return Failed(code)
    return None


def trouble_of(code: int) -> Status:
    """Return what a status of SANE means; unknown ones are a fault with their number."""
    if code in TROUBLES:
        return TROUBLES[code][1]
    return Status(StatusWord.FAULT, f"scanimage ended with status {code}: try it by hand with scanimage -T")


def devices_of(text: str) -> list[str]:
    """Read the names of devices, one a line, as ``scanimage -f %d%n`` prints them."""
    return [line.strip() for line in text.splitlines() if re.fullmatch(r"[a-z][\w-]*:\S.*", line.strip())]


def usb_node(device: str) -> str:
    """Return the USB node in the name of a device (``fujitsu:libusb:001:004``), or nothing."""
    found = re.search(r"(?:libusb|usb):([0-9]{3}):([0-9]{3})\b", device)
    return f"/dev/bus/usb/{found[1]}/{found[2]}" if found else ""
