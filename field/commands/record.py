"""`hall-field record --pack DIR` records a voice, about 60 prompts; `hall-field record --check DIR` measures one.

Each prompt is shown, counted down, recorded by `arecord` (or taken from a folder: ``--device sound-file:/folder``) and
judged; then it is kept (trimmed and brought to one loudness), recorded again, played, skipped, or the one before is
done again. The same command goes on where the last one stopped. 0: the pack is whole and even. 1: not yet.
"""

import argparse
import sys
import threading
import time
from array import array
from pathlib import Path
from typing import Any

import msgspec
import numpy

from config.hall import HallConfig
from config.load import ConfigError
from drivers.transport.base import TransportLost
from drivers.voice.prompts import Prompt, prompts
from drivers.voice.sound import Sound, wav_bytes
from drivers.voice.sound_port import open_sound
from field.commands.say import complain, said, say, say_json, say_line
from field.examine.files import load_any
from field.recording.checked import Checked, check_pack
from field.recording.loudness import Samples
from field.recording.session import Identity, NotThisPack, Session, identity_of
from field.recording.source import open_source
from field.recording.studio import Room, Studio, line_over


def add(acts: Any) -> None:
    """Declare the command."""
    parser = acts.add_parser("record", help="record a voice for announcements, or check a recorded one")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--pack", type=Path, metavar="DIR", help="record into this folder, or go on there")
    what.add_argument("--check", type=Path, metavar="DIR", help="measure a finished pack")
    parser.add_argument("--device", default="default", help="default, hw:1, ... or sound-file:/folder of WAV files")
    parser.add_argument("--lang", choices=("zh", "en"), default=None)
    parser.add_argument("--name", default="", help="of the pack")
    parser.add_argument("--speaker", default="", help="who speaks")
    parser.add_argument("--licence", default="", help="what the speaker allows, e.g. 'this hall only'")
    parser.add_argument("--hall", type=Path, metavar="FILE", help="hall.toml: names of counters that are no numbers")
    parser.add_argument("--redo", action="append", default=[], metavar="WORD", help="record this one again")
    parser.add_argument("--list", action="store_true", help="print the prompts and their files, record nothing")
    parser.add_argument("--yes", action="store_true", help="keep every good take without asking")
    parser.add_argument("--play", default="sound:default", metavar="ADDRESS", help="where takes are played")
    parser.add_argument("--countdown", type=int, default=3, metavar="S")
    parser.add_argument("--json", action="store_true", help="the check as one JSON object")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Record or check."""
    try:
        if given.check is not None:
            return _tell(check_pack(given.check, _names(given, identity_of(given.check))), as_json=given.json)
        return _record(given)
    except (ConfigError, NotThisPack) as problem:
        return complain(str(problem))


def _record(given: argparse.Namespace) -> int:
    begun = identity_of(given.pack)
    identity = _identity(given, begun)
    listed = prompts(identity.lang, identity.names)
    if given.list:
        for prompt in listed:
            say(f"{prompt.file}\t{prompt.shown}{'' if prompt.needed else '  (optional)'}")
        return 0
    if not (identity.speaker and identity.licence):
        return complain("--speaker and --licence are needed for a new pack: whose voice it is, and what they allow")
    session = Session(given.pack, identity, listed)
    wanted = [_numbered(listed, word) for word in given.redo] or session.open_prompts()
    if None in wanted:
        return complain(f"no such prompt among {given.redo}; --list prints them")
    studio = Studio(session, _room(given))
    numbers = [number for number in wanted if number is not None]
    studio.run_alone(numbers) if given.yes else studio.run(numbers)
    return _finished(session, as_json=given.json)


def _finished(session: Session, *, as_json: bool) -> int:
    if session.write_manifest() is None:
        left = " ".join(prompt.shown for prompt in session.missing())
        say_line(f"not whole yet, still needed: {left}")
        return 1
    return _tell(check_pack(session.folder, session.identity.names), as_json=as_json)


def _numbered(listed: tuple[Prompt, ...], word: str) -> int | None:
    return next((number for number, one in enumerate(listed) if word in (*one.words, one.shown, one.file)), None)


def _identity(given: argparse.Namespace, begun: Identity | None) -> Identity:
    """Return whose voice it is: of the command line, else as begun."""
    old = begun or Identity("", "", "", "zh")
    lang = given.lang or old.lang
    return Identity(
        given.name or old.name or given.pack.resolve().name,
        given.speaker or old.speaker,
        given.licence or old.licence,
        lang,
        _names(given, begun, lang),
    )


def _names(given: argparse.Namespace, begun: Identity | None, lang: str = "") -> tuple[str, ...]:
    """Return the counters of the hall that are called by a name.

    Raises:
        ConfigError: the file is no hall's.

    """
    if given.hall is None:
        return begun.names if begun is not None else ()
    config = load_any(given.hall)
    if not isinstance(config, HallConfig):
        raise ConfigError(f"{given.hall}: a unit has no counters; name the hall's file")
    language = lang or (begun.lang if begun is not None else "zh")
    named = [counter for counter in config.counters if not counter.id.isdecimal()]
    return tuple(counter.names.get(language) or counter.id for counter in named)


def _room(given: argparse.Namespace) -> Room:
    def play(samples: Samples, rate: int) -> str:
        return played(samples, rate, given.play)

    return Room(open_source(given.device), say_line, line_over, _asked, play, time.sleep, max(0, given.countdown))


def _asked(question: str) -> str:
    sys.stdout.write(said(question))
    sys.stdout.flush()
    return sys.stdin.readline() or "q"


def played(samples: Samples, rate: int, address: str) -> str:
    """Play a take; return why it could not be heard, or nothing."""
    whole = numpy.clip(numpy.round(samples * 32767), -32767, 32767).astype("<i2")
    sound = Sound(rate, array("h", whole.tobytes()))
    try:
        port = open_sound(address, realtime=False)
        try:
            port.play(wav_bytes(sound), sound.seconds, threading.Event())
        finally:
            port.close()
    except TransportLost as problem:
        return str(problem)
    return ""


def _tell(checked: Checked, *, as_json: bool) -> int:
    if as_json:
        say_json({"ok": checked.ok, **msgspec.to_builtins(checked)})
        return int(not checked.ok)
    seconds = sum(clip.seconds for clip in checked.clips)
    say_line(
        f"{checked.pack}: {len(checked.clips)} clips, {seconds:.0f} s, {checked.lang}, {checked.level_db:.1f} dBFS"
    )
    for finding in checked.findings:
        say_line(f"  {finding}")
    say_line("whole and even" if checked.ok else f"{len(checked.findings)} findings")
    return int(not checked.ok)
