"""Bytes in the words of the test vectors, for every family: what `hall-field decode` and `encode` stand on.

Families are imported when they are asked for.
"""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from drivers import catalog
from drivers.described import UnknownField, is_sentence
from drivers.device_words import Rows, catalogued, direction_of, family_elsewhere, folder_of, rows_of
from drivers.profile import Profile, profile_of

if TYPE_CHECKING:
    from drivers.rating_pad.vocabulary import KeyWords
    from drivers.ticket_printer.model import Model as PrinterModel

ID_NUMBER = "GB 11643 number"
_HID_READER = "SDT HID reader"
_WIDE_WEDGE, _NARROW_WEDGE = "HID wedge, 64-bit input_event", "HID wedge, 32-bit input_event"
_ONBON = "onbon-bx5k"
_SECOND = "onbon-bx6e"
"""Looked for only where it is named: no frame of it was ever captured."""
_DECIMAL_POINT = "decimal point position "
"""What register 4 of a digit display sets."""


class Ask(NamedTuple):
    """What the technician said about the bytes. `after` is what the host had sent before them."""

    model: str = ""
    direction: str = ""
    after: bytes = b""


def decode(family: str, raw: bytes, ask: Ask = Ask()) -> list[dict[str, Any]]:  # noqa: B008 - an immutable value
    """Return one object per frame or event, at least one; what cannot be read is ``{"error": reason}``.

    Raises:
        UnknownModel: no such family or model.

    """
    folder = folder_of(family)
    asked = ask._replace(direction=direction_of(ask.direction, folder))
    return _DECODERS[folder](raw, asked, rows_of(folder, ask.model))


def encode(family: str, fields: dict[str, Any], ask: Ask = Ask()) -> bytes:  # noqa: B008 - an immutable value
    """Return the bytes that an object describes.

    Raises:
        UnknownModel: no such family or model.
        ValueError: the object does not say which bytes; the text says what is missing.

    """
    folder = folder_of(family)
    rows, asked = rows_of(folder, ask.model), ask._replace(direction=direction_of(ask.direction, folder))
    try:
        return _without_sentences(fields, lambda said: _ENCODERS[folder](said, asked, rows))
    except KeyError as problem:
        raise ValueError(f"{problem} is missing or unknown") from problem
    except (TypeError, AttributeError) as problem:
        raise ValueError(f"a field has a wrong type: {problem}") from problem
    except (LookupError, OverflowError, struct.error) as problem:
        raise ValueError(f"a field is out of range: {problem}") from problem


def _without_sentences(fields: dict[str, Any], made: Callable[[dict[str, Any]], bytes]) -> bytes:
    """Leave out what the frame does not know where it is written for people: several words."""
    while True:
        try:
            return made(fields)
        except UnknownField as problem:
            if not is_sentence(fields[problem.name]):
                raise
            fields = {name: value for name, value in fields.items() if name != problem.name}


def _profiles(folder: str, rows: Rows) -> dict[str, Profile]:
    found = {name: catalogued(folder)[name] for name in rows.names}
    return {name: profile_of(row) for name, row in found.items() if "profile" in row}


