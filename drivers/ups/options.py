"""Settings of a supply."""

from typing import Annotated

import msgspec
from msgspec import Meta


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one supply as a NUT server knows it."""

    ups: Annotated[str, Meta(pattern=r"^[\w.@-]*$")] = ""
    """Its name in ups.conf of the NUT server; empty takes the only one there."""
    username: Annotated[str, Meta(pattern=r"^[\w.@-]*$")] = ""
    """User of upsd.users; reading needs none. With one, this program is counted among the supply's clients."""
    password: str = ""
    """Password of that user; goes over the network as plain text, so keep to this machine."""
    poll_s: Annotated[float, Meta(ge=0.1, le=5.0)] = 1.0
    """How often it is asked."""
    low_percent: Annotated[int, Meta(ge=0, le=99)] = 0
    """A battery below this counts as nearly empty, whatever the supply says; 0 leaves it to the supply."""
    low_runtime_s: Annotated[int, Meta(ge=0)] = 0
    """The same for the runtime that the supply estimates; 0 leaves it to the supply."""
