"""Volume: ten million mutated bytes through each decoder, once, for docs/fuzz.md (`test_volume` does one million).

    ./run fuzz [--megabytes 10] [--only NAME]

One row per decoder: bytes, seconds, exceptions (any ends the row), the most it held at any time, good frames found, and
whether the next good frame behind the damage was understood. The mutator is seeded: the same bytes on every machine.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from drivers import catalog
from drivers.id_card.layouts import read_address, read_text
from drivers.id_card.protocol import Command, Damaged, ReplyDecoder, Request, RequestDecoder, blocks, reply
from drivers.ticket_printer.model import model_of
from drivers.ticket_printer.paper import PaperInterpreter
from drivers.ticket_printer.protocol import (
    Answer,
    Asb,
    CommandParser,
    NotTaken,
    Question,
    RealTimeScanner,
    StatusDecoder,
    to_bytes,
)
from tests.fuzz import on_boards, on_cards, on_lines, on_papers, on_worker
from tests.fuzz.subject import Subject, Subjects, hexes
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes

SEED = 20261121
HOLDING_EVERY = 64
"""Pieces between two looks at what a decoder holds (a look costs more than a piece)."""


class Row(NamedTuple):
    """What the table shows."""

    name: str
    size: int
    seconds: float
    trouble: str
    held: int
    good: int
    in_step: bool


def held(thing: object, depth: int = 3) -> int:
    """Count the bytes, characters and items that an object keeps."""
    if isinstance(thing, bytes | bytearray | str):
        return len(thing)
    if depth == 0 or thing is None or isinstance(thing, int | float):
        return 0
    if isinstance(thing, dict):
        return sum(held(value, depth - 1) for value in thing.values())
    if isinstance(thing, Sequence) or hasattr(thing, "popleft"):
        items = list(thing)  # type: ignore[call-overload]  # a deque is no Sequence to mypy
        return len(items) + sum(held(item, depth - 1) for item in items)
    return sum(held(value, depth - 1) for value in getattr(thing, "__dict__", {}).values())


def measure(name: str, make: Callable[[], Subject], golden: Sequence[bytes], total: int) -> Row:
    """Run one decoder."""
    subject, size, good, most = make(), 0, 0, 0
    began, trouble = time.monotonic(), ""
    try:
        for number, piece in enumerate(mutated(golden, total, SEED)):
            size += len(piece)
            good += subject.feed(piece)
            if number % HOLDING_EVERY == 0:
                most = max(most, held(subject.holder))
        in_step = subject.falls_in_step()
    except Exception as problem:
        trouble, in_step = f"{type(problem).__name__}: {problem}", False
    return Row(name, size, time.monotonic() - began, trouble, most, good, in_step)


TO_PRINTER = hexes("escpos", "escpos.", "host->printer")
FROM_PRINTER = hexes("escpos", "escpos.", "printer->host")
TO_READER = hexes("idcard", "id.", "host->reader")
FROM_READER = hexes("idcard", "id.r", "reader->host")
MODEL = model_of(catalog.model("ticket_printer", "epson-tm-t88"))


def commands() -> Subject:
    """What a host writes to a printer."""
    parser, ticket = CommandParser(), vector_bytes("escpos.ticket_cn")

    def in_step() -> bool:
        # A picture may claim a quarter of a megabyte: so much may be swallowed before the next command is seen.
        parser.feed(bytes(256 * 1024 + 16))
        return to_bytes(parser.feed(ticket)) == ticket

    return Subject(parser, lambda piece: sum(one.name != "unknown" for one in parser.feed(piece)), in_step)


def real_time() -> Subject:
    """The same stream, as the printer's interrupt sees it."""
    scanner = RealTimeScanner()

    def in_step() -> bool:
        return [one.name for one in scanner.feed(b"\0\0\x10\x04\x01")][-1:] == ["real_time_status"]

    return Subject(scanner, lambda piece: len(scanner.feed(piece)), in_step)


def paper() -> Subject:
    """The stream as paper."""
    parser, interpreter = CommandParser(), PaperInterpreter(MODEL)

    def feed(piece: bytes) -> int:
        return sum(len(interpreter.apply(command)) for command in parser.feed(piece))

    def in_step() -> bool:
        feed(bytes(256 * 1024 + 16))
        return feed(vector_bytes("escpos.ticket_cn")) >= 3

    return Subject(interpreter, feed, in_step)


