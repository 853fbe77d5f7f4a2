"""eSCL, the scanner's own network protocol: the few documents that go over HTTP, without any HTTP.

::

    GET    /eSCL/ScannerCapabilities            what it can do
    GET    /eSCL/ScannerStatus                  pwg:State, and of a feeder scan:AdfState
    POST   /eSCL/ScanJobs                       ScanSettings; 201 with the job's Location, 409 no paper, 503 busy
    GET    /eSCL/ScanJobs/ID/NextDocument       one page; 404 no more, 409 the paper is in the way, 503 not yet
    DELETE /eSCL/ScanJobs/ID                    end it

Names and values: Mopria Alliance, eSCL Technical Specification 2.97, sections 5 to 9. What a device sends is read with
patterns that look for one element each: no parser of XML meets what came from the network, and whatever else is there
does not matter.
"""

import re
from typing import NamedTuple

from hall.ports.status import Status, StatusWord

ROOT = "/eSCL"
XML = "text/xml"
LONGEST = 256 << 10
"""Bytes of a document that are looked at."""
_NAMES = 'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
_FEEDER: dict[str, Status] = {
    "ScannerAdfJam": Status(StatusWord.JAMMED, "paper is stuck in the feeder: open it and take the paper out"),
    "ScannerAdfMispick": Status(StatusWord.JAMMED, "the feeder drew no paper in: fan the sheets and lay them again"),
    "ScannerAdfMultipickDetected": Status(StatusWord.JAMMED, "two sheets at once: take the last ones out, scan again"),
    "ScannerAdfDoorOpen": Status(StatusWord.COVER_OPEN, "close the scanner's cover"),
    "ScannerAdfHatchOpen": Status(StatusWord.COVER_OPEN, "close the scanner's cover"),
}


class Source(NamedTuple):
    """One input: the glass, or one way through the feeder."""

    largest: tuple[int, int]
    """Width and height in three-hundredths of an inch."""
    resolutions: tuple[int, ...]


class Capabilities(NamedTuple):
    """What a scanner says of itself."""

    name: str
    glass: Source | None
    feeder: Source | None
    duplex: bool


class Settings(NamedTuple):
    """What a host wants scanned."""

    feeder: bool
    duplex: bool
    dpi: int
    colour: bool
    width: int
    height: int


def status_document(state: str, feeder: str = "") -> bytes:
    """Write a ScannerStatus."""
    of_feeder = f"<scan:AdfState>{feeder}</scan:AdfState>" if feeder else ""
    return _document("ScannerStatus", f"<pwg:Version>2.63</pwg:Version><pwg:State>{state}</pwg:State>{of_feeder}")


def status_of(document: bytes) -> Status | None:
    """Read a ScannerStatus; None where it is none. An empty feeder is no trouble: there may be paper on the glass."""
    state, feeder = _element(document, "State"), _element(document, "AdfState")
    if not state:
        return None
    if feeder in _FEEDER:
        return _FEEDER[feeder]
    if state in ("Idle", "Testing"):
        return Status(StatusWord.READY)
    if state == "Processing":
        return Status(StatusWord.BUSY, "it is scanning for somebody")
    return Status(StatusWord.FAULT, f"the scanner says {state[:40]}: look at its display, switch it off and on")


def capabilities_document(can: Capabilities) -> bytes:
    """Write a ScannerCapabilities."""
    parts = [f"<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>{can.name}</pwg:MakeAndModel>"]
    if can.glass:
        parts.append(f"<scan:Platen>{_input('PlatenInputCaps', can.glass)}</scan:Platen>")
    if can.feeder:
        duplex = _input("AdfDuplexInputCaps", can.feeder) if can.duplex else ""
        parts.append(f"<scan:Adf>{_input('AdfSimplexInputCaps', can.feeder)}{duplex}</scan:Adf>")
    return _document("ScannerCapabilities", "".join(parts))


def settings_of(document: bytes) -> Settings | None:
    """Read the ScanSettings of a host; None where a number or the source is missing."""
    numbers = [_number(document, name) for name in ("XResolution", "Width", "Height")]
    source = _element(document, "InputSource")
    if None in numbers or source not in ("Platen", "Feeder"):
        return None
    dpi, width, height = (number or 0 for number in numbers)
    colour = _element(document, "ColorMode").startswith("RGB")
    return Settings(source == "Feeder", _element(document, "Duplex") == "true", dpi, colour, width, height)


def _input(name: str, source: Source) -> str:
    width, height = source.largest
    steps = "".join(
        f"<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}"
        "</scan:YResolution></scan:DiscreteResolution>"
        for dpi in source.resolutions
    )
    return (
        f"<scan:{name}><scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>{width}</scan:MaxWidth>"
        f"<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>{height}</scan:MaxHeight>"
        "<scan:SettingProfiles><scan:SettingProfile><scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode>"
        "<scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes><scan:DocumentFormats><pwg:DocumentFormat>image/jpeg"
        "</pwg:DocumentFormat><scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>"
        f"<scan:SupportedResolutions><scan:DiscreteResolutions>{steps}</scan:DiscreteResolutions>"
        f"</scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles></scan:{name}>"
    )


def _document(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><scan:{name} {_NAMES}>{inner}</scan:{name}>'.encode()


def _element(document: bytes, name: str) -> str:
    """Return the text of the first element of this name, in whatever namespace."""
    found = re.search(rb"<(?:\w{1,20}:)?%s\s*>\s*([^<]{0,200}?)\s*</" % name.encode(), document[:LONGEST])
    return found[1].decode("utf-8", "replace") if found else ""


def _number(document: bytes, name: str) -> int | None:
    text = _element(document, name)
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
