"""`hall-field profile check FILE.toml CAPTURES.jsonl`: does a described strip, pad or evaluator fit what was captured.

A capture's line is what `capture` writes, or ``{"hex": "...", "direction": "host->display", "decodes_to": {...}}``;
what is known of a frame is compared with what the profile reads in it. 0: all fit. 1: something contradicts, said in
one line each.
"""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from drivers.profile import BadProfile, Profile, load
from drivers.profile_check import Captured, check
from field.commands.say import complain, say_json, say_line

FROM = {"device": "->host", "host": "host->"}


class Line(msgspec.Struct, frozen=True):
    """One line of a file of captures; further keys are nobody's business here."""

    hex: str
    direction: str = ""
    sender: str = msgspec.field(name="from", default="")
    t: float = 0.0
    decodes_to: Any = None


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("profile", help="check the description of a device that nobody knows yet")
    does = parser.add_subparsers(dest="does", required=True)
    checks = does.add_parser("check", help="compare a profile with captured frames")
    checks.add_argument("file", type=Path, metavar="FILE.toml")
    checks.add_argument("captures", type=Path, metavar="CAPTURES.jsonl")
    checks.add_argument("--model", default="", help="which profile, where the file has several")
    checks.add_argument("--json", action="store_true", help="one JSON object per contradiction")
    checks.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Compare and print."""
    try:
        profiles = load(given.file)
        name = given.model or next(iter(profiles), "")
        if not given.model and len(profiles) > 1:
            return complain(f"{given.file} has {', '.join(profiles)}: choose one with --model")
        if name not in profiles:
            return complain(f"{given.file}: no profile {name!r}; it has {', '.join(profiles) or 'none'}")
        frames = read_frames(given.captures, profiles[name])
    except BadProfile as problem:
        _tell(given, {"place": "", "says": str(problem)})
        return 1
    except (OSError, ValueError) as problem:
        return complain(str(problem))
    found = check(profiles[name], frames)
    for contradiction in found:
        _tell(given, contradiction._asdict())
    if not given.json:
        say_line(f"{name}: {len(frames)} frames, " + (f"{len(found)} contradictions" if found else "all fit"))
    return int(bool(found))


def read_frames(path: Path, profile: Profile) -> list[Captured]:
    """Read the frames of a file; pieces of a capture that came without a pause between them belong together.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is no frame; the text names it.

    """
    frames: list[Captured] = []
    before: Line | None = None
    for number, text in enumerate(path.read_bytes().splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
            raw = bytes.fromhex(line.hex)
        except (msgspec.DecodeError, ValueError) as problem:
            raise ValueError(f"{path}, line {number}: {problem}") from problem
        if before is not None and _goes_on(before, line, profile):
            frames[-1] = frames[-1]._replace(raw=frames[-1].raw + raw)
        else:
            frames.append(_frame(f"{path.name} line {number}", raw, line))
        before = line
    if not frames:
        raise ValueError(f"{path}: no frames in it")
    return frames


def _goes_on(before: Line, line: Line, profile: Profile) -> bool:
    return bool(line.sender) and line.sender == before.sender and line.t - before.t < profile.idle_gap_ms / 1000


def _frame(place: str, raw: bytes, line: Line) -> Captured:
    says = line.decodes_to if isinstance(line.decodes_to, dict) else {}
    return Captured(place, raw, line.direction or FROM.get(line.sender, ""), says)


def _tell(given: argparse.Namespace, told: dict[str, str]) -> None:
    if given.json:
        say_json(told)
    else:
        say_line(f"{told['place']}: {told['says']}" if told["place"] else told["says"])
