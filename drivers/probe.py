"""Safe questions to an unknown line: nothing is printed, spoken, shown or set by any of them.

Each family that answers has one question and knows its own answer. What never answers (strips of profiles, pads,
scanners until a code is held up) cannot be found this way; the technician is told so.
"""

import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from drivers import catalog
from drivers.transport import LineSettings, Transport, open_stream

WRITE_S = 1.0
LISTEN_S = 0.6
"""The slowest answers (a card module, a strip's controller) come within half a second."""
SETTLE_S = 0.05
_READ = 256
LINES = ("serial", "memory")
"""Addresses where a speed matters."""


class Question(NamedTuple):
    """What is asked, at which speeds, and how the answer is known (a sentence, or nothing)."""

    kind: str
    model: str
    bauds: tuple[int, ...]
    ask: bytes
    known: Callable[[bytes], str]


class Heard(msgspec.Struct, frozen=True):
    """What came back. `says` is empty when it is no answer to this question."""

    kind: str
    model: str
    baud: int
    asked: str
    heard: str
    says: str = ""


def questions(kind: str = "", model: str = "") -> tuple[Question, ...]:
    """Return the questions of a family (all without one); a model's own speed goes first.

    Raises:
        UnknownModel: no such family or model.

    """
    if kind:
        catalog.models(kind)
    row = catalog.model(kind, model) if model else {}
    asked = [*_questions(), *(_questions_by_name() if kind else ())]
    fitting = [question for question in asked if kind in ("", question.kind)]
    if row.get("baud"):
        fitting = [item._replace(model=model, bauds=(row["baud"],)) for item in fitting]
    return tuple(fitting)


def ask_all(address: str, asked: tuple[Question, ...]) -> Iterator[Heard]:
    """Ask one question after the other, speed by speed; stops at the first answer that is known.

    Raises:
        TransportLost: the address cannot be opened or goes away; the text says what to do.

    """
    paced = address.partition(":")[0] in LINES
    bauds = list(dict.fromkeys(baud for question in asked for baud in question.bauds)) if paced else [0]
    for baud in bauds:
        port = open_stream(address, LineSettings(baud=baud) if baud else LineSettings())
        try:
            for question in asked:
                if paced and baud not in question.bauds:
                    continue
                heard = _asked(port, question, baud)
                yield heard
                if heard.says:
                    return
        finally:
            port.close()


def _asked(port: Transport, question: Question, baud: int) -> Heard:
    while port.read(_READ, SETTLE_S):
        pass
    port.write(question.ask, WRITE_S)
    data, says = b"", ""
    deadline = time.monotonic() + LISTEN_S
    while not says and (left := deadline - time.monotonic()) > 0:
        data += port.read(_READ, left)
        says = question.known(data)
        if len(data) > _READ:
            break
    return Heard(question.kind, question.model, baud, question.ask.hex().upper(), data.hex().upper(), says)


def _questions() -> tuple[Question, ...]:
    from drivers.counter_screen import protocol as onbon
    from drivers.id_card.protocol import Command, Request
    from drivers.inputs.protocol import Read, request_pdu, rtu
    from drivers.ticket_printer.protocol import Question as PrinterQuestion
    from drivers.voice.protocol import Control, dialect_of, to_bytes

    voices = {name: dialect_of(catalog.model("voice", name)) for name in ("syn6288", "syn6658")}
    status = Control("status")
    ping = onbon.request(onbon.ANY_ONE, onbon.PING).to_bytes()
    return (
        Question("id_card", "sdt-serial", (115200, 9600), Request(Command.STATUS.value).to_bytes(), _card_reader),
        Question("ticket_printer", "", (9600, 38400, 19200, 115200), PrinterQuestion.PRINTER.value, _printer),
        Question("inputs", "modbus-relay-8", (9600,), rtu(1, request_pdu(Read("coils", 0, 1))), _board),
        Question("counter_screen", "onbon-bx5k", (57600, 9600), ping, _strip),
        Question("voice", "syn6288", (9600,), to_bytes(status, voices["syn6288"]), _voice),
        Question("voice", "syn6658", (9600,), to_bytes(status, voices["syn6658"]), _voice),
    )


def _questions_by_name() -> tuple[Question, ...]:
    """Return those that are asked only of what is said to be such a device: a printer would print them."""
    return (Question("ups", "nut", (0,), b"LIST UPS\n", _supplies),)


def _card_reader(data: bytes) -> str:
    from drivers.id_card.protocol import Reply, ReplyDecoder, meaning_of

    replies = [event for event in ReplyDecoder().feed(data) if isinstance(event, Reply)]
    return f"card module: status word {replies[0].sw3:02X}, {meaning_of(replies[0].sw3).text}" if replies else ""


def _printer(data: bytes) -> str:
    """One byte with the fixed bits of an answer; more would be another device that happens to talk."""
    from drivers.ticket_printer.protocol import Facts, Question, StatusDecoder, facts_of, judge
    from drivers.ticket_printer.status import Answer

    decoder = StatusDecoder()
    decoder.expect(Question.PRINTER)
    events = decoder.feed(data)
    if len(data) != 1 or not isinstance(events[0], Answer):
        return ""
    return f"receipt printer: {judge(facts_of(events[0], Facts())).word}"


def _strip(data: bytes) -> str:
    from drivers.counter_screen.protocol import ACK, Decoder, Packet

    acks = [event for event in Decoder().feed(data) if isinstance(event, Packet) and event.command == ACK]
    return f"ONBON controller, address {acks[0].source:04X}" if acks else ""


def _board(data: bytes) -> str:
    from drivers.inputs.protocol import Frame, RtuDecoder

    frames = [event for event in RtuDecoder(from_host=False).feed(data) if isinstance(event, Frame)]
    return f"Modbus board, address {frames[0].unit}" if frames and frames[0].function == 1 else ""


def _supplies(data: bytes) -> str:
    from drivers.ups.protocol import Lines, Listed, ListEnd, answer_of

    answers = [answer_of(words) for words in Lines().feed(data)]
    names = [one.name for one in answers if isinstance(one, Listed)]
    return f"NUT server with {', '.join(names) or 'no supply'}" if ListEnd() in answers else ""


def _voice(data: bytes) -> str:
    from drivers.voice.protocol import Reply

    states = {Reply.IDLE: "idle", Reply.SPEAKING: "speaking"}
    if len(data) > 2 or not data or data[-1] not in states:
        return ""
    return f"speech module: {states[Reply(data[-1])]}"
