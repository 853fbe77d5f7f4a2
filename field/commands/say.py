"""What the commands print: plain lines for people in their language, JSON lines for programs, one line of complaint.

Lines are written in English; `said` puts them into the language of the terminal when they are printed. JSON keeps
the English line, which programs and bug reports read, and has the Chinese beside it for a Chinese terminal.
"""

import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any
from unicodedata import east_asian_width

import msgspec

from hall.words.lines import CHINESE, line_in

BAD_COMMAND_LINE = 2
ENGLISH = "en"
LANGUAGES = (CHINESE, ENGLISH)
_SPOKEN: ContextVar[str] = ContextVar("spoken", default=ENGLISH)
"""The language of this terminal."""


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language of a terminal by its locale, as POSIX looks it up; any but Chinese is read as English.

    The kernel's own console has no Chinese signs, whatever the locale says.
    """
    if environment.get("TERM") == "linux":
        return ENGLISH
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return CHINESE if next(filter(None, names), "").lower().startswith("zh") else ENGLISH


def speak(language: str) -> None:
    """Print in this language from now on; in English where the output cannot hold Chinese signs."""
    _SPOKEN.set(language if language != CHINESE or _holds_chinese() else ENGLISH)


def _holds_chinese() -> bool:
    try:
        "正常".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def spoken() -> str:
    """Return the language that is printed."""
    return _SPOKEN.get()


def said(line: str) -> str:
    """Return an English line in the language of the terminal; blanks around it stay."""
    bare = line.strip()
    return line.replace(bare, line_in(spoken(), bare), 1)


def column(word: str, width: int) -> str:
    """Return a word in the language of the terminal, filled up to a column; a Chinese sign takes two places."""
    text = said(word)
    return text + " " * (width - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))


def say(text: str) -> None:
    """Print something for a person as it is."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_line(line: str) -> None:
    """Print an English line in the language of the terminal."""
    say(said(line))


def say_json(value: Any) -> None:
    """Print one JSON value on a line of its own."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def say_struct(value: msgspec.Struct, *lines: str) -> None:
    """Print a structure as JSON; on a Chinese terminal the named lines of it stand in Chinese under `zh`."""
    told = msgspec.to_builtins(value)
    if spoken() == CHINESE:
        told["zh"] = {name: said(told[name]) for name in lines if told.get(name)}
    say_json(told)


def complain(text: str) -> int:
    """Tell what was wrong with the command line; return the exit status for that."""
    sys.stderr.write(f"hall-field: {said(text)}\n")
    return BAD_COMMAND_LINE
