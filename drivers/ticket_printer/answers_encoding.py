"""The bytes of a printer's answer from its words; the names of the bits are here too.

Which answer is meant is seen by its fields: ``flow``; ``request`` or ``selected`` (USB port); ``n`` (DLE EOT n);
``cmd`` GS I or ``text``; ``online`` (automatic status); ``paper`` or ``drawer`` alone (GS r); else DLE EOT 20.
"""

from collections.abc import Callable, Mapping

from drivers.ticket_printer import usb_vocabulary
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.vocabulary_fields import (
    Described,
    bits,
    encoded,
    flag,
    hex_bytes,
    number,
    only,
    renamed,
    text,
)

OFFLINE_CAUSE = {0x04: "cover_open", 0x08: "feeding_by_button", 0x20: "stopped_paper_end", 0x40: "error"}
ERROR_CAUSE = {0x04: "mechanical_error", 0x08: "cutter_error", 0x20: "unrecoverable", 0x40: "auto_recoverable"}
PRINTER_EXTRAS = {0x20: "waiting_for_recovery", 0x40: "feed_button"}
CUSTOM: tuple[dict[int, str], ...] = (
    {0x01: "no_paper", 0x04: "near_end", 0x20: "ticket_in_output", 0x40: "virtual_end", 0x80: "notch"},
    {0x01: "head_up", 0x02: "cover_open", 0x04: "spooling", 0x08: "motor", 0x20: "lf", 0x40: "ff"},
    {0x01: "head_hot", 0x02: "com_error", 0x08: "voltage", 0x40: "cutter_error"},
)
"""Paper, user and recoverable byte of DLE EOT 20; no manual names the bits of the fourth alike."""
EOT4 = {0x00: "ok", 0x0C: "near end", 0x60: "end, near-end sensor clear", 0x6C: "end"}
IN_ORDER = {0x00: "ok", 0x03: "near end", 0x0C: "end", 0x0F: "end and near end"}
_ASB_FIRST = {0x04: "drawer", 0x20: "cover_open", 0x40: "feed_button"}
_ASB_OWN = {*_ASB_FIRST.values(), *ERROR_CAUSE.values()} - {"drawer"}
_WHOLE_BYTE = 5
"""The question whose answer is given as it is: no manual names its bits."""
_OTHER_WORDS = {
    "mechanical": "mechanical_error",
    "paper_jam": "mechanical_error",
    "cutter": "cutter_error",
    "cover": "cover_open",
    "feeding": "feeding_by_button",
    "lf_key": "lf",
    "ff_key": "ff",
}


def encode(fields: Described, model: Model | None = None) -> bytes:
    """Return the bytes of an answer; `model` says what its blocks look like.

    Raises:
        ValueError: the object is no answer of a printer; the text names the field.

    """
    if "hex" in fields:
        return hex_bytes(fields, "hex")
    if "flow" in fields:
        return _flow(fields)
    if "request" in fields or "selected" in fields:
        is_id = text({"request": "", **fields}, "request").startswith("GET_DEVICE_ID")
        return usb_vocabulary.device_id_bytes(fields) if is_id else usb_vocabulary.port_status_byte(fields)
    if "text" in fields or "number" in fields:
        return _identity(fields)
    given = renamed(fields, _OTHER_WORDS)
    if "n" in given:
        fixed = model.fixed_printer if model and given["n"] == 1 else 0
        return bytes((_real_time(given) | fixed,))
    return _unnamed(given, model)


def _unnamed(given: Described, model: Model | None) -> bytes:
    """The answers that only the choice of their fields tells apart."""
    if "online" in given:
        return _asb(given, model)
    if "paper" in given:
        if model and model.asb_end_only and _ASB_OWN & given.keys():
            return _asb_of_end(given, model)
        only(given, ("paper",), "the answer to GS r 1 (a block of automatic status has online too)")
        return bytes((_bits_of(IN_ORDER, given),))
    if "drawer" in given:
        only(given, ("drawer",), "the answer to GS r 2")
        return bytes((flag(given, "drawer"),))
    return _custom(given)


def _flow(fields: Described) -> bytes:
    only(fields, ("flow",), "flow control")
    if fields["flow"] not in ("XON", "XOFF"):
        raise ValueError(f"flow is XON or XOFF, not {fields['flow']!r}")
    return b"\x11" if fields["flow"] == "XON" else b"\x13"


def _identity(fields: Described) -> bytes:
    only(fields, ("cmd", "n", "text", "number"), "the answer to GS I")
    if "number" in fields:
        return bytes((number(fields, "number"),))
    said = encoded(fields, "text", "ascii")
    if b"\0" in said:
        raise ValueError("text holds a zero, which ends it")
    return b"\x5f" + said + b"\0"


