"""The documents of eSCL, written and read, and read when they are something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.page_scanner.escl import Settings, settings_of, status_document, status_of
from hall.ports.status import StatusWord

SETTINGS = b"""<?xml version="1.0"?>
<scan:ScanSettings xmlns:scan="s" xmlns:pwg="p"><pwg:Version>2.0</pwg:Version>
<pwg:ScanRegions><pwg:ScanRegion><pwg:Width>2480</pwg:Width><pwg:Height> 3508 </pwg:Height></pwg:ScanRegion>
</pwg:ScanRegions><pwg:InputSource>Feeder</pwg:InputSource><scan:ColorMode>RGB24</scan:ColorMode>
<scan:XResolution>300</scan:XResolution><scan:Duplex>true</scan:Duplex></scan:ScanSettings>"""


def test_settings_are_read() -> None:
    assert settings_of(SETTINGS) == Settings(True, True, 300, True, 2480, 3508)


@pytest.mark.parametrize("missing", [b"Feeder", b"300", b"2480", b"3508"])
def test_settings_without_a_number_or_source_are_none(missing: bytes) -> None:
    assert settings_of(SETTINGS.replace(missing, b"x")) is None


@pytest.mark.parametrize(
    ("state", "feeder", "word"),
    [
        ("Idle", "", StatusWord.READY),
        ("Idle", "ScannerAdfEmpty", StatusWord.READY),
        ("Processing", "ScannerAdfProcessing", StatusWord.BUSY),
        ("Idle", "ScannerAdfJam", StatusWord.JAMMED),
        ("Stopped", "ScannerAdfDoorOpen", StatusWord.COVER_OPEN),
        ("Idle", "ScannerAdfMultipickDetected", StatusWord.JAMMED),
        ("Down", "", StatusWord.FAULT),
    ],
)
def test_a_status_becomes_the_halls_word(state: str, feeder: str, word: StatusWord) -> None:
    status = status_of(status_document(state, feeder))
    assert status is not None
    assert status.word is word
    assert bool(status.reason) == (word is not StatusWord.READY)


@given(st.binary(max_size=500))
def test_anything_else_is_no_status_and_no_settings(noise: bytes) -> None:
    assert status_of(noise.replace(b"State", b"")) is None
    assert settings_of(noise) is None
