"""The technician's sub-commands: each module's `add` declares command lines and the functions that carry them out."""

import argparse
from typing import Any

from field.commands import (
    bundle,
    capture,
    check_config,
    decode,
    doctor,
    enrol,
    guard,
    probe,
    profile,
    record,
    replace,
    report,
    selftest,
    suggest,
    touch,
)
from field.commands.say import LANGUAGES

COMMANDS = (
    suggest,
    probe,
    selftest,
    decode,
    capture,
    profile,
    check_config,
    doctor,
    enrol,
    replace,
    record,
    report,
    bundle,
    guard,
    touch,
)


def declare(parser: argparse.ArgumentParser, acts: Any) -> None:
    """Declare every command, and the language of what they print; ``--lang`` may stand before or behind the command."""
    for command in COMMANDS:
        command.add(acts)
    _language(parser, default="")
    for name, act in acts.choices.items():
        if name != "record":  # its --lang is the language that is recorded
            _language(act, default=argparse.SUPPRESS)


def _language(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--lang", dest="language", choices=LANGUAGES, default=default, help="language of the output; else the locale's"
    )