def _real_time(given: Described) -> int:
    asked = number(given, "n")
    if asked not in _REAL_TIME:
        raise ValueError(f"n is one of {', '.join(map(str, _REAL_TIME))}, not {asked}")
    found = _REAL_TIME[asked](given)
    return found if asked == _WHOLE_BYTE else 0x12 | found


def _printer(given: Described) -> int:
    given = renamed(given, {"drawer": "drawer_pin3"})
    only(given, ("n", "online", "drawer_pin3", "ticket_taken", *PRINTER_EXTRAS.values()), "the answer to DLE EOT 1")
    taken, online = flag(given, "ticket_taken", True), flag(given, "online", True)
    return 0x08 * (not online) | 0x04 * flag(given, "drawer_pin3") | 0x80 * (not taken) | bits(given, PRINTER_EXTRAS)


def _causes(question: int, names: dict[int, str], more: Mapping[str, str]) -> Callable[[Described], int]:
    def causes(given: Described) -> int:
        given = renamed(given, more)
        only(given, ("n", "ok", *names.values()), f"the answer to DLE EOT {question}")
        found = bits(given, names)
        _agree(given, "ok", found, names)
        return found

    return causes


def _agree(given: Described, ok: str, found: int, names: dict[int, str]) -> None:
    if not given.keys() & {ok, *names.values()}:
        raise ValueError(f"{ok} is missing, or one of {', '.join(names.values())}")
    if ok in given and flag(given, ok) is bool(found):
        raise ValueError(
            f"{ok} contradicts {', '.join(name for bit, name in names.items() if found & bit) or 'the rest'}"
        )


def _paper(given: Described) -> int:
    only(given, ("n", "paper"), "the answer to DLE EOT 4")
    if given.get("paper") == IN_ORDER[0x0F]:
        return 0x6C  # the words of GS r
    return _bits_of(EOT4, given)


def _print_status(given: Described) -> int:
    only(given, ("n", "motor", "no_paper"), "the answer to DLE EOT 17")
    return bits(given, {0x04: "motor", 0x20: "no_paper"})


def _second_error(given: Described) -> int:
    only(given, ("n", "bits"), "the answer to DLE EOT 5")
    found = hex_bytes(given, "bits")
    if len(found) != 1:
        raise ValueError("bits is one byte in hex")
    return found[0]


_REAL_TIME: dict[int, Callable[[Described], int]] = {
    1: _printer,
    2: _causes(2, OFFLINE_CAUSE, {"feed_button": "feeding_by_button", "paper_end": "stopped_paper_end"}),
    3: _causes(3, ERROR_CAUSE, {"head_hot": "auto_recoverable"}),
    4: _paper,
    5: _second_error,
    17: _print_status,
}


def _bits_of(table: dict[int, str], given: Described) -> int:
    said = text(given, "paper")
    for found, name in table.items():
        if name == said:
            return found
    raise ValueError(f"paper is one of {', '.join(map(repr, table.values()))}, not {said!r}")


def _asb(given: Described, model: Model | None) -> bytes:
    given = renamed(given, {"drawer_pin3": "drawer", "head_hot": "auto_recoverable"})
    names = ("online", *_ASB_FIRST.values(), *ERROR_CAUSE.values(), "paper")
    only(given, names, "a block of automatic status")
    first = 0x10 | 0x08 * (not flag(given, "online")) | bits(given, _ASB_FIRST)
    third = _bits_of(IN_ORDER, {"paper": "ok", **given})
    return bytes((first, bits(given, ERROR_CAUSE), third, model.asb_fourth if model else 0))


def _asb_of_end(given: Described, model: Model) -> bytes:
    only(given, ("paper", *ERROR_CAUSE.values()), "this model's block of automatic status")
    return bytes((0x14, bits(given, ERROR_CAUSE), _bits_of(IN_ORDER, given) & 0x0C, model.asb_fourth))


def _custom(given: Described) -> bytes:
    names = {name for byte in CUSTOM for name in byte.values()}
    given = renamed(given, {"auto_recoverable": "head_hot"})
    if not given.keys() & {*names, "all_ok", "unrecoverable"}:
        raise ValueError("n, online, paper, drawer, request or a flag of DLE EOT 20 is missing")
    only(given, (*names, "all_ok", "unrecoverable", "unrecoverable_bits"), "the answer to DLE EOT 20")
    last = hex_bytes({"unrecoverable_bits": "01", **given}, "unrecoverable_bits")
    whole = bytes((*(bits(given, byte) for byte in CUSTOM), *(last if flag(given, "unrecoverable") else b"\0")))
    if len(whole) != 4:
        raise ValueError("unrecoverable_bits is one byte in hex")
    if flag(given, "all_ok", not any(whole)) is any(whole):
        raise ValueError("all_ok contradicts the other flags")
    return b"\x10\x0f" + whole