def _decode_id_card(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers.id_card import vocabulary

    if rows.device == ID_NUMBER or (not ask.model and vocabulary.is_number(raw)):
        return [vocabulary.describe_number(raw.decode("ascii", "replace"))]
    return vocabulary.decode(raw, ask.direction, hid=_speaks_in_reports(rows))


def _speaks_in_reports(rows: Rows) -> bool:
    models = [catalog.model("id_card", name) for name in rows.names]
    return rows.device == _HID_READER or (bool(models) and all("hid" in row for row in models))


def _encode_id_card(fields: dict[str, Any], _ask: Ask, rows: Rows) -> bytes:
    from drivers.id_card import vocabulary

    if rows.device == ID_NUMBER:
        return vocabulary.encode_number(fields)
    return vocabulary.encode(fields, hid=_speaks_in_reports(rows))


def _decode_printer(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers.ticket_printer import vocabulary

    return vocabulary.decode(raw, ask.direction, ask.after, _printer(rows))


def _printer(rows: Rows) -> "PrinterModel | None":
    """Return the one model that is meant, or None: then every bit is read."""
    from drivers.ticket_printer.model import model_of

    return model_of(catalog.model("ticket_printer", rows.names[0])) if len(rows.names) == 1 else None


def _encode_printer(fields: dict[str, Any], ask: Ask, rows: Rows) -> bytes:
    from drivers.ticket_printer import vocabulary

    return vocabulary.encode(fields, ask.direction, _printer(rows))


def _decode_screen(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers import profile_vocabulary
    from drivers.counter_screen import vocabulary

    if tuple(rows.names) == (_SECOND,):
        return vocabulary.decode(raw, of_second=True)
    profiles = _profiles("counter_screen", rows)
    found = vocabulary.decode(raw) if _ONBON in rows.names else []
    if found and (not profiles or any(not _undecoded([item]) for item in found)):
        return found
    others = profile_vocabulary.decode(raw, ask.direction, profiles)
    return found if found and vocabulary.LEAD in raw and _undecoded(others) else others


def _encode_screen(fields: dict[str, Any], ask: Ask, rows: Rows) -> bytes:
    from drivers import profile_vocabulary
    from drivers.counter_screen import vocabulary

    if tuple(rows.names) == (_SECOND,):
        return vocabulary.encode(fields, of_second=True)
    if _ONBON in rows.names and (len(rows.names) == 1 or "group" in fields):
        return vocabulary.encode(fields)
    said = str(fields.get("meaning", ""))
    if said.removeprefix(_DECIMAL_POINT).isdecimal() and said.startswith(_DECIMAL_POINT) and "value" not in fields:
        fields = {**fields, "value": int(said.removeprefix(_DECIMAL_POINT))}
    return profile_vocabulary.encode(fields, ask.direction, _profiles("counter_screen", rows))


def _undecoded(found: list[dict[str, Any]]) -> bool:
    """An ONBON answer has an ``error`` of its own, a number."""
    return any(isinstance(item.get("error"), str) for item in found)


def _pad(folder: str) -> tuple["_Decode", "_Encode"]:
    """Pads speak FF 68 on the shared bus, or are profiles on a line of their own."""

    def decode_pad(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
        from drivers import profile_vocabulary
        from drivers.ff68 import vocabulary

        if keyboard := _keyboard(folder, rows):
            return keyboard.decode(raw)
        profiles = _profiles(folder, rows)
        if not profiles or (not ask.model and b"\xff\x68" in raw):
            return vocabulary.decode(raw, ask.direction, folder)
        return profile_vocabulary.decode(raw, ask.direction, profiles)

    def encode_pad(fields: dict[str, Any], ask: Ask, rows: Rows) -> bytes:
        from drivers import profile_vocabulary
        from drivers.ff68 import vocabulary

        if keyboard := _keyboard(folder, rows):
            return keyboard.encode(fields)
        profiles = _profiles(folder, rows)
        if not profiles or (not ask.model and vocabulary.is_of_bus(fields)):
            return vocabulary.encode(fields, ask.direction, folder)
        return profile_vocabulary.encode(fields, ask.direction, profiles)

    return decode_pad, encode_pad


def _keyboard(folder: str, rows: Rows) -> "KeyWords | None":
    """Return the words of the one keyboard pad that is meant, or None."""
    transport = catalog.model(folder, rows.names[0]).get("transport", "") if len(rows.names) == 1 else ""
    if not transport.startswith("hid"):
        return None
    from drivers.rating_pad import vocabulary

    return vocabulary.REPORTS if transport == "hid-report" else vocabulary.RECORDS


def _decode_scanner(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers.code_scanner import vocabulary

    direction = "kernel->host" if rows.names == ("hid-wedge",) and not ask.direction else ask.direction
    return vocabulary.decode(raw, direction, _scanner_dialects(rows), _record_size(rows))


def _encode_scanner(fields: dict[str, Any], ask: Ask, rows: Rows) -> bytes:
    from drivers.code_scanner import vocabulary

    direction = "kernel->host" if rows.names == ("hid-wedge",) and not ask.direction else ask.direction
    return vocabulary.encode(fields, direction, _scanner_dialects(rows), _record_size(rows))


def _scanner_dialects(rows: Rows) -> tuple[str, ...]:
    found = [catalog.model("code_scanner", name).get("dialect", "none") for name in rows.names]
    return tuple(dict.fromkeys(found))


def _record_size(rows: Rows) -> int:
    """Return the bytes of an input record where the vectors' word for the device says it."""
    return {_NARROW_WEDGE: 16, _WIDE_WEDGE: 24}.get(rows.device, 0)


def _voices(rows: Rows) -> dict[str, Any]:
    from drivers.voice.protocol import dialect_of

    found = {name: catalog.model("voice", name) for name in rows.names}
    return {name: dialect_of(row) for name, row in found.items() if "dialect" in row}


def _decode_voice(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers.voice import vocabulary

    chips = _voices(rows)
    return vocabulary.decode(raw, ask.direction, chips) if chips else [{"error": "this model speaks no frames"}]


def _encode_voice(fields: dict[str, Any], _ask: Ask, rows: Rows) -> bytes:
    from drivers.voice import vocabulary

    return vocabulary.encode(fields, _voices(rows))


def _decode_relay(raw: bytes, ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers.inputs import vocabulary

    if folder := family_elsewhere("inputs", rows.device):
        return _DECODERS[folder](raw, ask, rows_of(folder, ""))
    if not ask.model and raw.isascii() and raw.endswith(b"\n"):
        lines = _decode_ups(raw, ask, rows)
        if not any("error" in line for line in lines):
            return lines
    found = vocabulary.decode(raw, ask.direction, _board_protocols(rows))
    quantities = catalogued("inputs")[rows.names[0]].get("quantities", {}) if len(rows.names) == 1 else {}
    return [vocabulary.measured(frame, quantities) for frame in found]


def _encode_relay(fields: dict[str, Any], ask: Ask, rows: Rows) -> bytes:
    from drivers.inputs import vocabulary

    if folder := family_elsewhere("inputs", rows.device):
        return _ENCODERS[folder](fields, ask, rows_of(folder, ""))
    return vocabulary.encode(fields, ask.direction, _board_protocols(rows))


def _board_protocols(rows: Rows) -> tuple[str, ...]:
    found = [catalog.model("inputs", name)["protocol"] for name in rows.names]
    return tuple(dict.fromkeys(found)) or ("rtu",)


def _decode_ups(raw: bytes, _ask: Ask, _rows: Rows) -> list[dict[str, Any]]:
    from drivers.ups import vocabulary

    return vocabulary.decode(raw)


def _encode_ups(fields: dict[str, Any], _ask: Ask, _rows: Rows) -> bytes:
    from drivers.ups import vocabulary

    return vocabulary.encode(fields)


def _decode_signature(raw: bytes, _ask: Ask, rows: Rows) -> list[dict[str, Any]]:
    from drivers.signature_pad import vocabulary

    return vocabulary.decode(raw, catalog.model("signature_pad", rows.names[0]))


def _decode_card(raw: bytes, ask: Ask, _rows: Rows) -> list[dict[str, Any]]:
    from drivers.smart_card import vocabulary

    return vocabulary.decode(raw, ask.direction, ask.after)


def _encode_card(fields: dict[str, Any], _ask: Ask, _rows: Rows) -> bytes:
    from drivers.smart_card import vocabulary

    return vocabulary.encode(fields)


def _encode_signature(fields: dict[str, Any], _ask: Ask, rows: Rows) -> bytes:
    from drivers.signature_pad import vocabulary

    return vocabulary.encode(fields, catalog.model("signature_pad", rows.names[0]))


_Decode = Callable[[bytes, Ask, Rows], list[dict[str, Any]]]
_Encode = Callable[[dict[str, Any], Ask, Rows], bytes]
_BY_FOLDER: dict[str, tuple[_Decode, _Encode]] = {
    "signature_pad": (_decode_signature, _encode_signature),
    "smart_card": (_decode_card, _encode_card),
    "id_card": (_decode_id_card, _encode_id_card),
    "ticket_printer": (_decode_printer, _encode_printer),
    "counter_screen": (_decode_screen, _encode_screen),
    "caller_pad": _pad("caller_pad"),
    "rating_pad": _pad("rating_pad"),
    "ff68": _pad("ff68"),
    "code_scanner": (_decode_scanner, _encode_scanner),
    "voice": (_decode_voice, _encode_voice),
    "inputs": (_decode_relay, _encode_relay),
    "ups": (_decode_ups, _encode_ups),
}
_DECODERS = {folder: functions[0] for folder, functions in _BY_FOLDER.items()}
_ENCODERS = {folder: functions[1] for folder, functions in _BY_FOLDER.items()}
