"""Control requests of the USB printer class and their answers, in the words of the test vectors.

    GET_DEVICE_ID     A1 00   IEEE 1284 text behind its length (two bytes, big-endian, counting themselves)
    GET_PORT_STATUS   A1 01   one byte: 20h paper empty, 10h selected, 08h no error
    SOFT_RESET        21 02   no answer

Requests are given as their first two bytes or as the whole setup packet of eight.
Source: USB printer class definition 1.1, section 4.2.
"""

from drivers.ticket_printer.status import usb_port_status
from drivers.ticket_printer.vocabulary_fields import Described, flag, number, only, text

PORT_STATUS = "GET_PORT_STATUS bmRequestType A1 bRequest 01 length 1"
DEVICE_ID = "GET_DEVICE_ID bmRequestType A1 bRequest 00"
SOFT_RESET = "SOFT_RESET bmRequestType 21 bRequest 02"
_REQUESTS = {b"\xa1\x00": DEVICE_ID, b"\xa1\x01": PORT_STATUS, b"\x21\x02": SOFT_RESET}
_LONGEST_ID = 0xFFFF


def request(raw: bytes) -> Described | None:
    """Describe a request, or None when the bytes are none."""
    name = _REQUESTS.get(raw[:2])
    if name is None or len(raw) not in (2, 8) or any(raw[2:6]):
        return None
    if len(raw) == 2:
        return {"request": name, "hex": raw.hex().upper()}
    return {"request": name, "length": int.from_bytes(raw[6:], "little")}


def is_request(fields: Described) -> bool:
    """Whether an object describes a request and no answer."""
    return "request" in fields and not {"paper", "selected", "error", "text"} & fields.keys()


def request_bytes(fields: Described) -> bytes:
    """Return the setup packet.

    Raises:
        ValueError: no such request.

    """
    only(fields, ("request", "length"), "a request")
    name = text(fields, "request")
    start = next((raw for raw, known in _REQUESTS.items() if known.split()[0] == name.partition(" ")[0]), None)
    if start is None:
        raise ValueError(f"request is one of {', '.join(known.split()[0] for known in _REQUESTS.values())}")
    usual = 1 if _REQUESTS[start] == PORT_STATUS else 0
    length = number({"length": fields.get("length", usual)}, "length", most=0xFFFF)
    return start + bytes(4) + length.to_bytes(2, "little")


def port_status(byte: int) -> Described:
    """Describe the answer to GET_PORT_STATUS."""
    port = usb_port_status(byte)
    paper = "empty" if port.paper_empty else "ok"
    return {"request": PORT_STATUS, "paper": paper, "selected": port.selected, "error": port.error}


def port_status_byte(fields: Described) -> bytes:
    """Return the byte of an answer to GET_PORT_STATUS.

    Raises:
        ValueError: a field is missing or wrong.

    """
    only(fields, ("request", "paper", "selected", "error"), "the answer to GET_PORT_STATUS")
    paper = text(fields, "paper")
    if paper not in ("ok", "empty"):
        raise ValueError(f"paper is ok or empty, not {paper!r}")
    selected, error = flag(fields, "selected", None), flag(fields, "error", None)
    return bytes((0x20 * (paper == "empty") | 0x10 * selected | 0x08 * (not error),))


def device_id(raw: bytes) -> Described | None:
    """Describe the answer to GET_DEVICE_ID, or None when the bytes are none."""
    said = raw[2:]
    if len(raw) < 6 or int.from_bytes(raw[:2], "big") != len(raw) or not (said.isascii() and b":" in said):
        return None
    return {"request": DEVICE_ID, "text": said.decode("ascii")}


def device_id_bytes(fields: Described) -> bytes:
    """Return the answer to GET_DEVICE_ID.

    Raises:
        ValueError: the text is missing, too long or not ASCII.

    """
    only(fields, ("request", "text"), "the answer to GET_DEVICE_ID")
    said = text(fields, "text")
    if not said.isascii() or len(said) + 2 > _LONGEST_ID:
        raise ValueError("text of a device ID is ASCII and at most 65533 characters")
    return (len(said) + 2).to_bytes(2, "big") + said.encode("ascii")
