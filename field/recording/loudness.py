"""What is measured and mended on one take: level, trouble, silence at both ends, loudness without clipping.

Samples are numbers from -1 to 1 of one channel; levels are dBFS. The level of speech is measured over the frames in
which somebody speaks (as EBU R 128 gates), so that a pause inside a word does not make the word louder.
"""

from enum import StrEnum
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

Samples = NDArray[numpy.float64]

FRAME_S = 0.01
FLOOR_DB = -100.0
TARGET_DB = -18.0
"""Of speech; espeak-ng's own is -17.7, so that a hall may mix both."""
PEAK_DB = -1.0
"""True peak: what a converter makes between the samples stays below full scale."""
OVERSAMPLED = 4
GATE_DB = 30.0
"""Frames so far below the loudest are pauses."""
ABOVE_NOISE_DB = 8.0
KEEP_BEFORE_S, KEEP_BEHIND_S = 0.04, 0.08
FADE_S = 0.005
LOOK_AHEAD_S = 0.005
CLIPPED_RUN = 3
"""So many samples in a row at full scale are no accident."""
QUIET_DB = -40.0
SIGNAL_TO_NOISE_DB = 15.0
EDGE_S = 0.03
SHORTEST_S = 0.06


class Trouble(StrEnum):
    """Why a take is no good."""

    NOTHING = "nothing was heard"
    TOO_QUIET = "too quiet: come closer, or turn the microphone up"
    CLIPPED = "clipped: go further away, or turn the microphone down"
    NOISY = "too much noise behind the voice"
    CUT = "the word is cut off at the start or the end"


class Level(NamedTuple):
    """How loud something is, in dBFS."""

    peak_db: float
    rms_db: float


class Speech(NamedTuple):
    """Where somebody speaks: first and last frame, and the level there and in the quiet."""

    first: int
    last: int
    level_db: float
    noise_db: float


def decibel(value: float) -> float:
    """Return an amplitude 0..1 in dBFS, never below the floor."""
    return max(FLOOR_DB, 20 * float(numpy.log10(value))) if value > 0 else FLOOR_DB


def factor(db: float) -> float:
    """Return dB as a factor."""
    return float(10 ** (db / 20))


def level(samples: Samples) -> Level:
    """Return peak and RMS of a block, for a meter."""
    if not len(samples):
        return Level(FLOOR_DB, FLOOR_DB)
    return Level(decibel(float(numpy.abs(samples).max())), decibel(float(numpy.sqrt(numpy.mean(samples**2)))))


def is_clipped(samples: Samples) -> bool:
    """Whether some samples in a row stand at full scale."""
    at_top = (numpy.abs(samples) >= 0.999).astype(numpy.int64)
    return len(at_top) >= CLIPPED_RUN and bool((numpy.convolve(at_top, numpy.ones(CLIPPED_RUN)) >= CLIPPED_RUN).any())


def _frames_db(samples: Samples, rate: int) -> Samples:
    size = max(1, round(FRAME_S * rate))
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    rms = numpy.sqrt(numpy.mean(whole**2, axis=1))
    frames: Samples = 20 * numpy.log10(numpy.maximum(rms, factor(FLOOR_DB)))
    return frames


def speech(samples: Samples, rate: int) -> Speech | None:
    """Return where somebody speaks, or None where nothing stands out from the quiet."""
    frames = _frames_db(samples, rate)
    if not len(frames):
        return None
    noise_db = float(numpy.percentile(frames, 10))
    gate = max(float(frames.max()) - GATE_DB, noise_db + ABOVE_NOISE_DB)
    loud = numpy.flatnonzero(frames >= gate)
    if len(loud) * FRAME_S < SHORTEST_S:
        return None
    power = numpy.mean(10 ** (frames[loud] / 10))
    return Speech(int(loud[0]), int(loud[-1]), float(10 * numpy.log10(power)), noise_db)


