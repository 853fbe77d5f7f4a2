"""Printers that CUPS knows and scanners that SANE knows: asked of their own programs, none where those are missing."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator

from field.plugged.found import Found, Guess

Ran = Callable[[list[str]], str]
SCANNERS_S = 20
"""SANE opens every USB device that a backend may know, and waits some seconds for scanners of the network."""
_SLIP = re.compile(r"receipt|thermal|\bpos\b|ticket|esc/pos|tm-t|80mm|58mm", re.IGNORECASE)
_NO_SCANNER = ("v4l:",)
"""Backends that show a camera as a scanner."""


def cups_printers(ran: Ran) -> Iterator[Found]:
    """Printers of CUPS by name, each with what its queue is: a raw one or a receipt printer's, else one for pages."""
    for line in ran(["lpstat", "-e"]).splitlines():
        if name := line.strip():
            make = _make(ran(["lpoptions", "-p", name]))
            yield Found("cups", name, f"cups:{name}", make or name, guesses=(_queue(make),))


def _queue(make: str) -> Guess:
    if "raw" in make.casefold().split():
        return Guess("ticket_printer", "generic-no-status", "a raw queue: bytes go through as they are")
    if _SLIP.search(make):
        return Guess("ticket_printer", "generic-no-status", "a receipt printer by its name: its queue must be raw")
    return Guess("page_printer", "cups-queue", "a queue that converts: it takes PDF")


def _make(options: str) -> str:
    """Return the printer's make and model out of the answer of lpoptions."""
    try:
        words = dict(word.partition("=")[::2] for word in shlex.split(options))
    except ValueError:
        return ""
    return words.get("printer-make-and-model", "")


def sane_scanners(ran: Ran | None = None) -> Iterator[Found]:
    """Scanners by the names that SANE gives them. Takes seconds, so it is not for looking again and again."""
    for line in (ran or _patiently)(["scanimage", "-f", "%d|%v|%m|%t%n"]).splitlines():
        name, _, rest = line.strip().partition("|")
        if ":" not in name or name.startswith(_NO_SCANNER):
            continue
        says = " ".join(rest.split("|")[:2]).strip()
        guess = Guess("page_scanner", "sane", f"{says or 'a device'}, through SANE's backend {name.partition(':')[0]}")
        note = "its number changes when it is plugged in anew; it is followed" if "libusb:" in name else ""
        yield Found("sane", name, f"sane:{name}", says or name, guesses=(guess,), note=note)


def _patiently(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SCANNERS_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
