"""Settings of one IC-card reader."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[devices.smart_card.options]."""

    reader: str = ""
    """Name, or part of it, as `suggest` shows; empty takes the one of the address, else the first that is no SAM."""
    read_files: bool = True
    """Read what a social-security card tells without keys; off tells only that it is one."""
