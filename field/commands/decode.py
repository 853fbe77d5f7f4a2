"""`hall-field decode` and `encode`: bytes of a line in words, and back.

hall-field decode --family F [--model M] [--direction D] [--after HEX] HEX ...
hall-field encode --family F [--model M] [--direction D] JSON
hall-field decode --profile FILE.toml [--direction D] HEX ...        likewise encode

`decode` prints one JSON object per frame or event; what cannot be read comes as ``{"error": ...}`` and is no failure
of the program. With a profile of one's own no family is needed. `--after` are the bytes that the host had sent
before, for answers that do not say what they answer.
"""

import argparse
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from drivers import profile_vocabulary, vocabulary
from drivers.catalog import UnknownModel
from drivers.profile import BadProfile, Profile, load
from drivers.vocabulary import ID_NUMBER, Ask
from field.commands.say import complain, say_json

Parsers = Any
"""What argparse's add_subparsers returns; its type has no public name."""
_PRINTED_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}", re.ASCII)
"""Of 18 or 15 characters: too short for a frame of an ID-card reader in hex."""
_BLANKS = str.maketrans("", "", " :-\t\r\n")


def add(acts: Parsers) -> None:
    """Declare both commands."""
    decode = acts.add_parser("decode", help="say what bytes mean")
    encode = acts.add_parser("encode", help="make the bytes of a described frame")
    for parser, act in ((decode, run_decode), (encode, run_encode)):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--family", default="", help="folder or short name, e.g. id_card or idcard")
        which.add_argument("--profile", type=Path, metavar="FILE.toml", help="a description of one's own")
        parser.add_argument("--model", default="", help="row of the catalogue, its label, or the device's word")
        parser.add_argument("--direction", default="", help="e.g. 'reader->host'; guessed where it is not said")
        parser.set_defaults(run=act)
    decode.add_argument("--after", metavar="HEX", default="", help="what the host had sent before")
    decode.add_argument("hex", metavar="HEX", nargs="+", help="bytes in hex, blanks allowed; - reads them")
    encode.add_argument("json", metavar="JSON", help="an object as decode prints it; - reads it")


def run_decode(given: argparse.Namespace) -> int:
    """Print one object per frame or event."""
    try:
        raw = _bytes(_words(given.hex), given)
        ask = Ask(given.model, given.direction, bytes.fromhex(given.after.translate(_BLANKS)))
        if given.profile:
            found = profile_vocabulary.decode(raw, given.direction, _profiles(given))
        else:
            found = vocabulary.decode(given.family, raw, ask)
    except (UnknownModel, BadProfile) as problem:
        return complain(str(problem))
    except ValueError as problem:
        return complain(f"not bytes in hex: {problem}")
    for described in found:
        say_json(described)
    return 0


def run_encode(given: argparse.Namespace) -> int:
    """Print the bytes of a described frame in hex."""
    text = sys.stdin.read() if given.json == "-" else given.json
    try:
        described = msgspec.json.decode(text)
    except msgspec.DecodeError as problem:
        return complain(f"not JSON: {problem}")
    fields = {"meaning": described} if isinstance(described, str) else described
    if not isinstance(fields, dict):
        return complain("JSON must be an object as decode prints it")
    try:
        if given.profile:
            raw = profile_vocabulary.encode(fields, given.direction, _profiles(given))
        else:
            raw = vocabulary.encode(given.family, fields, Ask(given.model, given.direction))
    except (ValueError, TypeError) as problem:
        return complain(str(problem))
    sys.stdout.write(raw.hex().upper() + "\n")
    return 0


def _profiles(given: argparse.Namespace) -> dict[str, Profile]:
    """Read the file's profiles, all or the one named by `--model`.

    Raises:
        BadProfile: the file is wrong or has no such profile.

    """
    try:
        found = load(given.profile)
    except OSError as problem:
        raise BadProfile(f"{given.profile}: {problem.strerror}") from problem
    wanted = {name: profile for name, profile in found.items() if given.model in ("", name)}
    if not wanted:
        raise BadProfile(f"{given.profile}: no profile {given.model!r}; it has {', '.join(found) or 'none'}")
    return wanted


def _words(given: list[str]) -> str:
    return sys.stdin.read() if given == ["-"] else " ".join(given)


def _bytes(text: str, given: argparse.Namespace) -> bytes:
    """Read hex; an identity number is also understood as it is printed."""
    plain = text.translate(_BLANKS)
    if given.model.casefold() == ID_NUMBER.casefold():
        return _number(plain)
    if not given.model and given.family.casefold() in ("idcard", "id_card") and _PRINTED_NUMBER.fullmatch(plain):
        return plain.encode("ascii")
    return bytes.fromhex(plain)


def _number(plain: str) -> bytes:
    """Return a number's characters: it is given as it is printed, or as the hex of that."""
    with suppress(ValueError):
        raw = bytes.fromhex(plain)
        if _PRINTED_NUMBER.fullmatch(raw.decode("ascii", "replace")):
            return raw
    return plain.encode("ascii", "replace")
