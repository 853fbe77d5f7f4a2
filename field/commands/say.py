"""What the commands print: plain lines for people, JSON lines for programs, one line of complaint."""

import sys
from typing import Any

import msgspec

BAD_COMMAND_LINE = 2


def say(text: str) -> None:
    """Print a line for a person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    """Print one JSON value on a line of its own."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def complain(text: str) -> int:
    """Tell what was wrong with the command line; return the exit status for that."""
    sys.stderr.write(f"hall-field: {text}\n")
    return BAD_COMMAND_LINE
