"""Whether the configured screen contradicts the panel that is plugged in, as the kernel read it from the panel's EDID.

The file is believed, since EDID sizes are often wrong (a converter's own, a tube's, only a shape); but a technician who
moved a unit to another panel, or never measured one, hears of it in one line. EDID 1.3/1.4 (VESA E-EDID A.2): bytes
21 and 22 are the size in cm; the first detailed timing (byte 54 on) holds the preferred pixels and the size in mm.
"""

from dataclasses import dataclass
from math import hypot
from pathlib import Path

from config.unit import Face

DRM = Path("/sys/class/drm")
HEADER = bytes.fromhex("00ffffffffffff00")
MM_PER_INCH = 25.4
SHAPE_ONLY_IN = 7.4
"""A panel that claims to be smaller tells its shape (16 by 9 cm), not its size."""
MAY_DIFFER = 0.08
"""Data sheets round, EDIDs give whole centimetres: this share of the diagonal is no contradiction."""


@dataclass(frozen=True)
class Panel:
    """A panel as it describes itself; millimetres are 0 where it tells none (projectors, converters)."""

    connector: str
    width_px: int
    height_px: int
    width_mm: int
    height_mm: int

    @property
    def diagonal_in(self) -> float:
        """Return its diagonal, or 0 where it tells none."""
        inches = hypot(self.width_mm, self.height_mm) / MM_PER_INCH
        return inches if inches >= SHAPE_ONLY_IN else 0.0


def read_edid(connector: str, edid: bytes) -> Panel | None:
    """Read a panel's description; None for bytes that are none or name no resolution."""
    if len(edid) < 128 or not edid.startswith(HEADER):
        return None
    timing = edid[54:72]
    width, height = timing[2] | (timing[4] & 0xF0) << 4, timing[5] | (timing[7] & 0xF0) << 4
    if not (timing[0] or timing[1]) or not width or not height:
        return None
    wide_mm, high_mm = timing[12] | (timing[14] & 0xF0) << 4, timing[13] | (timing[14] & 0x0F) << 8
    if not wide_mm or not high_mm:
        wide_mm, high_mm = edid[21] * 10, edid[22] * 10
    return Panel(connector, width, height, wide_mm, high_mm)


def plugged(drm: Path = DRM) -> tuple[Panel, ...]:
    """Return the panels that are plugged into this machine; none where the kernel knows none."""
    found = []
    for folder in sorted(drm.glob("card*-*")):
        try:
            edid = (folder / "edid").read_bytes() if (folder / "status").read_text().strip() == "connected" else b""
        except OSError:
            continue  # plugged out between two looks, or a driver without EDID
        found.append(read_edid(folder.name.partition("-")[2], edid))
    return tuple(panel for panel in found if panel is not None)


def contradiction(face: Face, panels: tuple[Panel, ...]) -> str:
    """Return in one line how the file and the panels contradict each other, or an empty text.

    One panel that agrees is enough: which of several this unit draws on, only its display server knows.
    """
    said = [_differs(face, panel) for panel in panels]
    return "" if not said or not all(said) else said[0]


def _differs(face: Face, panel: Panel) -> str:
    pixels = {face.width_px, face.height_px} != {panel.width_px, panel.height_px}
    told = panel.diagonal_in
    inches = bool(told) and abs(told - face.diagonal_in) > MAY_DIFFER * face.diagonal_in
    if not (inches or (pixels and face.full_screen)):
        return ""
    itself = f"{panel.width_px}x{panel.height_px}" + (f", {told:.1f} in" if told else "")
    file = f"{face.width_px}x{face.height_px}, {face.diagonal_in:.1f} in"
    return f"the file says {file}, the panel at {panel.connector} says {itself}"
