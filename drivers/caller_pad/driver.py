"""Life of a stand-alone caller pad: keys become intents of the clerk at its counter."""

import time
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from drivers.catalog import Opening
from drivers.key_line import KeyLine, line_of, serve_keys
from drivers.profile import Profile, profile_of
from drivers.supervise import Life, Supervised
from drivers.transport import Transport, open_stream
from hall.domain.ids import CounterId, DeviceName
from hall.ports.caller_pad import CallerIntent, CallerPressed
from hall.ports.status import Status

KEYS = {
    "1": CallerIntent.CALL_NEXT,
    "2": CallerIntent.RECALL,
    "3": CallerIntent.INVITE,
    "4": CallerIntent.PAUSE,
    "5": CallerIntent.NO_SHOW,
}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of one pad."""

    counter: str = "1"
    """Counter at which it stands; left out, the one of its unit."""
    address: Annotated[int, Meta(ge=0, le=255)] = 0
    """Its address; 0 takes whatever answers."""
    baud: int = 0
    """Speed; 0 takes the model's."""
    keys: dict[str, CallerIntent] = msgspec.field(default_factory=lambda: dict(KEYS))
    """Key in the profile's words to what it means."""


class ProfileCallerPad:
    """CallerPad over a line that a profile describes. Such pads have no display: show and beep do nothing."""

    def __init__(self, opening: Opening, profile: Profile, options: Options) -> None:
        self._opening, self._options, self._profile = opening, options, profile
        line = line_of(profile, options.baud)
        # Bound before the thread begins, which uses it.
        self._emit = opening.emit
        self._supervised = Supervised(
            opening.name, lambda: open_stream(opening.address, line), self._serve, opening.emit
        )

    @property
    def name(self) -> DeviceName:
        """Name in the configuration."""
        return self._opening.name

    def status(self) -> Status:
        """Return the last known status; UNKNOWN until a key was pressed."""
        return self._supervised.life.status

    def close(self) -> None:
        """Give the line back."""
        self._supervised.close()

    def show(self, waiting: int | None, ticket: int | None) -> None:
        """Nothing to show on."""

    def beep(self) -> None:
        """Nothing to beep with."""

    def _serve(self, port: Transport, life: Life) -> None:
        line = KeyLine(self._profile, self._options.address)
        serve_keys(line, port, life, self._pressed, time.monotonic)

    def _pressed(self, keys: list[str]) -> str:
        remark = ""
        for key in keys:
            intent = self._options.keys.get(key)
            if intent is None:
                remark = f"key {key} is not in the key map; add it to options.keys, or leave it: nobody is called"
            else:
                self._emit(CallerPressed(self.name, CounterId(self._options.counter), intent))
        return remark


def open_device(opening: Opening, row: dict[str, Any], options: Options) -> ProfileCallerPad:
    """Open the pad; it reconnects by itself until closed."""
    return ProfileCallerPad(opening, profile_of(row), options)
