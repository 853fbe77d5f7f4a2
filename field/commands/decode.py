"""`hall-field decode` and `encode`: bytes of a line in words, and back.

hall-field decode --family F [--model M] [--direction D] [--after HEX] HEX ...
hall-field encode --family F [--model M] [--direction D] JSON

`decode` prints one JSON object per frame or event; what cannot be read comes as ``{"error": ...}`` and is no failure
of the program. `--after` are the bytes that the host had sent before, for answers that do not say what they answer.
"""

import argparse
import sys
from typing import Any

import msgspec

from drivers import vocabulary
from drivers.catalog import UnknownModel
from drivers.vocabulary import ID_NUMBER, Ask
from field.commands.say import complain, say_json

Parsers = Any
"""What argparse's add_subparsers returns; its type has no public name."""
_BLANKS = str.maketrans("", "", " :-\t\r\n")


def add(acts: Parsers) -> None:
    """Declare both commands."""
    decode = acts.add_parser("decode", help="say what bytes mean")
    encode = acts.add_parser("encode", help="make the bytes of a described frame")
    for parser, act in ((decode, run_decode), (encode, run_encode)):
        parser.add_argument("--family", required=True, help="folder or short name, e.g. id_card or idcard")
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
        found = vocabulary.decode(given.family, raw, ask)
    except UnknownModel as problem:
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
        raw = vocabulary.encode(given.family, fields, Ask(given.model, given.direction))
    except ValueError as problem:
        return complain(str(problem))
    sys.stdout.write(raw.hex().upper() + "\n")
    return 0


def _words(given: list[str]) -> str:
    return sys.stdin.read() if given == ["-"] else " ".join(given)


def _bytes(text: str, given: argparse.Namespace) -> bytes:
    """Read hex; an identity number is also understood as it is printed."""
    plain = text.translate(_BLANKS)
    if given.model.casefold() == ID_NUMBER.casefold() and len(plain) == 18:
        return plain.encode("ascii", "replace")
    return bytes.fromhex(plain)