def speech_db(samples: Samples, rate: int) -> float:
    """Return the level of the speech alone; of a trimmed word, which has no quiet to compare with, too."""
    frames = _frames_db(samples, rate)
    if not len(frames):
        return FLOOR_DB
    loud = frames[frames >= frames.max() - GATE_DB]
    return float(10 * numpy.log10(numpy.mean(10 ** (loud / 10))))


def trouble(samples: Samples, rate: int) -> Trouble | None:
    """Return why a raw take is no good, the worst reason first, or None."""
    if is_clipped(samples):
        return Trouble.CLIPPED
    spoken = speech(samples, rate)
    if spoken is None:
        return Trouble.NOTHING
    if spoken.level_db < QUIET_DB:
        return Trouble.TOO_QUIET
    edge = round(EDGE_S / FRAME_S)
    if spoken.first < edge or spoken.last >= len(_frames_db(samples, rate)) - edge:
        return Trouble.CUT
    if spoken.level_db - spoken.noise_db < SIGNAL_TO_NOISE_DB:
        return Trouble.NOISY
    return None


def trimmed(samples: Samples, rate: int) -> Samples:
    """Return the word with a little air around it, faded in and out; nothing where nobody speaks."""
    spoken = speech(samples, rate)
    if spoken is None:
        return samples[:0]
    size = max(1, round(FRAME_S * rate))
    first = max(0, spoken.first * size - round(KEEP_BEFORE_S * rate))
    last = min(len(samples), (spoken.last + 1) * size + round(KEEP_BEHIND_S * rate))
    return _faded(samples[first:last], round(FADE_S * rate))


def _faded(samples: Samples, length: int) -> Samples:
    length = min(length, len(samples) // 2)
    ramp = numpy.ones(len(samples))
    ramp[:length] = numpy.linspace(0, 1, length, endpoint=False)
    ramp[len(samples) - length :] = numpy.linspace(1, 0, length)
    return samples * ramp


def between(samples: Samples) -> Samples:
    """Return the curve through the samples at four times their rate (by Fourier transform; for words, not hours)."""
    if len(samples) < 2:
        return samples
    spectrum = numpy.fft.rfft(samples)
    return numpy.fft.irfft(spectrum, len(samples) * OVERSAMPLED) * OVERSAMPLED


def true_peak_db(samples: Samples) -> float:
    """Return the highest point of the curve through the samples."""
    return decibel(float(numpy.abs(between(samples)).max())) if len(samples) else FLOOR_DB


def normalised(samples: Samples, rate: int, target_db: float = TARGET_DB) -> Samples:
    """Return it with its speech at the target; peaks above `PEAK_DB` are turned down for a moment, never cut off."""
    louder = samples * factor(target_db - speech_db(samples, rate))
    held = _limited(louder, rate)
    return held * min(1.0, factor(PEAK_DB - true_peak_db(held)))


def _limited(samples: Samples, rate: int) -> Samples:
    """Turn down around each peak, smoothly: the gain's minimum within 5 ms, averaged over as long."""
    curve = numpy.abs(between(samples))[: len(samples) * OVERSAMPLED]
    peaks = numpy.maximum(curve.reshape(-1, OVERSAMPLED).max(axis=1), numpy.abs(samples))
    gain = numpy.minimum(1.0, factor(PEAK_DB) / numpy.maximum(peaks, 1e-9))
    if (gain == 1.0).all():
        return samples
    width = 2 * round(LOOK_AHEAD_S * rate) + 1
    least = numpy.lib.stride_tricks.sliding_window_view(_widened(gain, width), width).min(axis=1)
    return samples * numpy.convolve(
        _widened(least, width), numpy.hanning(width + 2)[1:-1] / _hanning_sum(width), "valid"
    )


def _widened(values: Samples, width: int) -> Samples:
    return numpy.pad(values, width // 2, mode="edge")


def _hanning_sum(width: int) -> float:
    return float(numpy.hanning(width + 2).sum())
