"""ONBON frames in the words of the test vectors: what `hall-field decode` prints and `encode` takes."""

from typing import Any

from drivers.counter_screen import second
from drivers.counter_screen.protocol import (
    ACK,
    HEAD,
    HOST,
    NACK,
    SHOW_AREAS,
    Area,
    BadPacket,
    Decoder,
    Packet,
    area_text,
    show_area,
    text_bytes,
)


def decode(raw: bytes, *, of_second: bool = False) -> list[dict[str, Any]]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    decoder = second.decoder() if of_second else Decoder()
    found = [_described(event) for event in decoder.feed(raw)]
    return found or [{"error": "no frame"}]


def encode(fields: dict[str, Any], *, of_second: bool = False) -> bytes:
    """Return the frame of such an object of either generation; ``text`` without ``data`` becomes dynamic area 0.

    Raises:
        ValueError: a field is missing or no hex.

    """
    try:
        destination = int(fields.get("dst", "0001"), 16)
        if "text" in fields and "data" not in fields:
            area = Area(text_bytes(fields["text"]), int(fields.get("width", 128)), int(fields.get("height", 32)))
            return (second.show_area if of_second else show_area)(destination, area).to_bytes()
        command = (int(fields["group"], 16), int(fields["cmd"], 16))
        source, device = int(fields.get("src", "8000"), 16), int(fields.get("device", "FE"), 16)
        reserved = bytes.fromhex(fields.get("reserved", "000000"))
        made = second.SecondPacket if of_second else Packet
        frame = made(destination, source, command, bytes.fromhex(fields["data"]), device, reserved).to_bytes()
        return (bytes((HEAD,)) if destination == HOST else b"") + frame  # what displays send has one A5 more
    except KeyError as problem:
        raise ValueError(f"{problem} is missing") from problem


def _described(event: Packet | BadPacket) -> dict[str, Any]:
    if isinstance(event, BadPacket):
        return {"error": event.error}
    described: dict[str, Any] = {
        "dst": f"{event.destination:04X}",
        "src": f"{event.source:04X}",
        "device": f"{event.device:02X}",
        "group": f"{event.command[0]:02X}",
        "cmd": f"{event.command[1]:02X}",
        "data": event.data.hex().upper(),
    }
    if any(event.reserved):
        described["reserved"] = event.reserved.hex().upper()
    if event.command in (ACK, NACK):
        described["error"] = event.error
    text = _text_of(event)
    if text is not None:
        described |= {"text": text.decode("gbk", "replace"), "text_hex": text.hex().upper()}
    return described


def _text_of(packet: Packet) -> bytes | None:
    if packet.command == second.SHOW_AREAS:
        return second.area_text(packet.data)
    return area_text(packet.data) if packet.command == SHOW_AREAS else None
