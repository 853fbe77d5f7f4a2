"""A million damaged bytes through every decoder: nothing raised, little held, and the next good frame understood."""

import pytest

from drivers import catalog
from tests.fuzz import coverage
from tests.fuzz.__main__ import main
from tests.fuzz.coverage import cut, row_of, try_one
from tests.fuzz.volume import SUBJECTS, measure

BYTES = 1_000_000
MOST_HELD = 300_000
"""A printer's picture may be a quarter of a megabyte; whatever else is held is a few kilobytes."""
WITHOUT_OWN = {"rating_pad", "caller_pad"}
"""Families whose frames are profiles or the ff68 bus's."""


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_million_damaged_bytes(name: str) -> None:
    make, golden = SUBJECTS[name]
    row = measure(name, make, golden, BYTES)
    assert row.trouble == ""
    assert row.size >= BYTES
    assert row.held <= MOST_HELD
    assert row.good > 100, "the mutator must leave whole frames, or nothing is shown"
    assert row.in_step


def test_every_family_has_a_decoder_under_fuzz() -> None:
    fuzzed = {name.partition(".")[0] for name in SUBJECTS}
    assert set(catalog.FAMILIES) - WITHOUT_OWN <= fuzzed


def test_every_shipped_profile_is_under_fuzz() -> None:
    profiles = {name for kind in catalog.FAMILIES for name, row in catalog.models(kind).items() if "profile" in row}
    assert {f"profile {name}" for name in profiles} <= set(SUBJECTS)


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_the_guided_run_tries_holds_for_the_good_frames(name: str) -> None:
    for frame in SUBJECTS[name][1]:
        try_one(name, b"\x00" + frame)
        try_one(name, b"\x03" + frame)


def test_an_input_is_cut_where_its_first_byte_says() -> None:
    assert list(cut(b"\x00abc")) == [b"abc"]
    assert list(cut(b"\x02abc")) == [b"ab", b"c"]
    assert list(cut(b"")) == [b""]


def test_the_guided_runs_words_become_a_row() -> None:
    told = "#8\tpulse  cov: 41 ft: 46 corp: 2/7b\n#5092\tDONE   cov: 59 ft: 94 corp: 8/166b lim: 67\n"
    assert row_of("x", told, 0) == ("x", 5092, 59, 94, 8, "")
    crashed = row_of("x", told + "==1== ERROR: libFuzzer: fuzz target exited\nValueError: no\n", 77)
    assert crashed.crash == "ValueError: no"
    assert row_of("x", "", 1).crash == "it said nothing"


def test_the_menu_line_runs_a_decoder_and_says_what_the_guided_form_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--megabytes", "0.01", "--only", "ff68"]) == 0
    assert "| ff68.Decoder | 10,0" in capsys.readouterr().out
    monkeypatch.setattr(coverage, "find_spec", lambda _name: None)
    assert main(["--atheris", "5"]) == 2
    assert "pip install atheris" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "found"),
    [("ticket_printer.RealTimeScanner", "0008 0000 0000 AA55 0010 05"), ("inputs.Ch340Decoder", "0009 A060")],
)
def test_what_the_guided_run_once_took_for_out_of_step(name: str, found: str) -> None:
    """Damage that becomes a frame of its own with the bytes behind it; the good one is still the last."""
    try_one(name, bytes.fromhex(found))
