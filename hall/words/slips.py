"""Slip layouts: what stands on the paper that a citizen takes home, as data for any printer.

A slip carries no full name and no full document number. Every layout that replaces a lost slip says 补打 at its top.
Words come from the domain ``slip``; the second language stands below the names, where foreigners look first.
Times are hub milliseconds since the epoch, shown in the hall's own time zone.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from hall.domain.slip import Align, Feed, Pair, Qr, Rule, Slip, SlipLine, Text
from hall.domain.ticket import Priority, Ticket
from hall.words.catalogue import Words, other_language, pick

WIDE_NAME = 8
"""Chinese characters of double width that fit on the narrowest paper (58 mm, 32 columns, two each, doubled)."""


class Heading(msgspec.Struct, frozen=True):
    """What all slips of a hall share."""

    words: Words
    hall: dict[str, str]
    timezone: str = "Asia/Shanghai"


class Queue(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a ticket says about the waiting."""

    item: dict[str, str]
    counters: tuple[str, ...] = ()
    ahead: int | None = None
    estimate_min: int | None = None


class CaseFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receipt says. `applicant` is masked by the caller."""

    number: str
    item: dict[str, str]
    applicant: str
    at: int
    place: str
    """Where it was handed in: a counter or a kiosk."""
    code: str = ""
    qr: str = ""
    materials: tuple[dict[str, str], ...] = ()
    provisional: bool = False


def ticket_qr(ticket: Ticket) -> str:
    """Return the text of a ticket's QR: number and token, nothing about the person."""
    return f"HT1:{ticket.number}:{ticket.token}"


def ticket_slip(heading: Heading, ticket: Ticket, queue: Queue) -> Slip:
    """Lay out a number; a ticket that was reprinted says 补打, an offline one says where to go."""
    words = heading.words
    lines: list[SlipLine] = [*_hall(heading), *_again(words, ticket.reprints > 0), Rule()]
    lines += [_centre(_both(words, "slip.your_number")), _big(ticket.number)]
    if ticket.priority is not Priority.NORMAL:
        lines.append(_centre(words("slip.priority", kind=words(f"slip.priority.{ticket.priority.value}")), bold=True))
    lines += [*_names(queue.item, words.language), Rule(), *_waiting(heading, ticket, queue), Feed()]
    lines += [Qr(ticket_qr(ticket)), Feed(), *_advice(words, ticket)]
    return Slip("reprint" if ticket.reprints else "ticket", tuple(lines))


def receipt_slip(heading: Heading, case: CaseFacts, again: bool = False) -> Slip:
    """Lay out the receipt of a case, with the query code that nothing else shows."""
    words = heading.words
    lines: list[SlipLine] = [*_hall(heading), *_title(words, "slip.receipt"), *_again(words, again), Rule()]
    lines += [
        Text(words("slip.case_number")),
        Text(case.number, align=Align.CENTRE, height=2, bold=True),
        Pair(words("slip.item"), pick(case.item, words.language)),
        Pair(words("slip.applicant"), case.applicant),
        Pair(words("slip.handed_in"), case.place),
        Pair(words("slip.time"), clock(heading, case.at)),
    ]
    if case.materials:
        lines += [Rule(), Text(words("slip.materials"), bold=True)]
        lines += [Text(f"{n}. {pick(line, words.language)}") for n, line in enumerate(case.materials, 1)]
    lines.append(Rule())
    if case.code:
        lines.append(Pair(words("slip.query_code"), case.code, bold=True))
    if case.qr:
        lines += [Feed(), Qr(case.qr), Feed()]
    if case.provisional:
        lines.append(Text(words("slip.provisional"), bold=True))
    # Without the hub there is no code yet: the ID card is the second factor then.
    how = ("slip.query_how", "slip.keep_code") if case.code else ("slip.query_by_card",)
    lines += [*(Text(words(key)) for key in how), Text(words("slip.rate"))]
    return Slip("receipt", tuple(lines))


def proof_slip(heading: Heading, case: CaseFacts, rows: Iterable[tuple[str, str]], again: bool = False) -> Slip:
    """Lay out a proof named like its item: who (masked), what was stated, and how the reader may verify it."""
    words = heading.words
    lines: list[SlipLine] = [*_hall(heading), Feed(), *_names(case.item, words.language), *_again(words, again), Rule()]
    lines.append(Text(words("slip.proof_text", applicant=case.applicant)))
    lines.append(Feed())
    lines += [Pair(label, value) for label, value in rows]
    lines += [
        Rule(),
        Pair(words("slip.proof_number"), case.number),
        Pair(words("slip.proof_date"), clock(heading, case.at)),
        Feed(),
    ]
    if case.qr:
        lines += [Qr(case.qr), Feed()]
    lines.append(Text(words("slip.proof_verify" if case.qr else "slip.proof_verify_card")))
    if case.provisional:
        lines.append(Text(words("slip.provisional"), bold=True))
    return Slip("proof", tuple(lines))


