"""ONBON frames in the words of the test vectors: what `hall-field decode` prints and `encode` takes.

The header's rarer fields (reserved bytes, barcode, check mode, display mode, version, a check that was not computed)
are told where they are not as usual. A frame of the second generation has its answer flag as ``answer`` and in
``data`` what follows the command; one of the first has both, with the two bytes between, in ``data``, as the vectors.
"""

from typing import Any

from drivers import described
from drivers.counter_screen import protocol, second
from drivers.counter_screen.protocol import (
    ACK,
    ANY_DEVICE,
    BARCODE_LENGTH,
    HEAD,
    HOST,
    NACK,
    SHOW_AREAS,
    Area,
    BadPacket,
    Decoder,
    Packet,
    area_texts,
    show_area,
)

PROSE = described.PROSE | {"model"}
LEAD = bytes((HEAD, HEAD))
"""Every frame begins with more than one A5."""
_WORDS = (
    "dst", "src", "device", "group", "cmd", "data", "error", "text", "text_hex", "texts", "width", "height",
    "reserved", "barcode", "check_mode", "display_mode", "version", "check", "answer",
)  # fmt: skip
_USUAL = {"check_mode": 0, "display_mode": 0, "version": protocol.VERSION}


def decode(raw: bytes, *, of_second: bool = False) -> list[dict[str, Any]]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    decoder = second.decoder() if of_second else Decoder()
    found = [_described(event) for event in decoder.feed(raw)]
    if decoder.pending:
        found.append({"error": "unfinished frame"})
    return found or [{"error": "no frame"}]


def encode(fields: dict[str, Any], *, of_second: bool = False) -> bytes:
    """Return the frame of such an object of either generation; ``text`` without ``data`` becomes dynamic area 0.

    Raises:
        ValueError: a field is missing, unknown, out of range, no hex, or contradicts another; the text names it.

    """
    described.only(fields, _WORDS, beside=PROSE)
    packet = _shown(fields, of_second) if _is_only_text(fields) else _packet(fields, of_second)
    _agree(fields, _described(packet))
    frame = packet.to_bytes()
    return (bytes((HEAD,)) if packet.destination == HOST else b"") + frame  # what displays send has one A5 more


def _is_only_text(fields: dict[str, Any]) -> bool:
    return "data" not in fields and bool({"text", "text_hex"} & fields.keys())


def _shown(fields: dict[str, Any], of_second: bool) -> Packet:
    text = _bytes(fields, "text_hex") if "text_hex" in fields else _text(fields["text"])
    width, height = (_number(fields, name, 0x7FFF, usual, 10) for name, usual in (("width", 128), ("height", 32)))
    return (second.show_area if of_second else show_area)(_number(fields, "dst", 0xFFFF, 1), Area(text, width, height))


def _text(said: Any) -> bytes:
    if not isinstance(said, str):
        raise ValueError(f"text {said!r} is no text")
    return said.encode("gbk", "replace")


def _packet(fields: dict[str, Any], of_second: bool) -> Packet:
    command = (_number(fields, "group", 0xFF), _number(fields, "cmd", 0xFF))
    destination, source = _number(fields, "dst", 0xFFFF, 1), _number(fields, "src", 0xFFFF, HOST)
    device = _number(fields, "device", 0xFFFF if of_second else 0xFF, ANY_DEVICE)
    if of_second:
        flag = bytes((_number(fields, "answer", 0xFF, 1), 0, 0)) if command[0] != second.ANSWERS else b""
        return second.SecondPacket(destination, source, command, flag + _data(fields, command, b""), device)
    if "answer" in fields:
        raise ValueError("answer is unknown here: it is the first byte of data")
    return Packet(
        destination,
        source,
        command,
        _data(fields, command, b"\x00\x00"),
        device,
        _bytes(fields, "reserved", 3, bytes(3)),
        _number(fields, "check_mode", 0xFF, 0),
        _number(fields, "display_mode", 0xFF, 0),
        _number(fields, "version", 0xFF, protocol.VERSION),
        _bytes(fields, "barcode", BARCODE_LENGTH, b""),
        _number(fields, "check", 0xFFFF) if "check" in fields else None,
    )


