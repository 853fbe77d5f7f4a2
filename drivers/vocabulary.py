"""Bytes in the words of the test vectors, for every family: what `hall-field decode` and `encode` stand on.

A family goes by its folder's name or by the vectors' word for it; a model by its row in the catalogue, by its label,
or by the vectors' word for the device. Families are imported when they are asked for.
"""

import struct
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from drivers import catalog
from drivers.catalog import UnknownModel
from drivers.profile import Profile, profile_of

if TYPE_CHECKING:
    from drivers.rating_pad.vocabulary import KeyWords
    from drivers.ticket_printer.model import Model as PrinterModel

FAMILIES = {
    "idcard": "id_card",
    "escpos": "ticket_printer",
    "led": "counter_screen",
    "caller": "caller_pad",
    "evaluator": "rating_pad",
    "scanner": "code_scanner",
    "voice": "voice",
    "other": "inputs",
    "ups": "ups",
    "ff68": "ff68",
    "signature": "signature_pad",
    "smartcard": "smart_card",
}
"""The vectors' word to the folder; both are understood."""
ID_NUMBER = "GB 11643 number"
FF68 = "FF 68 bus"
_HID_READER = "SDT HID reader"
_WIDE_WEDGE, _NARROW_WEDGE = "HID wedge, 64-bit input_event", "HID wedge, 32-bit input_event"
_ONBON = "onbon-bx5k"
_SECOND = "onbon-bx6e"
"""Looked for only where it is named: no frame of it was ever captured."""
_DECIMAL_POINT = "decimal point position "
"""What register 4 of a digit display sets."""
_IC_CARDS = (
    *(
        "PC/SC",
        "PC/SC reader",
        "PC/SC contact reader",
        "PC/SC contactless reader",
        "PC/SC part 3",
        "CCID",
        "ISO 7816-4",
    ),
    *("Contactless IC / NFC", "Contactless IC", "NFC", "Contact IC", "Social-security card, contact IC"),
    *("Social-security card", "IC card", "Smart card", "smartcard"),
)
"""What a card behind PC/SC is called."""
_DEVICES: dict[str, dict[str, tuple[str, ...]]] = {
    "counter_screen": {
        **dict.fromkeys(("ONBON", "BX-5K/6K", "BX-5K", "BX-6K", "ONBON BX-5K", "ONBON BX-6K"), (_ONBON,)),
        **dict.fromkeys(("BX-6E/6Q", "BX-6E", "BX-6Q", "ONBON BX-6E/6Q dynamic area", "ONBON BX-6"), (_SECOND,)),
        **dict.fromkeys(("LED-485 Modbus", "LED-485 Modbus RTU"), ("led485-modbus",)),
        **dict.fromkeys(("LED-485 ASCII", "LED-485 digit display, ASCII"), ("led485-ascii",)),
        **dict.fromkeys(("LED-485", "LED-485 digit display"), ("led485-modbus", "led485-ascii")),
        **dict.fromkeys(("Sunpn", "Sunpn number board"), ("sunpn",)),
        **dict.fromkeys(("Four-byte board", "Four-byte number board", "4-byte board"), ("kanban4",)),
        **dict.fromkeys(("AlphaSign", "BetaBrite"), ("alphasign",)),
    },
    "id_card": {"SDT/SAM_V": (), _HID_READER: (), ID_NUMBER: ()},
    "ticket_printer": {
        "ESC/POS": (),
        "SNBC BT-T080": ("snbc-bt-t080",),
        "BT-T080": ("snbc-bt-t080",),
        "SNBC RS-T80": ("snbc-btp-r580",),
        "RS-T80": ("snbc-btp-r580",),
        "SNBC BTP-R580": ("snbc-btp-r580",),
        "BTP-R580": ("snbc-btp-r580",),
        "SNBC BTP-M300": ("snbc-btp-m300",),
        "BTP-M300": ("snbc-btp-m300",),
        "SNBC BTP-R880NP": ("snbc-btp-r880np",),
        "BTP-R880NP": ("snbc-btp-r880np",),
        "MY-638": ("my-628",),
        "MY-628/638": ("my-628",),
        "Better BT-532C": ("my-628",),
        "BT-532C": ("my-628",),
        "Custom": ("custom-kpm150",),
        "Custom KPM150": ("custom-kpm150",),
        "Custom KPM300": ("custom-kpm150",),
        "Custom TG02H": ("custom-kpm150",),
        "MASUNG": ("masung-ep802",),
    },
    "code_scanner": {
        "Honeywell": ("honeywell",),
        "Mindeo": ("honeywell",),
        "Honeywell / Mindeo": ("honeywell",),
        "Newland": ("newland",),
        "Newland older": ("newland",),
        "Metrologic": ("usb-com",),
        "GM65-type": ("gm65",),
        "any USB-COM": ("usb-com",),
        "HID wedge": ("hid-wedge",),
        _WIDE_WEDGE: ("hid-wedge",),
        _NARROW_WEDGE: ("hid-wedge",),
    },
    "voice": {
        "SYN6658/XFS5152CE": ("syn6658", "xfs5152ce"),
        "SYN6288/SYN6658/XFS5152CE": ("syn6288", "syn6658", "xfs5152ce"),
    },
    "caller_pad": {FF68: (), "ff68-bus": (), "FF 68 bus caller": (), "FF 68 caller": ()},
    "rating_pad": {FF68: (), "ff68-bus": (), "FF 68 bus evaluator": (), "FF 68 evaluator": ()},
    "ff68": {FF68: ()},
    "smart_card": dict.fromkeys(_IC_CARDS, ()),
    "inputs": {
        **dict.fromkeys(("Modbus RTU relay", "Modbus RTU relay board", "Modbus RTU"), ()),
        "Modbus TCP": ("modbus-tcp-8",),
        **dict.fromkeys(("USB relay", "CH340 relay", "CH340 USB relay", "USB relay (CH340)"), ("ch340-relay",)),
        **dict.fromkeys(("UPS", "NUT", "Network UPS Tools", *_IC_CARDS), ()),
    },
}
"""The vectors' words for devices, with the rows that they stand for; no row stands for the family's own frames."""
_ELSEWHERE = dict.fromkeys(("UPS", "NUT", "Network UPS Tools"), "ups") | dict.fromkeys(_IC_CARDS, "smart_card")
"""Devices of the vectors' family `other` that have a folder of their own."""
_BUS = ("caller->host", "host->caller", "evaluator->host", "host->evaluator")
_DIRECTIONS = {
    "id_card": ("host->reader", "reader->host"),
    "ticket_printer": ("host->printer", "printer->host"),
    "counter_screen": ("host->display", "display->host"),
    "caller_pad": _BUS,
    "rating_pad": _BUS,
    "ff68": _BUS,
    "code_scanner": ("host->scanner", "scanner->host", "kernel->host"),
    "voice": ("host->chip", "chip->host"),
    "inputs": ("host->relay", "relay->host", "host->card", "card->host"),
    "smart_card": ("host->card", "card->host", "host->reader", "reader->host"),
}
"""What a family's directions are called; any other word leaves it to be guessed."""


