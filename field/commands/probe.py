"""`hall-field probe`: ask an unknown line safe questions and say what answers.

hall-field probe --address A [--family F] [--model M] [--json]
"""

import argparse
from typing import Any

from drivers.catalog import UnknownModel
from drivers.device_words import folder_of
from drivers.probe import Heard, ask_all, questions
from drivers.transport import TransportLost
from field.commands.say import complain, say_json, say_line, say_struct

NOTHING = (
    "Nothing answered. Strips of profiles, pads and scanners never answer by themselves: "
    "run hall-field capture on this address and press a key or hold a code up."
)
OTHER_BAUD = "Something was heard that is no answer: perhaps another speed, or another kind of device."


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("probe", help="ask an unknown line safe questions")
    parser.add_argument("--address", required=True, help="e.g. serial:/dev/ttyUSB0, usb:0416:5011, tcp:HOST:9100")
    parser.add_argument("--family", default="", help="ask only this family's question")
    parser.add_argument("--model", default="", help="at this model's speed")
    parser.add_argument("--json", action="store_true", help="one JSON object per question")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Ask; 0 when something answered, 1 when nothing did or the line cannot be opened."""
    try:
        asked = questions(folder_of(given.family) if given.family else "", given.model)
    except UnknownModel as problem:
        return complain(str(problem))
    if not asked:
        say_line(f"{given.family} devices answer no question. {NOTHING}")
        return 1
    told: list[Heard] = []
    try:
        for heard in ask_all(given.address, asked):
            told.append(heard)
            _tell(heard, as_json=given.json)
    except TransportLost as problem:
        if given.json:
            say_json({"error": str(problem)})
        else:
            say_line(str(problem))
        return 1
    if not any(heard.says for heard in told):
        if not given.json:
            say_line(OTHER_BAUD if any(heard.heard for heard in told) else NOTHING)
        return 1
    return 0


def _tell(heard: Heard, *, as_json: bool) -> None:
    if as_json:
        say_struct(heard, "says")
    elif heard.says:
        at = f" at {heard.baud} baud" if heard.baud else ""
        model = f" (model {heard.model} or a kin)" if heard.model else ""
        say_line(f"{heard.kind}{at}: {heard.says}{model}")