def _data(fields: dict[str, Any], command: tuple[int, int], behind: bytes) -> bytes:
    """Return the data; that of an ACK or NACK follows from its error."""
    if "data" not in fields and command in (ACK, NACK) and ("error" in fields or command == ACK):
        return bytes((_number(fields, "error", 0xFF, 0, 10),)) + behind
    return _bytes(fields, "data")


def _number(fields: dict[str, Any], name: str, largest: int, usual: int | None = None, base: int = 16) -> int:
    """Return a number, given as such or as a text (of hex digits, where `base` does not say otherwise)."""
    if name not in fields and usual is None:
        raise ValueError(f"{name} is missing")
    given = fields.get(name, usual)
    try:
        number = int(given, base) if isinstance(given, str) else given
    except ValueError as problem:
        raise ValueError(f"{name} {given!r} is no number") from problem
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"{name} {given!r} is no number")
    if not 0 <= number <= largest:
        raise ValueError(f"{name} {given!r} is not within 0 and {largest:X} (hex)")
    return number


def _bytes(fields: dict[str, Any], name: str, length: int | None = None, usual: bytes | None = None) -> bytes:
    if name not in fields:
        if usual is None:
            raise ValueError(f"{name} is missing")
        return usual
    try:
        found = bytes.fromhex(fields[name])
    except (ValueError, TypeError) as problem:
        raise ValueError(f"{name} {fields[name]!r} is no hex") from problem
    if length is not None and len(found) != length:
        raise ValueError(f"{name} has {len(found)} bytes instead of {length}")
    return found


def _agree(fields: dict[str, Any], made: dict[str, Any]) -> None:
    """Refuse a field that follows from others and says something else.

    Raises:
        ValueError: with the field's name.

    """
    for name in ("group", "cmd", "error", "text", "texts", "text_hex"):
        if name not in fields or (name == "text" and "data" not in fields):
            continue
        given = fields[name]
        if name in ("group", "cmd"):
            given = f"{_number(fields, name, 0xFF):02X}"
        elif name == "error":
            given = _number(fields, name, 0xFF, None, 10)
        elif name == "text_hex":
            given = _bytes(fields, name).hex().upper()
        if given != made.get(name):
            raise ValueError(f"{name} {fields[name]!r} contradicts the other fields, which say {made.get(name)!r}")


def _described(event: Packet | BadPacket) -> dict[str, Any]:
    if isinstance(event, BadPacket):
        return {"error": event.error}
    of_second = isinstance(event, second.SecondPacket)
    described: dict[str, Any] = {
        "dst": f"{event.destination:04X}",
        "src": f"{event.source:04X}",
        "device": f"{event.device:02X}",
        "group": f"{event.command[0]:02X}",
        "cmd": f"{event.command[1]:02X}",
        "data": event.data.hex().upper(),
    }
    if of_second and event.command[0] != second.ANSWERS:
        described |= {"answer": event.data[0], "data": event.data[3:].hex().upper()}
    described |= _unusual(event)
    if event.command in (ACK, NACK):
        described["error"] = event.error
    texts = _texts_of(event)
    if texts:
        described |= {"text": texts[0].decode("gbk", "replace"), "text_hex": texts[0].hex().upper()}
    if len(texts) > 1:
        described["texts"] = [text.decode("gbk", "replace") for text in texts]
    return described | _meaning(event)


def _unusual(packet: Packet) -> dict[str, Any]:
    """Return what of the header is not as it usually is."""
    found: dict[str, Any] = {
        name: getattr(packet, name) for name, usual in _USUAL.items() if getattr(packet, name) != usual
    }
    for name in ("reserved", "barcode"):
        if any(getattr(packet, name)):
            found[name] = getattr(packet, name).hex().upper()
    if packet.check is not None:
        found["check"] = f"{packet.check:04X}"
    return found


def _meaning(packet: Packet) -> dict[str, str]:
    word = protocol.COMMANDS.get(packet.command, "dynamic areas" if packet.command == second.SHOW_AREAS else "")
    if packet.command == NACK and packet.error < len(protocol.ERRORS):
        word = f"NACK: {protocol.ERRORS[packet.error]}"
    return {"meaning": word} if word else {}


def _texts_of(packet: Packet) -> list[bytes]:
    if packet.command == second.SHOW_AREAS:
        text = second.area_text(packet.data)
        return [] if text is None else [text]
    return area_texts(packet.data) if packet.command == SHOW_AREAS else []
