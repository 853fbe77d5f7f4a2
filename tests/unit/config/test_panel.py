"""What a panel says of itself, and when it contradicts the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.panel import HEADER, Panel, contradiction, plugged, read_edid
from config.unit import Face


def edid(width: int, height: int, wide_mm: int, high_mm: int, cm: tuple[int, int] = (0, 0)) -> bytes:
    """Return a base block with one detailed timing."""
    made = bytearray(128)
    made[:8] = HEADER
    made[21:23] = bytes(cm)
    timing = bytearray(18)
    timing[0:2] = b"\x02\x3a"
    timing[2], timing[4] = width & 0xFF, (width >> 8) << 4
    timing[5], timing[7] = height & 0xFF, (height >> 8) << 4
    timing[12], timing[13] = wide_mm & 0xFF, high_mm & 0xFF
    timing[14] = (wide_mm >> 8) << 4 | high_mm >> 8
    made[54:72] = timing
    return bytes(made)


def plug(drm: Path, name: str, block: bytes, status: str = "connected") -> None:
    folder = drm / f"card0-{name}"
    folder.mkdir(parents=True)
    (folder / "status").write_text(f"{status}\n")
    (folder / "edid").write_bytes(block)


def test_pixels_and_millimetres_of_a_panel() -> None:
    panel = read_edid("HDMI-A-1", edid(1920, 1080, 598, 336))
    assert panel == Panel("HDMI-A-1", 1920, 1080, 598, 336)
    assert panel.diagonal_in == pytest.approx(27.0, abs=0.05)


def test_centimetres_where_the_timing_tells_no_size() -> None:
    panel = read_edid("VGA-1", edid(1024, 768, 0, 0, (30, 23)))
    assert panel is not None
    assert (panel.width_mm, panel.height_mm) == (300, 230)


def test_a_shape_is_no_size() -> None:
    panel = read_edid("HDMI-A-1", edid(1920, 1080, 160, 90))
    assert panel is not None
    assert panel.diagonal_in == 0


def test_only_what_is_plugged_in_counts(tmp_path: Path) -> None:
    plug(tmp_path, "HDMI-A-1", edid(1920, 1080, 598, 336))
    plug(tmp_path, "HDMI-A-2", edid(1280, 800, 217, 136), "disconnected")
    plug(tmp_path, "DP-1", b"")
    assert [panel.connector for panel in plugged(tmp_path)] == ["HDMI-A-1"]
    assert plugged(tmp_path / "nothing") == ()


def test_a_panel_that_agrees_says_nothing() -> None:
    """Turned upright, and rounded as data sheets do."""
    assert not contradiction(Face(diagonal_in=27, full_screen=True), (Panel("DP-1", 1920, 1080, 600, 340),))
    assert not contradiction(Face(), ())


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (Panel("DP-1", 1280, 800, 217, 136), ("1280x800, 10.1 in", "1080x1920, 27.0 in", "DP-1")),
        (Panel("DP-1", 1920, 1080, 345, 194), ("1920x1080, 15.6 in",)),
        (Panel("DP-1", 1366, 768, 0, 0), ("says 1366x768",)),
    ],
)
def test_a_contradiction_names_both(panel: Panel, words: tuple[str, ...]) -> None:
    said = contradiction(Face(diagonal_in=27, full_screen=True), (panel,))
    assert "\n" not in said
    for word in words:
        assert word in said


def test_a_window_may_be_smaller_than_its_panel() -> None:
    face = Face(diagonal_in=27, width_px=540, height_px=960)
    assert not contradiction(face, (Panel("DP-1", 1920, 1080, 598, 336),))


def test_one_of_two_panels_is_enough() -> None:
    other = Panel("DP-2", 1280, 1024, 376, 301)
    assert not contradiction(Face(full_screen=True), (other, Panel("DP-1", 1920, 1080, 598, 336)))
    assert contradiction(Face(full_screen=True), (other, other))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_fault(block: bytes) -> None:
    panel = read_edid("X", HEADER + block)
    assert panel is None or (panel.width_px > 0 and panel.height_px > 0)
