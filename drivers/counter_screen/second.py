"""ONBON BX-6 of the second generation (6E, 6Q): the same outer frame with another header and another dynamic area.

    A5 x 8   escaped(header, data, CRC)   5A                     (escapes and CRC as in `protocol`)
    header   destination 2, source 2, version F0, reserved 1, device type 2, reserved 4, data length 4
    data     answer wanted 1 first, group 1, command 1, then the command's own bytes
    A7 06    keep after power-off 1, delete count 1 and ids, area count 1; per area: length 4 and `Area`'s bytes

Source: the field list of a tool that the maker's engineer published (Onbon-Protocol-Analysis); single source, and no
captured frame is known. INFERRED, to be confirmed at the first controller on site: the order and bytes of ACK and
NACK, ping, brightness, power and clock with this header, that an area's length counts what follows it, and GBK text.
On the wire the same goes wrong as with the first generation; an error to a ping means that somebody is there.
"""

from dataclasses import dataclass
from datetime import datetime

from drivers.checks import crc16_arc
from drivers.counter_screen import protocol
from drivers.counter_screen.protocol import CRC_LENGTH, BadPacket, Decoder, Packet

VERSION = 0xF0
HEADER_LENGTH = 16
ANY_DEVICE = 0xFE
SHOW_AREAS = (0xA7, 0x06)
ANSWERS = 0xA0
TEXT_AT = 51
"""Offset of the text in an area."""


@dataclass(frozen=True, slots=True)
class SecondPacket(Packet):
    """One frame; `data` is kept in the first generation's form (answer flag, two bytes, own; an answer: error)."""

    def to_bytes(self) -> bytes:
        """Return the frame as it goes over the wire."""
        answer = self.command[0] == ANSWERS
        body = bytes((2 if answer else self.data[0], *self.command)) + (self.data[:1] if answer else self.data[3:])
        header = self.destination.to_bytes(2, "little") + self.source.to_bytes(2, "little")
        header += bytes((VERSION, 0)) + self.device.to_bytes(2, "little") + bytes(4) + len(body).to_bytes(4, "little")
        checked = header + body
        return protocol.framed(checked + crc16_arc(checked).to_bytes(2, "little"))


def decoder() -> Decoder:
    """Return what reads this generation's frames."""
    return Decoder(parse)


def parse(raw: bytes) -> Packet | BadPacket:
    """Return the packet of an unescaped header, data and check."""
    if len(raw) < HEADER_LENGTH + 3 + CRC_LENGTH:
        return BadPacket("too short", raw)
    checked, check, body = raw[:-CRC_LENGTH], raw[-CRC_LENGTH:], raw[HEADER_LENGTH:-CRC_LENGTH]
    if raw[4] != VERSION:
        return BadPacket("version", raw)
    if int.from_bytes(raw[12:16], "little") != len(body):
        return BadPacket("length", raw)
    if check not in (crc16_arc(checked).to_bytes(2, "little"), b"\xff\xff"):
        return BadPacket("checksum", raw)
    return SecondPacket(
        destination=int.from_bytes(raw[0:2], "little"),
        source=int.from_bytes(raw[2:4], "little"),
        command=(body[1], body[2]),
        data=body[3:4] if body[1] == ANSWERS else bytes((body[0], 0, 0)) + body[3:],
        device=int.from_bytes(raw[6:8], "little"),
    )


def request(destination: int, command: tuple[int, int], own: bytes = b"", answer: bool = True) -> Packet:
    """Return a host's packet."""
    return _as_second(protocol.request(destination, command, own, answer))


def set_clock(destination: int, moment: datetime) -> Packet:
    """Return the packet that sets the clock."""
    return _as_second(protocol.set_clock(destination, moment))


def answer_to(packet: Packet, source: int, error: int = 0) -> Packet:
    """Return the controller's ACK (error 0) or NACK."""
    return _as_second(protocol.answer_to(packet, source, error))


def show_area(destination: int, area: protocol.Area) -> Packet:
    """Return the packet that shows one area, deletes none, and is not kept over a power cut."""
    raw = area_bytes(area)
    return request(destination, SHOW_AREAS, b"\x00\x00\x01" + len(raw).to_bytes(4, "little") + raw)


def area_bytes(area: protocol.Area) -> bytes:
    """Return an area without its length: bound to no programme, covering nothing, no frame, no voice."""
    places = b"".join(place.to_bytes(2, "little") for place in (area.x, area.y, area.width, area.height))
    return (
        bytes((area.number, area.run_mode))
        + area.timeout_s.to_bytes(2, "little")
        + bytes(1 + 2 + 1 + 4)  # relation, programme count, cover, reserved
        + b"\x00"
        + places
        + bytes(1 + 8)  # border, reserved
        + bytes(1 + 1 + 1 + 1 + 6)  # style, line spacing, alignment, character spacing, reserved
        + bytes((1 if area.single_line else 2, 2 if area.automatic_wrap else 1))
        + bytes((area.effect, 0, area.speed, area.stay, 0))
        + len(area.text).to_bytes(4, "little")
        + area.text
    )


def area_text(data: bytes) -> bytes | None:
    """Return the text of the first area of a SHOW_AREAS packet's data, or None when there is none."""
    body = data[3:]
    if len(body) < 2:
        return None
    areas_at = 2 + (0 if body[1] == 0xFF else body[1])
    area = body[areas_at + 5 :]
    if len(body) <= areas_at or body[areas_at] == 0 or len(area) < TEXT_AT:
        return None
    text_at = TEXT_AT + 2 * int.from_bytes(area[5:7], "little")  # the numbers of its programmes
    text_at += _voice_length(area[text_at - 4 :]) if area[text_at - 5 : text_at - 4].strip(b"\x00") else 0
    length = int.from_bytes(area[text_at - 4 : text_at], "little")
    return area[text_at : text_at + length] if len(area) >= text_at + length else None


def _voice_length(voice: bytes) -> int:
    """Person, volume, speed, code page, repeats 4, interval 4, a counted reserve, and a text with its length of 4."""
    reserve = 13 + (voice[12] if len(voice) > 12 else 0)
    return reserve + 4 + int.from_bytes(voice[reserve : reserve + 4], "little")


def _as_second(packet: Packet) -> Packet:
    return SecondPacket(packet.destination, packet.source, packet.command, packet.data, ANY_DEVICE)