def progress_slip(
    heading: Heading, number: str, item: dict[str, str], steps: Iterable[tuple[str, int]], at: int
) -> Slip:
    """Lay out how a case stands; `steps` are worded, with their times."""
    words = heading.words
    lines: list[SlipLine] = [*_hall(heading), *_title(words, "slip.progress"), Rule()]
    lines += [Pair(words("slip.case_number"), number, bold=True), *_names(item, words.language), Rule()]
    lines += [Pair(step, clock(heading, when)) for step, when in steps]
    lines += [Rule(), Pair(words("slip.asked_at"), clock(heading, at))]
    return Slip("progress", tuple(lines))


def sample_slip(heading: Heading, unit: str, at: int) -> Slip:
    """Lay out one line of everything a printer must be able to do, for the attendant."""
    words = heading.words
    lines: list[SlipLine] = [
        _centre(words("slip.test"), bold=True),
        Pair(unit, clock(heading, at)),
        Text("0123456789 ABCDEFG 滨江区政务服务"),
        Text("A023", align=Align.CENTRE, width=4, height=4, bold=True),
    ]
    return Slip("test", tuple(lines))


def clock(heading: Heading, at: int) -> str:
    """Return a moment as people of the hall write it, to the minute."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(heading.timezone)).strftime("%Y-%m-%d %H:%M")


def _hall(heading: Heading) -> list[SlipLine]:
    name = pick(heading.hall, heading.words.language)
    lines: list[SlipLine] = [Text(name, align=Align.CENTRE, height=2, bold=True)]
    second = heading.hall.get(other_language(heading.words.language), "")
    return [*lines, _centre(second)] if second and second != name else lines


def _title(words: Words, key: str) -> list[SlipLine]:
    return [Feed(), Text(words(key), align=Align.CENTRE, width=_width(words(key)), height=2, bold=True)]


def _again(words: Words, again: bool) -> list[SlipLine]:
    return [Text(words("slip.reprint"), align=Align.CENTRE, height=2, bold=True)] if again else []


def _names(names: dict[str, str], language: str) -> list[SlipLine]:
    name = pick(names, language)
    lines: list[SlipLine] = [Text(name, align=Align.CENTRE, width=_width(name), height=2, bold=True)]
    second = names.get(other_language(language), "")
    return [*lines, _centre(second)] if second and second != name else lines


def _waiting(heading: Heading, ticket: Ticket, queue: Queue) -> list[SlipLine]:
    words = heading.words
    lines: list[SlipLine] = []
    if queue.counters:
        lines.append(Pair(words("slip.counters"), words("slip.comma").join(queue.counters)))
    if queue.ahead is not None and not ticket.offline:
        lines.append(Pair(words("slip.ahead"), words("slip.people", n=queue.ahead)))
    if queue.estimate_min is not None and not ticket.offline:
        lines.append(Pair(words("slip.estimate"), words("slip.minutes", n=queue.estimate_min)))
    if ticket.cases > 1:
        lines.append(Pair(words("slip.cases"), words("slip.case_count", n=ticket.cases)))
    lines.append(Pair(words("slip.time"), clock(heading, ticket.arrived_at)))
    return lines


def _advice(words: Words, ticket: Ticket) -> list[SlipLine]:
    if ticket.offline:
        key = "slip.offline_counter" if ticket.fallback_counter else "slip.offline"
        return [Text(words(key, counter=ticket.fallback_counter or ""), bold=True)]
    lines: list[SlipLine] = [_centre(words("slip.listen"))]
    if ticket.reprints:
        lines.append(_centre(words("slip.old_dead")))
    return [*lines, _centre(words("slip.rate"))]


def _centre(text: str, bold: bool = False) -> Text:
    return Text(text, align=Align.CENTRE, bold=bold)


def _big(number: str) -> Text:
    """Size a number so that it fills 58 mm paper and never wraps: 32 columns, each multiple takes as many."""
    size = max(2, min(6, 32 // max(1, len(number))))
    return Text(number, align=Align.CENTRE, width=size, height=size, bold=True)


def _width(text: str) -> int:
    columns = sum(1 if letter.isascii() else 2 for letter in text)
    return 2 if columns <= 2 * WIDE_NAME else 1


def _both(words: Words, key: str) -> str:
    second = words.in_language(other_language(words.language))
    return f"{words(key)} {second(key)}"
