"""Settings of one voice device."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[devices.voice.options] The first part is for all, then the speech modules', then the sound card's."""

    volume: int = 60
    """0 to 100."""
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
