"""What scanimage says: options, progress, troubles, and what a device is told in its own words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.page_scanner.protocol import (
    LONGEST_LINE,
    TROUBLES,
    Allowed,
    Arguments,
    Choice,
    ErrorLines,
    Failed,
    Progress,
    Refusal,
    Rounded,
    Span,
    Wanted,
    arguments_for,
    devices_of,
    event_of,
    options_of,
    trouble_of,
    usb_node,
)
from hall.ports.status import StatusWord

AIRSCAN = """
All options specific to device `airscan:escl:it:http://127.0.0.1:1/eSCL/':
  Standard:
    --resolution 75|100|200|300|600dpi [300]
        Sets the resolution of the scanned image.
    --mode Color|Gray [Color]
    --source Flatbed|ADF|ADF Duplex [Flatbed]
  Geometry:
    -l 0..215.9mm [0]
    -x 0..215.9mm [215.9]
        Width of scan-area.
    -y 0..297.011mm [297.011]
    --negative[=(yes|no)] [no]
    --adf-justification-x <string> [inactive]
"""
TEST = """
    --mode Gray|Color [Gray]
    --resolution 1..1200dpi (in steps of 1) [50]
    --source Flatbed|Automatic Document Feeder [Flatbed]
    -x 0..200mm (in steps of 1) [80]
    -y 0..200mm (in steps of 1) [100]
"""
GLASS = Wanted(feeder=False, duplex=False, dpi=300, colour="colour", width_mm=210, height_mm=297)
FEEDER = GLASS._replace(feeder=True)
BOTH = FEEDER._replace(duplex=True)


def test_the_list_of_options_is_read() -> None:
    found = options_of(AIRSCAN)
    assert found["resolution"] == Choice(("75", "100", "200", "300", "600dpi"))
    assert found["source"] == Choice(("Flatbed", "ADF", "ADF Duplex"))
    assert found["x"] == Span(0, 215.9, "mm")
    assert found["negative"] == Choice(("yes", "no"))
    assert "adf-justification-x" not in found, "what is inactive cannot be set"
    assert options_of(TEST)["resolution"] == Span(1, 1200, "dpi")


def test_a_page_of_the_glass_is_asked_for_in_the_devices_words() -> None:
    assert arguments_for(GLASS, options_of(AIRSCAN)) == Arguments(
        ("--source", "Flatbed", "--mode", "Color", "--resolution", "300", "-x", "210", "-y", "297"), 300
    )


def test_lengths_end_where_the_device_ends() -> None:
    given = arguments_for(FEEDER._replace(colour="gray"), options_of(TEST))
    assert isinstance(given, Arguments)
    assert given.words[:4] == ("--source", "Automatic Document Feeder", "--mode", "Gray")
    assert given.words[-4:] == ("-x", "200", "-y", "200")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"source": Choice(("Flatbed", "ADF", "ADF Duplex"))}, ("--source", "ADF Duplex")),
        ({"source": Choice(("ADF Front", "ADF Back", "ADF Both sides"))}, ("--source", "ADF Both sides")),
        (
            {"source": Choice(("Flatbed", "ADF")), "adf-mode": Choice(("Simplex", "Duplex"))},
            ("--source", "ADF", "--adf-mode", "Duplex"),
        ),
        ({"source": Choice(("ADF",)), "duplex": Choice(("yes", "no"))}, ("--source", "ADF", "--duplex=yes")),
    ],
)
def test_both_sides_are_said_as_the_backend_says_it(more: dict[str, Allowed], said: tuple[str, ...]) -> None:
    given = arguments_for(BOTH, {**more, "resolution": Span(50, 600, "dpi")})
    assert isinstance(given, Arguments)
    assert given.words[: len(said)] == said


def test_one_side_of_a_feeder_is_never_its_back() -> None:
    given = arguments_for(FEEDER, options_of("    --source ADF Back|ADF Front|ADF Duplex [ADF Back]\n" + TEST[40:]))
    assert isinstance(given, Refusal) or given.words[1] == "ADF Front"


@pytest.mark.parametrize(
    ("wanted", "options", "reason"),
    [
        (GLASS, AIRSCAN.replace("|300|600", ""), "at most 200 dpi, 300 are needed"),
        (GLASS, TEST.replace("1..1200", "1..240"), "at most 240 dpi"),
        (GLASS, "", "does not say its resolution"),
        (FEEDER, AIRSCAN.replace("|ADF|ADF Duplex", ""), "no feeder"),
        (GLASS, AIRSCAN.replace("Flatbed|", ""), "no glass"),
        (BOTH, TEST, "both sides"),
    ],
)
def test_what_a_device_cannot_do_is_said_in_one_line(wanted: Wanted, options: str, reason: str) -> None:
    refusal = arguments_for(wanted, options_of(options))
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
    assert "\n" not in refusal.reason


@given(st.integers(300, 1200), st.lists(st.integers(1, 2400), min_size=1, max_size=8))
def test_never_less_than_was_wanted(dpi: int, steps: list[int]) -> None:
    options: dict[str, Allowed] = {"resolution": Choice(tuple(map(str, steps)))}
    given = arguments_for(GLASS._replace(dpi=dpi), options)
    assert isinstance(given, Refusal) == (max(steps) < dpi)
    if isinstance(given, Arguments):
        assert given.dpi == min(step for step in steps if step >= dpi)


@pytest.mark.parametrize("code", TROUBLES)
def test_every_status_of_sane_is_known_by_its_words_and_its_number(code: int) -> None:
    words, status = TROUBLES[code]
    assert event_of(f"scanimage: sane_start: {words}") == Failed(code)
    assert event_of(f"scanimage: open of device x:0 failed: {words}") == Failed(code)
    assert trouble_of(code) == status


def test_what_matters_is_what_staff_can_do() -> None:
    assert trouble_of(6).word is StatusWord.JAMMED
    assert trouble_of(7).word is StatusWord.NO_PAPER
    assert trouble_of(8).word is StatusWord.COVER_OPEN
    assert "99" in trouble_of(99).reason


def test_standard_error_is_read_as_it_comes() -> None:
    said = ErrorLines()
    text = b"Scanning page 2\nProgress: 0.1%\rProgress: 99.5%\rScanned page 2. (scanner status = 5)\n"
    text += b"scanimage: rounded value of resolution from 300 to 200\nscanimage: sane_read: Document feeder jammed\n"
    events = [event for byte in text for event in said.feed(bytes([byte]))]
    assert events == [
        Progress(2),
        Progress(percent=0.1),
        Progress(percent=99.5),
        Progress(2),
        Rounded("resolution", 200),
        Failed(6),
    ]


@given(st.lists(st.binary(max_size=300), max_size=40))
def test_anything_on_standard_error_is_survived_and_bounded(pieces: list[bytes]) -> None:
    said = ErrorLines()
    for piece in pieces:
        said.feed(piece)
    assert len(said._rest) <= LONGEST_LINE
    said.feed(b"\n")
    assert said.feed(b"scanimage: sane_start: Device busy\n") == [Failed(3)]


def test_a_line_without_an_end_is_dropped_whole() -> None:
    said = ErrorLines()
    said.feed(b"x" * (LONGEST_LINE + 1))
    assert said.feed(b"scanimage: sane_start: Device busy\n") == []
    assert said.feed(b"scanimage: sane_start: Device busy\n") == [Failed(3)]


@given(st.text(max_size=400))
def test_any_answer_is_read_without_trouble(text: str) -> None:
    options = options_of(text)
    assert all(isinstance(allowed, Span | Choice) for allowed in options.values())
    assert all(re.match(r"[a-z]", name) for name in devices_of(text))


def test_names_and_nodes_of_devices() -> None:
    assert devices_of("test:0\nfujitsu:libusb:001:004\nnothing here\n") == ["test:0", "fujitsu:libusb:001:004"]
    assert usb_node("fujitsu:libusb:001:004") == "/dev/bus/usb/001/004"
    assert usb_node("test:0") == ""
