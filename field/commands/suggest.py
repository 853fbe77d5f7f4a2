"""`hall-field suggest`: what is plugged in now, what it probably is, and the stanza to paste.

hall-field suggest [--watch] [--probe] [--json]

`--probe` asks serial ports that no number explains, with the safe questions of `hall-field probe`.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import tomli_w

from drivers.probe import ask_all, questions
from drivers.transport import TransportLost
from field.commands.say import said, say, say_json, say_line, say_struct
from field.plugged.found import Found, Guess, Roots
from field.plugged.listers import everything
from field.plugged.papers import sane_scanners

LOOK_EVERY_S = 1.0
NOTHING = "Nothing is plugged in that a hall uses. Plug something in, or look with --watch while you do."
FIRST_PRINTER = "xprinter-xp-80"
"""What a printer is taken for that only said that it is one: the most usual class."""
Explain = Callable[[Found], Found]
NAMES = {
    "ticket_printer": "printer",
    "id_card": "reader",
    "code_scanner": "scanner",
    "counter_screen": "strip",
    "voice": "speaker",
    "page_printer": "a4",
    "page_scanner": "page-scanner",
    "document_camera": "document-camera",
    "signature_pad": "pad",
    "smart_card": "ic-reader",
}


class Change(msgspec.Struct, frozen=True):
    """Something came or went."""

    came: bool
    found: Found


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("suggest", help="list what is plugged in and the stanza to paste")
    parser.add_argument("--watch", action="store_true", help="go on and tell what is plugged in or pulled out")
    parser.add_argument("--probe", action="store_true", help="ask unexplained serial ports what they are")
    parser.add_argument("--json", action="store_true", help="one JSON object per device")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace, roots: Roots | None = None) -> int:
    """List, and watch until Ctrl-C if asked to."""
    scanners = sane_scanners() if roots is None else ()  # of this machine, not of a made-up one
    roots = roots or Roots()
    there = everything(roots)
    explain = probed if given.probe else _as_found
    tell([explain(found) for found in (*there, *scanners)], as_json=given.json)
    if given.watch:
        try:
            watch(there, lambda: everything(roots), lambda change: tell_change(change, explain, as_json=given.json))
        except KeyboardInterrupt:
            return 0
    return 0


def tell(there: list[Found], *, as_json: bool) -> None:
    """Print what is there."""
    if as_json:
        for found in there:
            say_struct(found, "says", "note")
        return
    if not there:
        say_line(NOTHING)
    stanzas = dict(named_stanzas(there))
    for found in there:
        say(line_of(found, said))
        for name, stanza in stanzas.get(found.node, ()):
            say(tomli_w.dumps({"devices": {name: stanza}}).strip() + "\n")


def line_of(found: Found, said: Callable[[str], str] = str) -> str:
    """Return what is said about one thing, for a person; `said` puts its lines into the person's language."""
    usb = f" [{found.usb}]" if found.usb else ""
    return f"{found.sort:7}{found.node}{usb}  {said(found.says)}\n       {said(probably(found))}"


def probably(found: Found) -> str:
    """Return what a thing may be, as one line."""
    guessed = " or ".join(f"{guess.kind} {guess.model}" for guess in found.guesses) or "not known by its number"
    return f"probably: {guessed}" + (f"; {found.note}" if found.note else "")


def named_stanzas(there: list[Found]) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Yield for each node a stanza of each kind that it may be, the likeliest first, under names that no other has."""
    used: dict[str, int] = {}
    for found in there:
        stanzas = []
        for guess in _first_of_each_kind(found):
            name = NAMES.get(guess.kind, guess.kind)
            used[name] = used.get(name, 0) + 1
            unique = name if used[name] == 1 else f"{name}-{used[name]}"
            stanzas.append((unique, {"kind": guess.kind, "model": guess.model, "address": found.address}))
        if stanzas:
            yield found.node, stanzas


def _first_of_each_kind(found: Found) -> list[Guess]:
    first: dict[str, Guess] = {}
    for guess in found.guesses:
        first.setdefault(guess.kind, guess)
    return list(first.values())


def changes(before: list[Found], after: list[Found]) -> list[Change]:
    """Return what went and what came between two looks."""
    gone = [Change(False, found) for found in before if found not in after]
    return [*gone, *(Change(True, found) for found in after if found not in before)]


def watch(
    there: list[Found],
    look: Callable[[], list[Found]],
    told: Callable[[Change], None],
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Look again and again and tell each change, until `pause` ends it by an exception."""
    while True:
        pause(LOOK_EVERY_S)
        now = look()
        for change in changes(there, now):
            told(change)
        there = now


def tell_change(change: Change, explain: Explain, *, as_json: bool) -> None:
    """Print one change; what came is explained first."""
    found = explain(change.found) if change.came else change.found
    if as_json:
        say_json({"came": change.came, "found": found})
        return
    say_line("plugged in:" if change.came else "pulled out:")
    if change.came:
        tell([found], as_json=False)
    else:
        say(line_of(found, said))


def probed(found: Found) -> Found:
    """Ask a serial port that no number explains; what answers is the first guess."""
    if found.sort != "serial" or found.guesses:
        return found
    try:
        known = [heard for heard in ask_all(found.address, questions()) if heard.says]
    except TransportLost as problem:
        return msgspec.structs.replace(found, note=str(problem))
    guesses = tuple(Guess(heard.kind, heard.model or FIRST_PRINTER, heard.says) for heard in known)
    return msgspec.structs.replace(found, guesses=guesses)


def _as_found(found: Found) -> Found:
    return found
