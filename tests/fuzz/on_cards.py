"""Decoders of pads that draw or type, and of IC cards and their daemon."""

from collections.abc import Callable
from itertools import count

from drivers import catalog
from drivers.input_records import EV_SYN, RECORD, SYN_DROPPED, Record
from drivers.rating_pad.protocol import RecordKeys, ReportKeys, records_of, report_of
from drivers.signature_pad.model import assumed_axes, decoder_of, field_in
from drivers.signature_pad.options import Options
from drivers.signature_pad.protocol import Down, Lifted
from drivers.signature_pad.simulator import SimulatedSignaturePad
from drivers.smart_card.cards import CARDS, HOLDER, ISSUER, CardTalk
from drivers.smart_card.pcscd import Daemon, SimulatedReader
from drivers.smart_card.pcsclite import Command, request
from drivers.smart_card.protocol import PLAIN_ATR, SELECT_APPLICATION, parse_atr, read_card, read_record, record
from tests.fuzz.subject import Subject, Subjects
from tests.support.vectors import vector_bytes

FRESH = Record(0, EV_SYN, SYN_DROPPED, 0).to_bytes() + Record(0, EV_SYN, 0, 0).to_bytes()
VERSION = request(Command.VERSION, 4, 4, 0)


def drawn(model: str) -> list[bytes]:
    """Return the frames of two strokes."""
    pad, records = SimulatedSignaturePad(catalog.model("signature_pad", model), Options()), b""
    pad.do("sign", {"strokes": 2, "quick": True}, 1.0)
    records = pad.outgoing(1.0)
    return [records[start : start + 20 * RECORD.size] for start in range(0, len(records), 20 * RECORD.size)]


def pen(model: str) -> Callable[[], Subject]:
    """A digitizer's records, of which the kernel never hands out a part."""

    def make() -> Subject:
        row, options = catalog.model("signature_pad", model), Options()
        field = field_in(assumed_axes(row, options), row, options)
        assert field is not None
        decoder = decoder_of(field, row, options)

        def feed(piece: bytes) -> int:
            events = decoder.feed(piece + bytes(-len(piece) % RECORD.size))
            return sum(isinstance(event, Down | Lifted) for event in events)

        def in_step() -> bool:
            decoder.feed(FRESH)
            events = [event for frame in drawn(model) for event in decoder.feed(frame)]
            return sum(isinstance(event, Down) for event in events) == 2

        return Subject(decoder, feed, in_step)

    return make


def typed() -> Subject:
    """A keyboard pad by records."""
    decoder = RecordKeys()
    good = b"".join(item.to_bytes() for item in records_of("3"))
    return Subject(
        decoder,
        lambda piece: len(decoder.feed(piece + bytes(-len(piece) % RECORD.size))),
        lambda: decoder.feed(good)[-1:] == ["3"],
    )


def reported() -> Subject:
    """A keyboard pad by boot reports."""
    decoder = ReportKeys()
    return Subject(
        decoder,
        lambda piece: len(decoder.feed(piece + bytes(-len(piece) % 8))),
        lambda: decoder.feed(bytes(8) + report_of("3"))[-1:] == ["3"],
    )


def daemon() -> Subject:
    """Whatever a client writes to the daemon's socket; a new client after the one that was hung up on."""
    reader = SimulatedReader("Reader 00 00")
    reader.insert(CARDS["social"])
    there, clients = Daemon([reader]), count(2)

    def feed(piece: bytes) -> int:
        return sum(bool(said) for _client, said in there.heard(1, piece or b"\0"))

    return Subject(there, feed, lambda: len(there.heard(next(clients), VERSION)) == 1)


def cards() -> Subject:
    """What a card answers: ATR, status words, records."""
    held = bytearray()

    def feed(piece: bytes) -> int:
        found = (parse_atr(piece[:33]) is not None) + (read_record(piece) is not None)
        talk = read_card(parse_atr(piece[:33]) or PLAIN_ATR, read_files=True)
        answers = iter([piece[start : start + 34] for start in range(0, len(piece), 34)])
        command = next(talk, None)
        while command is not None:
            try:
                command = talk.send(next(answers, b"\x6a\x83"))
            except StopIteration as done:
                return found + len(done.value.public)
        return found

    return Subject(held, feed, lambda: CardTalk(CARDS["social"]).answer(SELECT_APPLICATION)[:1] == b"\x61")


RECORDS = [record(*item) + b"\x90\x00" for item in (*ISSUER, *HOLDER)]
REQUESTS = [
    VERSION,
    request(Command.WAIT),
    request(Command.STOP_WAITING),
    request(Command.CONNECT, 1, b"Reader 00 00", 2, 3, 0, 0, 0),
    request(Command.TRANSMIT, 1, 1, 16, len(SELECT_APPLICATION), 3, 16, 264, 0, data=SELECT_APPLICATION),
]
SUBJECTS: Subjects = {
    **{f"signature_pad.PenDecoder, {model}": (pen(model), drawn(model)) for model in catalog.models("signature_pad")},
    "rating_pad.RecordKeys": (typed, [b"".join(item.to_bytes() for item in records_of(key)) for key in "159"]),
    "rating_pad.ReportKeys": (reported, [vector_bytes("eval.shape.hid_number"), report_of("5") + bytes(8)]),
    "smart_card.RequestDecoder": (daemon, REQUESTS),
    "smart_card.read_card": (cards, [*RECORDS, *(card.atr for card in CARDS.values() if card.atr)]),
}
