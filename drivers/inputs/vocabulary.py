"""Modbus RTU of relay and input boards in the words of the test vectors: for `hall-field decode` and `encode`.

Directions: ``host->relay`` and ``relay->host``. pymodbus knows the frames; here they are only found and named. A
coil that is set is answered with the same frame.
"""

import struct
from typing import Any

from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU, bit_message, register_message

DIRECTIONS = ("host->relay", "relay->host")
SHORTEST = 4
_COUNTED = {1: "coils", 2: "inputs", 3: "registers", 4: "input_registers"}
_READS = {
    "coils": bit_message.ReadCoilsRequest,
    "inputs": bit_message.ReadDiscreteInputsRequest,
    "registers": register_message.ReadHoldingRegistersRequest,
    "input_registers": register_message.ReadInputRegistersRequest,
}


def decode(raw: bytes, direction: str) -> list[dict[str, Any]]:
    """Return one object per frame; what is none comes as ``{"error": ...}``."""
    if direction:
        return _frames(raw, direction == DIRECTIONS[0])
    readings = [_frames(raw, from_host) for from_host in (True, False)]
    return min(readings, key=lambda found: sum("error" in item for item in found))


def encode(fields: dict[str, Any], direction: str) -> bytes:
    """Return the frame of such an object.

    Raises:
        ValueError: a field is missing; the text says which.

    """
    pdu = _answer(fields) if direction == DIRECTIONS[1] and "bits" in fields else _request(fields)
    pdu.dev_id = int(fields.get("unit", 1))
    return bytes(FramerRTU(DecodePDU(True)).buildFrame(pdu))


def _frames(raw: bytes, from_host: bool) -> list[dict[str, Any]]:
    pdus = DecodePDU(from_host)
    found: list[dict[str, Any]] = []
    at, skipped = 0, ""
    while at < len(raw):
        frame, problem = _frame_at(raw[at:], pdus)
        if frame:
            found += [{"error": skipped}] if skipped else []
            found.append(_named(frame, pdus))
            at, skipped = at + len(frame), ""
        else:
            at, skipped = at + 1, skipped or problem
    return found + ([{"error": skipped}] if skipped else []) or [{"error": "no frame"}]


def _frame_at(data: bytes, pdus: DecodePDU) -> tuple[bytes, str]:
    """Return the frame at the front, or why there is none."""
    kind = pdus.lookupPduClass(data) if len(data) >= SHORTEST else None
    if kind is None:
        return b"", "no function that a relay board knows" if len(data) >= SHORTEST else "unfinished frame"
    size = kind.calculateRtuFrameSize(data)
    if not SHORTEST <= size <= len(data):
        return b"", "unfinished frame"
    check = int.from_bytes(data[size - 2 : size], "big")
    return (data[:size], "") if FramerRTU.check_CRC(data[: size - 2], check) else (b"", "checksum")


def _named(frame: bytes, pdus: DecodePDU) -> dict[str, Any]:
    try:
        pdu = pdus.decode(frame[1:-2])
    except (ModbusException, struct.error, ValueError, IndexError) as problem:
        return {"error": f"function {frame[1]} with a wrong body: {type(problem).__name__}"}
    if pdu is None:
        return {"error": f"function {frame[1]} with a wrong body"}
    return {"unit": frame[0], **_described(pdu, frame)}


def _described(pdu: ModbusPDU, frame: bytes) -> dict[str, Any]:
    code = frame[1]
    if code >= 0x80:
        return {"refused": code & 0x7F, "code": pdu.exception_code}
    if code == 5:
        return {"coil": pdu.address, "on": bool(pdu.bits[0])}
    if code == 6:
        return {"register": pdu.address, "value": pdu.registers[0]}
    if code in _COUNTED and pdu.count:
        return {_COUNTED[code]: pdu.count} | ({"from": pdu.address} if pdu.address else {})
    if code in (1, 2):
        return {"fc": code, "bits": [bool(bit) for bit in pdu.bits]}
    return {"fc": code, "data": frame[2:-2].hex().upper()}


def _request(fields: dict[str, Any]) -> ModbusPDU:
    if "coil" in fields and "on" in fields:
        return bit_message.WriteSingleCoilRequest(address=int(fields["coil"]), bits=[bool(fields["on"])])
    if "register" in fields and "value" in fields:
        register, value = int(fields["register"]), int(fields["value"])
        return register_message.WriteSingleRegisterRequest(address=register, registers=[value])
    for word, kind in _READS.items():
        if word in fields:
            return kind(address=int(fields.get("from", 0)), count=int(fields[word]))
    raise ValueError("coil and on, register and value, coils or inputs are missing")


def _answer(fields: dict[str, Any]) -> ModbusPDU:
    kinds = {1: bit_message.ReadCoilsResponse, 2: bit_message.ReadDiscreteInputsResponse}
    code = int(fields.get("fc", 2))
    if code not in kinds:
        raise ValueError("fc is 1 or 2")
    return kinds[code](bits=[bool(bit) for bit in fields["bits"]])