class Ask(NamedTuple):
    """What the technician said about the bytes. `after` is what the host had sent before them."""

    model: str = ""
    direction: str = ""
    after: bytes = b""


class _Rows(NamedTuple):
    """The models that a word stands for; `device` is the word itself where it is one of `_DEVICES`."""

    names: tuple[str, ...]
    device: str = ""


def folder_of(family: str) -> str:
    """Return the folder of a family by either of its names.

    Raises:
        UnknownModel: with the nearest known name.

    """
    folder = FAMILIES.get(family.casefold(), family.casefold())
    if folder not in FAMILIES.values():
        raise UnknownModel(f"no device family {family!r}; {_nearest(family, [*FAMILIES, *FAMILIES.values()])}")
    return folder


def models_of(family: str) -> list[str]:
    """Return every name that `model` may have in a family."""
    return sorted(_words(folder_of(family)))


def decode(family: str, raw: bytes, ask: Ask = Ask()) -> list[dict[str, Any]]:  # noqa: B008 - an immutable value
    """Return one object per frame or event, at least one; what cannot be read is ``{"error": reason}``.

    Raises:
        UnknownModel: no such family or model.

    """
    folder = folder_of(family)
    return _DECODERS[folder](raw, _known_direction(ask, folder), _rows(folder, ask.model))


def encode(family: str, fields: dict[str, Any], ask: Ask = Ask()) -> bytes:  # noqa: B008 - an immutable value
    """Return the bytes that an object describes.

    Raises:
        UnknownModel: no such family or model.
        ValueError: the object does not say which bytes; the text says what is missing.

    """
    folder = folder_of(family)
    rows, ask = _rows(folder, ask.model), _known_direction(ask, folder)
    try:
        return _ENCODERS[folder](fields, ask, rows)
    except KeyError as problem:
        raise ValueError(f"{problem} is missing or unknown") from problem
    except (TypeError, AttributeError) as problem:
        raise ValueError(f"a field has a wrong type: {problem}") from problem
    except (LookupError, OverflowError, struct.error) as problem:
        raise ValueError(f"a field is out of range: {problem}") from problem


