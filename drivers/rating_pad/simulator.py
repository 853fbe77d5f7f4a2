"""The far end of a stand-alone evaluator."""

from typing import Any

from drivers.far_end import FarEnd
from drivers.key_line import SimulatedPad
from drivers.profile import profile_of
from drivers.rating_pad.driver import Options


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the pad of a model."""
    return SimulatedPad(profile_of(row), options.address)
