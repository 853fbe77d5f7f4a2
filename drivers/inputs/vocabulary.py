"""Frames of relay and input boards in the words of the test vectors: for `hall-field decode` and `encode`.

Directions: ``host->relay`` and ``relay->host``. Modbus RTU, Modbus TCP (with ``transaction``) and the A0 frames of
CH340 relays (``channel``, ``on``). A coil that is set is answered with the same frame. pymodbus finds the frames; what
their bodies say is read and written by `drivers.inputs.bodies`.
"""

from collections.abc import Mapping
from typing import Any

from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from drivers.inputs import bodies
from drivers.inputs.bodies import flag, whole
from drivers.inputs.protocol import FUNCTIONS as READ_FUNCTIONS
from drivers.inputs.protocol import MALFORMED, Frame, MbapDecoder, as_signed, ch340, mbap, rtu

DIRECTIONS = ("host->relay", "relay->host")
PROTOCOLS = ("rtu", "mbap", "ch340")
SHORTEST = 4
Described = dict[str, Any]


def decode(raw: bytes, direction: str, protocols: tuple[str, ...] = PROTOCOLS) -> list[Described]:
    """Return one object per frame; what is none comes as ``{"error": ...}``.

    Of several protocols the one that understands most is taken, RTU before the others.
    """
    if not raw:
        return [{"error": "no frame"}]
    hosts = (direction == DIRECTIONS[0],) if direction in DIRECTIONS else (True, False)
    readings = [_read(raw, protocol, host) for protocol in PROTOCOLS if protocol in protocols for host in hosts]
    return min(readings, key=lambda found: sum("error" in item for item in found)) if readings else [_SILENT]


def measured(frame: Described, quantities: Mapping[str, Mapping[str, Any]]) -> Described:
    """Return a transmitter's answer with its values by name, where it tells all of them at once."""
    rows = sorted(quantities.items(), key=lambda item: item[1]["register"])
    words = frame.get("values", [])
    tables = {READ_FUNCTIONS[row["table"]] for _, row in rows}
    if not rows or len(words) != len(rows) or tables != {frame.get("fc")}:
        return frame
    values = (as_signed(word) if row["signed"] else word for word, (_, row) in zip(words, rows, strict=True))
    return frame | {name: round(value * row["scale"], 6) for value, (name, row) in zip(values, rows, strict=True)}


def encode(fields: Described, direction: str, protocols: tuple[str, ...] = PROTOCOLS) -> bytes:
    """Return the frame of such an object.

    Raises:
        ValueError: a field is missing, out of range, or contradicts another; the text says which.

    """
    if protocols == ("ch340",) or ("on" in fields and "coil" not in fields and {"channel", "relay"} & set(fields)):
        word = next((word for word in ("channel", "relay", "coil") if word in fields), "channel")
        return ch340(whole(fields, word, 0, 0xFF), flag(fields, "on"))
    unit = whole(fields, "unit", 0, 0xFF, 1)
    body = bodies.written(fields, direction)
    if protocols == ("mbap",) or "transaction" in fields:
        return mbap(unit, body, whole(fields, "transaction", 0, 0xFFFF, 0))
    return rtu(unit, body)


_SILENT = {"error": "this board has no frames"}


def _read(raw: bytes, protocol: str, from_host: bool) -> list[Described]:
    if protocol == "ch340":
        return _switches(raw)
    return _packets(raw, from_host) if protocol == "mbap" else _frames(raw, from_host)


def _switches(raw: bytes) -> list[Described]:
    found: list[Described] = []
    while raw:
        frame = raw[:4]
        if len(frame) == 4 and frame[0] == 0xA0 and frame[3] == sum(frame[:3]) & 0xFF and frame[2] <= 1:
            found.append({"channel": frame[1], "on": bool(frame[2])})
            raw = raw[4:]
            continue
        if "error" not in (found[-1] if found else {}):
            found.append({"error": _why_no_switch(frame)})
        raw = raw[1:]
    return found


def _why_no_switch(frame: bytes) -> str:
    if frame[0] != 0xA0:
        return "no frame of a CH340 relay"
    if len(frame) < 4:
        return "unfinished frame"
    return "checksum" if frame[3] != sum(frame[:3]) & 0xFF else "neither on nor off"


def _packets(raw: bytes, from_host: bool) -> list[Described]:
    decoder = MbapDecoder()
    found: list[Described] = []
    for piece in decoder.feed(raw):
        if isinstance(piece, Frame):
            described = _named(piece.unit, piece.pdu, from_host)
            found.append({"transaction": piece.transaction} | described)
        else:
            found.append({"error": piece.error})
    return found + ([{"error": "unfinished frame"}] if decoder.reset() else [])


def _frames(raw: bytes, from_host: bool) -> list[Described]:
    pdus = DecodePDU(from_host)
    found: list[Described] = []
    at, skipped = 0, ""
    while at < len(raw):
        frame, problem = _frame_at(raw[at:], pdus)
        if frame:
            found += [{"error": skipped}] if skipped else []
            found.append(_named(frame[0], frame[1:-2], from_host))
            at, skipped = at + len(frame), ""
        else:
            at, skipped = at + 1, skipped or problem
    return found + ([{"error": skipped}] if skipped else [])


def _frame_at(data: bytes, pdus: DecodePDU) -> tuple[bytes, str]:
    """Return the frame at the front, or why there is none."""
    kind = pdus.lookupPduClass(data) if len(data) >= SHORTEST else None
    if kind is None:
        return b"", "no function that a relay board knows" if len(data) >= SHORTEST else "unfinished frame"
    try:
        size = kind.calculateRtuFrameSize(data)
    except MALFORMED:
        return b"", "unfinished frame"
    if not SHORTEST <= size <= len(data):
        return b"", "unfinished frame"
    check = int.from_bytes(data[size - 2 : size], "big")
    return (data[:size], "") if FramerRTU.check_CRC(data[: size - 2], check) else (b"", "checksum")


def _named(unit: int, pdu: bytes, from_host: bool) -> Described:
    said = bodies.described(pdu, from_host)
    if said is None:
        return {"error": f"function {pdu[0]} with a wrong body"}
    return {"unit": unit, **said}