def _known_direction(ask: Ask, folder: str) -> Ask:
    """Return the question with a direction that the family knows, however it was written, or without one."""
    word = "".join(ask.direction.casefold().split())
    return ask._replace(direction=word if word in _DIRECTIONS.get(folder, ()) else "")


def _rows(folder: str, model: str) -> _Rows:
    """Return the rows that a word stands for; all of the family without a word."""
    if not model:
        return _Rows(tuple(_catalogued(folder)))
    words = _words(folder)
    if name := _written(model, words):
        return _Rows(tuple(words[name]), name if name in _DEVICES.get(folder, {}) else "")
    names = [_written(part, words) for part in model.split("/")]
    if not all(names):
        raise UnknownModel(f"no {folder} model {model!r}; {_nearest(model, words)}")
    return _Rows(tuple(dict.fromkeys(row for name in names for row in words[name])))


def _written(word: str, known: Iterable[str]) -> str:
    """Return the known word that only differs in case, blanks or punctuation; empty without one."""
    for plain in (str.casefold, _bare):
        if found := next((name for name in known if plain(name) == plain(word)), ""):
            return found
    return ""


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _words(folder: str) -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for name, row in _catalogued(folder).items():
        for word in (name, *(row[key] for key in ("device", "label", "label_zh", "title", "name") if key in row)):
            words[word] = (*words.get(word, ()), name)
    return words | _DEVICES.get(folder, {})


def _catalogued(folder: str) -> dict[str, dict[str, Any]]:
    return catalog.models(folder) if folder in catalog.FAMILIES else {}


def _nearest(word: str, known: Iterable[str]) -> str:
    found = get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f"nearest: {found[0]!r}" if found else "none is known"


def _profiles(folder: str, rows: _Rows) -> dict[str, Profile]:
    found = {name: _catalogued(folder)[name] for name in rows.names}
    return {name: profile_of(row) for name, row in found.items() if "profile" in row}


