"""Slips: all a citizen needs, nothing about who it is, and small enough for a slow line."""

import msgspec
import pytest

from hall.domain.ids import CounterId, ItemCode, TicketNumber, TicketUid, UnitId
from hall.domain.slip import Pair, Qr, Slip, Text
from hall.domain.ticket import Priority, Ticket, TicketState
from hall.words import slips
from hall.words.catalogue import Words, texts

AT = 1_795_000_000_000
HALL = {"zh": "滨江区政务服务中心", "en": "Binjiang Service Center"}
ITEM = {"zh": "社保卡申领与补换", "en": "Social security card"}
TICKET = Ticket(
    uid=TicketUid("u"),
    number=TicketNumber("A023"),
    item=ItemCode("social"),
    state=TicketState.ISSUED,
    arrived_at=AT,
    unit=UnitId("kiosk-c"),
    token="0123456789abcdef0123",
)
QUEUE = slips.Queue(ITEM, ("1", "2", "12"), ahead=5, estimate_min=15)
CASE = slips.CaseFacts(
    number="BJ-2026-000001",
    item=ITEM,
    applicant="张**",
    at=AT,
    place="kiosk-c",
    code="K7M2Q9",
    qr="HC1:BJ-2026-000001:K7M2Q9",
    materials=({"zh": "居民身份证", "en": "ID card"},),
)


def heading(language: str = "zh") -> slips.Heading:
    return slips.Heading(Words(language, "slip"), HALL)


def words_of(slip: Slip) -> str:
    parts = [line.text for line in slip.lines if isinstance(line, Text)]
    parts += [f"{line.label} {line.value}" for line in slip.lines if isinstance(line, Pair)]
    return "\n".join(parts)


def native_bytes(slip: Slip) -> int:
    """Estimate what a native printer gets: text in GB18030, a dozen bytes of commands a line, a QR's few dozen."""
    total = 0
    for line in slip.lines:
        match line:
            case Text(text=text):
                total += len(text.encode("gb18030")) + 12
            case Pair(label=label, value=value):
                total += max(48, len(f"{label}{value}".encode("gb18030"))) + 6
            case Qr(data=data):
                total += len(data) + 40
            case _:
                total += 50
    return total


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ticket_has_everything_and_is_small(language: str) -> None:
    slip = slips.ticket_slip(heading(language), TICKET, QUEUE)
    text = words_of(slip)
    counters = {"zh": "1、2、12", "en": "1, 2, 12"}[language]
    for part in (HALL["zh"], "A023", ITEM["zh"], ITEM["en"], counters, "2026-11-18 19:06"):
        assert part in text
    assert [line.data for line in slip.lines if isinstance(line, Qr)] == ["HT1:A023:0123456789abcdef0123"]
    assert native_bytes(slip) <= 800
    assert slip.kind == "ticket"


def test_number_never_wraps_on_narrow_paper() -> None:
    for number in ("A1", "A023", "A-C07", "A1234", "AB-C1234"):
        ticket = msgspec.structs.replace(TICKET, number=TicketNumber(number))
        big = next(
            x for x in slips.ticket_slip(heading(), ticket, QUEUE).lines if isinstance(x, Text) and x.text == number
        )
        assert len(number) * big.width <= 32
        assert big.width >= 3


def test_reprint_is_marked_and_says_that_the_old_one_is_dead() -> None:
    slip = slips.ticket_slip(heading(), msgspec.structs.replace(TICKET, reprints=1), QUEUE)
    assert slip.kind == "reprint"
    assert "补打" in words_of(slip)
    assert "已失效" in words_of(slip)
    assert "补打" not in words_of(slips.ticket_slip(heading(), TICKET, QUEUE))


def test_offline_ticket_names_its_counter_and_promises_no_wait() -> None:
    ticket = msgspec.structs.replace(TICKET, offline=True, fallback_counter=CounterId("3"))
    text = words_of(slips.ticket_slip(heading(), ticket, QUEUE))
    assert "3号窗口" in text
    assert "15" not in text
    nowhere = msgspec.structs.replace(ticket, fallback_counter=None)
    assert "导办员" in words_of(slips.ticket_slip(heading(), nowhere, QUEUE))


@pytest.mark.parametrize("priority", [p for p in Priority if p is not Priority.NORMAL])
def test_priority_has_a_sign(priority: Priority) -> None:
    for language in ("zh", "en"):
        slip = slips.ticket_slip(heading(language), msgspec.structs.replace(TICKET, priority=priority), QUEUE)
        kind = texts(language, "slip")[f"slip.priority.{priority.value}"]
        assert kind in words_of(slip)


def test_receipt_has_number_code_qr_and_materials() -> None:
    slip = slips.receipt_slip(heading(), CASE)
    text = words_of(slip)
    for part in ("BJ-2026-000001", "K7M2Q9", "张**", "居民身份证", "kiosk-c", "自愿评价"):
        assert part in text
    assert CASE.qr in [line.data for line in slip.lines if isinstance(line, Qr)]


def test_provisional_and_again_are_said() -> None:
    provisional = msgspec.structs.replace(CASE, provisional=True, code="", qr="")
    text = words_of(slips.receipt_slip(heading(), provisional, again=True))
    assert "临时受理号" in text
    assert "补打" in text


@pytest.mark.parametrize("make", ["receipt", "proof"])
def test_a_slip_without_a_qr_never_speaks_of_scanning_it(make: str) -> None:
    bare = msgspec.structs.replace(CASE, code="", qr="", provisional=True)
    slip = slips.receipt_slip(heading(), bare) if make == "receipt" else slips.proof_slip(heading(), bare, [])
    assert not [line for line in slip.lines if isinstance(line, Qr)]
    assert "二维码" not in words_of(slip)
    assert "身份证" in words_of(slip)


def test_proof_tells_the_answers_and_how_to_verify() -> None:
    text = words_of(slips.proof_slip(heading(), CASE, [("住址", "柳林村8号")]))
    for part in (ITEM["zh"], "张**", "住址 柳林村8号", "BJ-2026-000001"):
        assert part in text


def test_progress_lists_the_steps() -> None:
    slip = slips.progress_slip(heading(), "BJ-1", ITEM, [("已受理", AT)], AT)
    assert "已受理 2026-11-18 19:06" in words_of(slip)


def test_sample_shows_what_a_printer_must_do() -> None:
    slip = slips.sample_slip(heading(), "kiosk-c", AT)
    assert any(isinstance(line, Text) and line.width == 4 for line in slip.lines)
    assert "政务服务" in words_of(slip)


def test_zh_and_en_are_both_complete() -> None:
    for domain in ("slip", "kiosk"):
        assert texts("zh", domain).keys() == texts("en", domain).keys()
        assert all(text.strip() for language in ("zh", "en") for text in texts(language, domain).values())
