"""The hall's voice (语音呼叫): a speech module on a cable, or the sound card."""

from typing import Protocol

import msgspec

from hall.ports.status import Device, Status


class Announcement(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to say. `texts` maps a language tag (``zh``, ``en``) to a sentence, spoken in this order."""

    texts: tuple[tuple[str, str], ...]
    chime: bool = True
    repeats: int = 2


class Spoken(msgspec.Struct, frozen=True, tag="spoken"):
    """It was said to the end."""

    seconds: float


class NotSpoken(msgspec.Struct, frozen=True, tag="not_spoken"):
    """It was not said, or not to the end."""

    status: Status


class VoiceCaller(Device, Protocol):
    """Says one announcement at a time. `say` blocks until the last sound: call it from the voice queue's thread."""

    def say(self, announcement: Announcement) -> Spoken | NotSpoken: ...

    def stop(self) -> None:
        """Cut what is being said; `say` returns NotSpoken."""
