"""The technician's sub-commands: each module's `add` declares command lines and the functions that carry them out."""

from field.commands import capture, decode, probe, suggest

COMMANDS = (suggest, probe, decode, capture)