def status(not_taken: NotTaken, asb: bool) -> Callable[[], Subject]:
    """What a printer answers."""

    def make() -> Subject:
        decoder = StatusDecoder(not_taken, asb=asb)
        questions = list(Question)
        turn = iter(range(1 << 60))

        def feed(piece: bytes) -> int:
            decoder.expect(questions[next(turn) % len(questions)])
            return sum(isinstance(event, Answer | Asb) for event in decoder.feed(piece))

        def in_step() -> bool:
            decoder.forget()
            decoder.expect(Question.PAPER)
            return decoder.feed(b"\x1e")[-1:] == [Answer(Question.PAPER, b"\x1e")]

        return Subject(decoder, feed, in_step)

    return make


def replies() -> Subject:
    """What a reader answers, down to the fields of a card."""
    decoder, good = ReplyDecoder(), reply(0x9F, bytes(4))

    def feed(piece: bytes) -> int:
        found = 0
        for event in decoder.feed(piece):
            if isinstance(event, Damaged):
                continue
            found += 1
            for parts in (blocks(event.data, fingerprint=False), blocks(event.data, fingerprint=True)):
                read_text(parts.text if parts is not None else event.data)
            read_address(event.data)
        return found

    return Subject(decoder, feed, lambda: decoder.feed(bytes(2400) + good.to_bytes())[-1:] == [good])


def requests() -> Subject:
    """What a reader hears."""
    decoder, good = RequestDecoder(), Request(Command.FIND.value)

    def feed(piece: bytes) -> int:
        return sum(not isinstance(event, Damaged) for event in decoder.feed(piece))

    return Subject(decoder, feed, lambda: decoder.feed(bytes(2400) + good.to_bytes())[-1:] == [good])


def layouts() -> Subject:
    """The 256 bytes of a card's text."""
    unread = bytearray()

    def feed(piece: bytes) -> int:
        unread.extend(piece)
        found = 0
        while len(unread) >= 256:
            found += read_text(bytes(unread[:256])) is not None
            del unread[:256]
        return found

    return Subject(unread, feed, lambda: read_text(bytes(256)) is not None)


TEXTS = [raw[11:267] for raw in FROM_READER if len(raw) >= 1295]
SUBJECTS: Subjects = {
    "ticket_printer.CommandParser": (commands, TO_PRINTER),
    "ticket_printer.RealTimeScanner": (real_time, TO_PRINTER),
    "ticket_printer.PaperInterpreter": (paper, TO_PRINTER),
    "ticket_printer.StatusDecoder": (status(NotTaken.NONE, asb=True), FROM_PRINTER),
    "ticket_printer.StatusDecoder, eot1_bit7": (status(NotTaken.EOT1_BIT7, asb=False), FROM_PRINTER),
    "ticket_printer.StatusDecoder, custom20": (status(NotTaken.CUSTOM20, asb=True), FROM_PRINTER),
    "id_card.ReplyDecoder, blocks, fields": (replies, FROM_READER),
    "id_card.RequestDecoder": (requests, TO_READER),
    "id_card.read_text": (layouts, TEXTS),
    **on_lines.SUBJECTS,
    **on_worker.SUBJECTS,
    **on_boards.SUBJECTS,
    **on_papers.SUBJECTS,
    **on_cards.SUBJECTS,
}
"""Decoder by name: how it is made, and the good frames that are mutated."""


def run(megabytes: float, only: str = "") -> int:
    """Print the table; 1 when a decoder raised or stayed out of step."""
    print("| decoder | bytes | seconds | exceptions | largest buffer | good frames | in step again |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    failed = False
    for name, (make, golden) in SUBJECTS.items():
        if name.startswith(only):
            row = measure(name, make, golden, int(megabytes * 1_000_000))
            failed = failed or bool(row.trouble) or not row.in_step
            figures = (f"{row.size:,}", f"{row.seconds:.0f}", row.trouble or "0", f"{row.held:,}", f"{row.good:,}")
            print(f"| {' | '.join((row.name, *figures))} | {'yes' if row.in_step else 'NO'} |", flush=True)
    return int(failed)
