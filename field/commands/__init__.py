"""The technician's sub-commands: each module's `add` declares command lines and the functions that carry them out."""

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
