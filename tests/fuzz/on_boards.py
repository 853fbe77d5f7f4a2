"""Boards and supplies under fuzz: Modbus RTU and TCP in both directions, CH340 orders, GPIO words, NUT lines."""

from drivers.inputs.gpio_lines import Messages, from_chip, said
from drivers.inputs.protocol import (
    Ch340Decoder,
    Frame,
    MbapDecoder,
    Read,
    RtuDecoder,
    SetCoil,
    answer_to,
    bits_pdu,
    ch340,
    mbap,
    refusal_pdu,
    request_in,
    request_pdu,
    rtu,
    words_pdu,
)
from drivers.ups.protocol import Lines, answer_of
from tests.fuzz.subject import Subject, Subjects

INPUTS = Read("inputs", 0, 8)
ASKED = [request_pdu(one) for one in (INPUTS, SetCoil(0, on=True), Read("registers", 1, 2), Read("coils", 0, 8))]
ANSWERED = [
    bits_pdu("inputs", [True, False] * 4),
    bits_pdu("coils", [True] * 16),
    words_pdu("input_registers", [0xFFF6, 600]),
    refusal_pdu(2, 2),
]


def answers() -> Subject:
    """What a board answers on a serial line."""
    return _modbus(RtuDecoder(from_host=False), rtu(1, ANSWERED[0]))


def requests() -> Subject:
    """What a board hears on a serial line."""
    return _modbus(RtuDecoder(from_host=True), rtu(1, ASKED[0]))


def coupled() -> Subject:
    """What a coupler answers over TCP."""
    return _modbus(MbapDecoder(), mbap(1, ANSWERED[0], 7))


def _modbus(decoder: RtuDecoder | MbapDecoder, good: bytes) -> Subject:
    def feed(piece: bytes) -> int:
        frames = [one for one in decoder.feed(piece) if isinstance(one, Frame)]
        for one in frames:
            answer_to(INPUTS, one.pdu)
            request_in(one.pdu)
        return len(frames)

    def in_step() -> bool:
        decoder.reset()
        return feed(good) == 1

    return Subject(decoder, feed, in_step)


def orders() -> Subject:
    """What a CH340 relay hears."""
    decoder, good = Ch340Decoder(), ch340(1, on=True)
    return Subject(
        decoder, lambda piece: len(decoder.feed(piece)), lambda: decoder.feed(bytes(4) + good)[-1:] == [(1, True)]
    )


def levels() -> Subject:
    """What a GPIO chip says."""
    decoder, good = Messages(), said("level", 3, True)

    def feed(piece: bytes) -> int:
        return sum(from_chip(words) is not None for words in decoder.feed(piece))

    return Subject(decoder, feed, lambda: feed(b"\n" + good) >= 1)


def lines() -> Subject:
    """What a NUT server answers."""
    decoder = Lines()

    def feed(piece: bytes) -> int:
        return sum(answer_of(words) is not None for words in decoder.feed(piece))

    return Subject(decoder, feed, lambda: feed(b"\nOK\n") >= 1)


NUT = [b'UPS rack "a lab"\n', b"END LIST UPS\n", b'VAR rack ups.status "OB LB"\n', b"ERR DATA-STALE\n", b"OK\n"]
CHIP = [said("level", 3, True), said("level", "J7", False), said("refused", "busy")]
SUBJECTS: Subjects = {
    "inputs.RtuDecoder, answers": (answers, [rtu(1, pdu) for pdu in ANSWERED]),
    "inputs.RtuDecoder, requests": (requests, [rtu(1, pdu) for pdu in ASKED]),
    "inputs.MbapDecoder": (coupled, [mbap(1, pdu, 7) for pdu in ANSWERED]),
    "inputs.Ch340Decoder": (orders, [ch340(1, on=True), ch340(8, on=False)]),
    "inputs.Messages": (levels, CHIP),
    "ups.Lines": (lines, NUT),
}
