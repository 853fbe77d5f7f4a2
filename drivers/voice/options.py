"""Settings of one voice device."""

from datetime import datetime

import msgspec

from drivers.by_hour import ByHour, problem_of, value_at

LOUDEST = 10
"""Of `volume_by_hour`: the chips' own measure, ``[v10]`` (a SYN6288's 16)."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[devices.voice.options] The first part is for all, then the speech modules', then the sound card's."""

    volume: int = 60
    """0 to 100."""
    volume_by_hour: ByHour = ()
    """From which hour which level, 0 (silent) to 10, e.g. ``[[8, 8], [18, 5], [22, 2]]``; goes before `volume`."""
    speed: int = 60
    """0 to 100; 60 is a calm speaker."""
    baud: int = 0
    """Of a module's line; 0 is the model's own."""
    answers: bool = True
    """False for a module of which only RX is wired: it is told, never heard, and its status is unknown."""
    clip_pack: str = ""
    """Folder of a recorded voice (manifest.json and WAV files); used first, where it has every word."""
    cache_dir: str = ""
    """Where rendered sentences are kept; empty means the user's cache folder."""
    chime: str = ""
    """WAV file before an announcement; empty means the shipped one."""
    realtime: bool = False
    """`sound-file:` only: wait as long as the sound lasts."""
    simulated_speed_up: float = 1.0
    """Of the simulated module only: how much faster than life it speaks."""

    def __post_init__(self) -> None:
        """Refuse a table that contradicts itself; config tells it as a wrong value of the key."""
        if problem := problem_of(self.volume_by_hour, 0, LOUDEST):
            raise ValueError(f"volume_by_hour: {problem}")

    def volume_at(self, now: datetime) -> int:
        """Return the volume of a moment on the hall's wall, 0 to 100; `volume` without a table."""
        level = value_at(self.volume_by_hour, now)
        return self.volume if level is None else level * 100 // LOUDEST
