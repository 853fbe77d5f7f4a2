"""The far end of a stand-alone caller pad."""

from typing import Any

from drivers.caller_pad.driver import Options
from drivers.far_end import FarEnd
from drivers.key_line import SimulatedPad
from drivers.profile import profile_of


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the pad of a model."""
    return SimulatedPad(profile_of(row), options.address)
