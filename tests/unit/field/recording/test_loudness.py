"""Levels, trouble, trimming, and loudness without clipping."""

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.recording import loudness
from field.recording.loudness import Trouble
from tests.unit.field.recording.spoken import RATE, word


def test_a_meter_reads_what_is_there() -> None:
    tone = 0.5 * numpy.sin(2 * numpy.pi * 441 * numpy.arange(RATE) / RATE)
    peak_db, rms_db = loudness.level(tone)
    assert peak_db == pytest.approx(-6.02, abs=0.02)
    assert rms_db == pytest.approx(-9.03, abs=0.02)
    assert loudness.level(numpy.zeros(0)) == loudness.level(numpy.zeros(9)) == (-100, -100)


@pytest.mark.parametrize(
    ("take", "trouble"),
    [
        (word("good"), None),
        (word("soft but good", peak=0.06), None),
        (word("quiet", peak=0.01, noise=0.00005), Trouble.TOO_QUIET),
        (numpy.clip(word("shouted", peak=1.6), -1, 1), Trouble.CLIPPED),
        (word("nobody", peak=0.0), Trouble.NOTHING),
        (numpy.zeros(RATE), Trouble.NOTHING),
        (numpy.zeros(0), Trouble.NOTHING),
        (word("fan", peak=0.2, noise=0.02), Trouble.NOISY),
        (word("early", lead_s=0.0), Trouble.CUT),
        (word("late", tail_s=0.0), Trouble.CUT),
    ],
)
def test_a_bad_take_is_told(take: loudness.Samples, trouble: Trouble | None) -> None:
    assert loudness.trouble(take, RATE) == trouble


def test_one_full_sample_is_no_clipping() -> None:
    take = word("click")
    take[9000] = 1.0
    assert not loudness.is_clipped(take)
    take[9000:9003] = -1.0
    assert loudness.is_clipped(take)


def test_silence_goes_and_the_word_stays() -> None:
    take = word("word", lead_s=0.7, tail_s=0.9, length_s=0.5)
    kept = loudness.trimmed(take, RATE)
    assert 0.5 <= len(kept) / RATE <= 0.7
    start = int(numpy.argmax(numpy.correlate(take, kept[2000:9000], "valid"))) - 2000
    assert start / RATE == pytest.approx(0.7 - loudness.KEEP_BEFORE_S, abs=0.03)
    assert abs(kept[0]) < 1e-4
    assert abs(kept[-1]) < 1e-4
    assert len(loudness.trimmed(numpy.zeros(RATE), RATE)) == 0


@pytest.mark.parametrize("peak", [0.03, 0.3, 0.95])
def test_words_come_to_one_loudness(peak: float) -> None:
    done = loudness.normalised(loudness.trimmed(word("word", peak=peak, noise=0.0), RATE), RATE)
    assert loudness.speech_db(done, RATE) == pytest.approx(loudness.TARGET_DB, abs=0.5)
    assert loudness.true_peak_db(done) <= loudness.PEAK_DB + 0.05


def test_a_plosive_is_turned_down_and_not_cut_off() -> None:
    take = word("plosive", peak=0.1, noise=0.0)
    burst = round(0.45 * RATE)
    take[burst : burst + 60] += 0.85 * numpy.hanning(60) * numpy.sin(numpy.arange(60))
    done = loudness.normalised(loudness.trimmed(take, RATE), RATE)
    assert loudness.true_peak_db(done) <= loudness.PEAK_DB + 0.05
    assert not loudness.is_clipped(done)
    assert loudness.speech_db(done, RATE) > loudness.TARGET_DB - 3
    flat = numpy.count_nonzero(numpy.abs(done) > numpy.abs(done).max() * 0.9995)
    assert flat <= 2, "a peak that was cut off is flat"


def test_the_true_peak_lies_between_the_samples() -> None:
    """A tone at a quarter of the rate, caught 45 degrees beside its tops, reads 3 dB too low from its samples."""
    tone = numpy.sin(numpy.pi / 2 * numpy.arange(400) + numpy.pi / 4)
    assert loudness.level(tone).peak_db == pytest.approx(-3.01, abs=0.01)
    assert loudness.true_peak_db(tone) == pytest.approx(0.0, abs=0.1)


@given(st.lists(st.floats(-1, 1), max_size=400), st.sampled_from([8000, 22050]))
def test_nothing_that_was_recorded_raises_or_clips(values: list[float], rate: int) -> None:
    take = numpy.array(values, dtype=numpy.float64)
    loudness.trouble(take, rate)
    done = loudness.normalised(loudness.trimmed(take, rate), rate)
    assert loudness.true_peak_db(done) <= 0