def _decode_id_card(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
    from drivers.id_card import vocabulary

    if rows.device == ID_NUMBER or (not ask.model and vocabulary.is_number(raw)):
        return [vocabulary.describe_number(raw.decode("ascii", "replace"))]
    return vocabulary.decode(raw, ask.direction, hid=_speaks_in_reports(rows))


def _speaks_in_reports(rows: _Rows) -> bool:
    models = [catalog.model("id_card", name) for name in rows.names]
    return rows.device == _HID_READER or (bool(models) and all("hid" in row for row in models))


def _encode_id_card(fields: dict[str, Any], _ask: Ask, rows: _Rows) -> bytes:
    from drivers.id_card import vocabulary

    if rows.device == ID_NUMBER:
        return vocabulary.encode_number(fields)
    return vocabulary.encode(fields, hid=_speaks_in_reports(rows))


def _decode_printer(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
    from drivers.ticket_printer import vocabulary

    return vocabulary.decode(raw, ask.direction, ask.after, _printer(rows))


def _printer(rows: _Rows) -> "PrinterModel | None":
    """Return the one model that is meant, or None: then every bit is read."""
    from drivers.ticket_printer.model import model_of

    return model_of(catalog.model("ticket_printer", rows.names[0])) if len(rows.names) == 1 else None


def _encode_printer(fields: dict[str, Any], ask: Ask, rows: _Rows) -> bytes:
    from drivers.ticket_printer import vocabulary

    return vocabulary.encode(fields, ask.direction, _printer(rows))


def _decode_screen(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
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


def _encode_screen(fields: dict[str, Any], ask: Ask, rows: _Rows) -> bytes:
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

    def decode_pad(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
        from drivers import profile_vocabulary
        from drivers.ff68 import vocabulary

        if keyboard := _keyboard(folder, rows):
            return keyboard.decode(raw)
        profiles = _profiles(folder, rows)
        if not profiles or (not ask.model and b"\xff\x68" in raw):
            return vocabulary.decode(raw, ask.direction, folder)
        return profile_vocabulary.decode(raw, ask.direction, profiles)

    def encode_pad(fields: dict[str, Any], ask: Ask, rows: _Rows) -> bytes:
        from drivers import profile_vocabulary
        from drivers.ff68 import vocabulary

        if keyboard := _keyboard(folder, rows):
            return keyboard.encode(fields)
        profiles = _profiles(folder, rows)
        if not profiles or (not ask.model and vocabulary.is_of_bus(fields)):
            return vocabulary.encode(fields, ask.direction, folder)
        return profile_vocabulary.encode(fields, ask.direction, profiles)

    return decode_pad, encode_pad


def _keyboard(folder: str, rows: _Rows) -> "KeyWords | None":
    """Return the words of the one keyboard pad that is meant, or None."""
    transport = catalog.model(folder, rows.names[0]).get("transport", "") if len(rows.names) == 1 else ""
    if not transport.startswith("hid"):
        return None
    from drivers.rating_pad import vocabulary

    return vocabulary.REPORTS if transport == "hid-report" else vocabulary.RECORDS


def _decode_scanner(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
    from drivers.code_scanner import vocabulary

    direction = "kernel->host" if rows.names == ("hid-wedge",) and not ask.direction else ask.direction
    return vocabulary.decode(raw, direction, _scanner_dialects(rows), _record_size(rows))


def _encode_scanner(fields: dict[str, Any], ask: Ask, rows: _Rows) -> bytes:
    from drivers.code_scanner import vocabulary

    direction = "kernel->host" if rows.names == ("hid-wedge",) and not ask.direction else ask.direction
    return vocabulary.encode(fields, direction, _scanner_dialects(rows), _record_size(rows))


def _scanner_dialects(rows: _Rows) -> tuple[str, ...]:
    found = [catalog.model("code_scanner", name).get("dialect", "none") for name in rows.names]
    return tuple(dict.fromkeys(found))


def _record_size(rows: _Rows) -> int:
    """Return the bytes of an input record where the vectors' word for the device says it."""
    return {_NARROW_WEDGE: 16, _WIDE_WEDGE: 24}.get(rows.device, 0)


def _voices(rows: _Rows) -> dict[str, Any]:
    from drivers.voice.protocol import dialect_of

    found = {name: catalog.model("voice", name) for name in rows.names}
    return {name: dialect_of(row) for name, row in found.items() if "dialect" in row}


def _decode_voice(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
    from drivers.voice import vocabulary

    chips = _voices(rows)
    return vocabulary.decode(raw, ask.direction, chips) if chips else [{"error": "this model speaks no frames"}]


def _encode_voice(fields: dict[str, Any], _ask: Ask, rows: _Rows) -> bytes:
    from drivers.voice import vocabulary

    return vocabulary.encode(fields, _voices(rows))


def _decode_relay(raw: bytes, ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
    from drivers.inputs import vocabulary

    if folder := _ELSEWHERE.get(rows.device):
        return _DECODERS[folder](raw, ask, _rows(folder, ""))
    if not ask.model and raw.isascii() and raw.endswith(b"\n"):
        lines = _decode_ups(raw, ask, rows)
        if not any("error" in line for line in lines):
            return lines
    found = vocabulary.decode(raw, ask.direction, _board_protocols(rows))
    quantities = _catalogued("inputs")[rows.names[0]].get("quantities", {}) if len(rows.names) == 1 else {}
    return [vocabulary.measured(frame, quantities) for frame in found]


def _encode_relay(fields: dict[str, Any], ask: Ask, rows: _Rows) -> bytes:
    from drivers.inputs import vocabulary

    if folder := _ELSEWHERE.get(rows.device):
        return _ENCODERS[folder](fields, ask, _rows(folder, ""))
    return vocabulary.encode(fields, ask.direction, _board_protocols(rows))


def _board_protocols(rows: _Rows) -> tuple[str, ...]:
    found = [catalog.model("inputs", name)["protocol"] for name in rows.names]
    return tuple(dict.fromkeys(found)) or ("rtu",)


def _decode_ups(raw: bytes, _ask: Ask, _rows: _Rows) -> list[dict[str, Any]]:
    from drivers.ups import vocabulary

    return vocabulary.decode(raw)


def _encode_ups(fields: dict[str, Any], _ask: Ask, _rows: _Rows) -> bytes:
    from drivers.ups import vocabulary

    return vocabulary.encode(fields)


def _decode_signature(raw: bytes, _ask: Ask, rows: _Rows) -> list[dict[str, Any]]:
    from drivers.signature_pad import vocabulary

    return vocabulary.decode(raw, catalog.model("signature_pad", rows.names[0]))


def _decode_card(raw: bytes, ask: Ask, _rows: _Rows) -> list[dict[str, Any]]:
    from drivers.smart_card import vocabulary

    return vocabulary.decode(raw, ask.direction, ask.after)


def _encode_card(fields: dict[str, Any], _ask: Ask, _rows: _Rows) -> bytes:
    from drivers.smart_card import vocabulary

    return vocabulary.encode(fields)


def _encode_signature(fields: dict[str, Any], _ask: Ask, rows: _Rows) -> bytes:
    from drivers.signature_pad import vocabulary

    return vocabulary.encode(fields, catalog.model("signature_pad", rows.names[0]))


_Decode = Callable[[bytes, Ask, _Rows], list[dict[str, Any]]]
_Encode = Callable[[dict[str, Any], Ask, _Rows], bytes]
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
