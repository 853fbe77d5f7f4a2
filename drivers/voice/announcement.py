"""From an announcement to one sound: recorded clips, else espeak-ng, and the chime in front."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import structlog

from drivers.voice import chime
from drivers.voice.clip_pack import BadPack, ClipPack, load_packs
from drivers.voice.espeak import default_cache, render
from drivers.voice.options import Options
from drivers.voice.sound import CannotSay, NoSound, Sound, amplified, joined, read_wav, silence
from hall.ports.voice import Announcement
from hall.words.assets import asset

AFTER_CHIME_S = 0.15
BETWEEN_S = 0.5
"""Between languages and between repeats."""
FULL_VOLUME = 1.6
"""Factor at volume 100; espeak-ng's own loudness is RMS 0.13, and 60 leaves it nearly alone."""

log = structlog.get_logger("drivers")


class Speaker:
    """Makes the sound of announcements, as loud as the hour wants it. Not for two threads at once."""

    def __init__(self, options: Options, now: Callable[[], datetime] = datetime.now) -> None:
        self._options, self._now = options, now
        self._cache = Path(options.cache_dir) if options.cache_dir else default_cache()
        self._packs = _packs_of(options)

    def sound(self, announcement: Announcement) -> Sound:
        """Return chime, sentences and repeats as one sound.

        Without a working voice the chime alone is returned: people look up at the screen.

        Raises:
            CannotSay: no voice, and no chime wanted either.

        """
        gong = [self._chime(), silence(AFTER_CHIME_S, chime.RATE)] if announcement.chime else []
        try:
            once = [self._sentence(text, lang) for lang, text in announcement.texts]
        except CannotSay as problem:
            if not gong:
                raise
            log.warning("voice fell back to the chime", reason=str(problem))
            return self._louder(joined(gong, chime.RATE))
        spaced = [part for _ in range(max(1, announcement.repeats)) for part in _spaced(once)]
        return self._louder(joined(gong + spaced, chime.RATE))

    def prepare(self, announcement: Announcement) -> None:
        """Render what will be said soon, so that it starts at once.

        Raises:
            CannotSay: no voice.

        """
        for lang, text in announcement.texts:
            self._sentence(text, lang)

    def _sentence(self, text: str, lang: str) -> Sound:
        recorded = (pack.sound(text, lang) for pack in self._packs)
        return next(filter(None, recorded), None) or render(text, lang, self._options.speed, self._cache)

    def _chime(self) -> Sound:
        recorded = next((pack.chime for pack in self._packs if pack.chime), None)
        if recorded and not self._options.chime:
            return recorded
        return _chime_from(self._options.chime or str(asset("sounds/chime.wav")))

    def _louder(self, sound: Sound) -> Sound:
        return amplified(sound, FULL_VOLUME * self._options.volume_at(self._now()) / 100)


def _spaced(sentences: list[Sound]) -> list[Sound]:
    return [part for sentence in sentences for part in (sentence, silence(BETWEEN_S, sentence.rate))]


@cache
def _chime_from(path: str) -> Sound:
    try:
        return read_wav(Path(path))
    except NoSound as problem:
        log.warning("chime file not usable, computing the shipped one", reason=str(problem))
        return chime.chime()


def _packs_of(options: Options) -> tuple[ClipPack, ...]:
    if not options.clip_pack:
        return ()
    try:
        return load_packs(Path(options.clip_pack))
    except BadPack as problem:
        log.warning("recorded voice not usable, using espeak-ng", reason=str(problem))
        return ()
