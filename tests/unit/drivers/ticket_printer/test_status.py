"""The printer's answers: every open vector, any split, any garbage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ticket_printer.protocol import (
    Answer,
    Asb,
    Facts,
    Flow,
    Ignored,
    NotTaken,
    Question,
    StatusDecoder,
    Stray,
    facts_of,
    facts_of_asb,
    judge,
    usb_port_status,
)
from hall.ports.status import StatusWord
from tests.support.mutate import mutated
from tests.support.vectors import vector_bytes, vectors

QUESTIONS = {1: Question.PRINTER, 2: Question.OFFLINE_CAUSE, 3: Question.ERROR_CAUSE, 4: Question.PAPER}
REAL_TIME_VECTORS = vectors("escpos", "escpos.rsp")
ASB_VECTORS = [vector for vector in vectors("escpos", "escpos.asb.") if vector["direction"] == "printer->host"]

EXPECTED = {
    "escpos.rsp1.12": StatusWord.READY,
    "escpos.rsp1.16": StatusWord.READY,
    "escpos.rsp1.1A": StatusWord.OFFLINE,
    "escpos.rsp1.92": StatusWord.NOT_TAKEN,
    "escpos.rsp2.12": StatusWord.READY,
    "escpos.rsp2.16": StatusWord.COVER_OPEN,
    "escpos.rsp2.32": StatusWord.NO_PAPER,
    "escpos.rsp2.52": StatusWord.FAULT,
    "escpos.rsp3.12": StatusWord.READY,
    "escpos.rsp3.1A": StatusWord.JAMMED,
    "escpos.rsp3.32": StatusWord.FAULT,
    "escpos.rsp3.52": StatusWord.BUSY,
    "escpos.rsp4.12": StatusWord.READY,
    "escpos.rsp4.1E": StatusWord.PAPER_LOW,
    "escpos.rsp4.72": StatusWord.NO_PAPER,
    "escpos.rsp4.7E": StatusWord.NO_PAPER,
}


def answered(question: Question, raw: bytes, not_taken: NotTaken = NotTaken.NONE) -> list:
    decoder = StatusDecoder(not_taken)
    decoder.expect(question)
    return decoder.feed(raw)


@pytest.mark.parametrize("vector", REAL_TIME_VECTORS, ids=lambda vector: vector["id"])
def test_real_time_vectors(vector):
    means, raw = vector["decodes_to"], bytes.fromhex(vector["hex"])
    profile = NotTaken(means["profile"].replace(".", "_")) if "profile" in means else NotTaken.NONE
    assert answered(QUESTIONS[means["n"]], raw, profile) == [Answer(QUESTIONS[means["n"]], raw)]
    facts = facts_of(Answer(QUESTIONS[means["n"]], raw), Facts(online=True))
    assert judge(facts).word is EXPECTED[vector["id"]]
    if "drawer_pin3" in means:
        assert facts.drawer_high is means["drawer_pin3"]


@pytest.mark.parametrize("vector", ASB_VECTORS, ids=lambda vector: vector["id"])
def test_asb_vectors(vector):
    means, raw = vector["decodes_to"], bytes.fromhex(vector["hex"])
    assert StatusDecoder().feed(raw) == [Asb(raw)]
    facts = facts_of_asb(raw)
    assert facts.online is means.get("online", True)
    assert facts.cover_open is means.get("cover_open", False)
    assert facts.cutter is means.get("cutter_error", False)
    paper = "end" if facts.paper_end else "near end" if facts.paper_low else "ok"
    assert paper == means.get("paper", "ok")


@pytest.mark.parametrize("vector", vectors("escpos", "escpos.custom20.100F"), ids=lambda vector: vector["id"])
def test_custom_family_vectors(vector):
    raw = bytes.fromhex(vector["hex"])
    (answer,) = answered(Question.CUSTOM_FULL, raw, NotTaken.CUSTOM20)
    word = judge(facts_of(answer, Facts(online=True))).word
    means = vector["decodes_to"]
    expected = StatusWord.NOT_TAKEN if "ticket_in_output" in means else StatusWord.NO_PAPER
    assert word is (StatusWord.READY if "all_ok" in means else expected)


@pytest.mark.parametrize(
    ("name", "low", "end"),
    [("ok", False, False), ("near", True, False), ("end", False, True), ("end_near", True, True)],
)
def test_paper_in_order_vectors(name, low, end):
    raw = vector_bytes(f"escpos.gs_r1.{name}")
    assert Question.PAPER_IN_ORDER.value == vector_bytes("escpos.gs_r1.req")
    (answer,) = answered(Question.PAPER_IN_ORDER, raw)
    facts = facts_of(answer, Facts(online=True))
    assert (facts.paper_low, facts.paper_end) == (low, end)


@pytest.mark.parametrize("vector", vectors("escpos", "escpos.usbport."), ids=lambda vector: vector["id"])
def test_usb_port_vectors(vector):
    means, port = vector["decodes_to"], usb_port_status(bytes.fromhex(vector["hex"])[0])
    assert (port.paper_empty, port.selected, port.error) == (
        means["paper"] == "empty",
        means["selected"],
        means["error"],
    )


def test_a_fixed_bit_of_the_model_is_no_drawer():
    raw = vector_bytes("escpos.snbc.t080.idle")
    facts = facts_of(Answer(Question.PRINTER, raw), Facts(), Ignored(printer=0x04))
    assert facts.drawer_high is False
    assert judge(facts).word is StatusWord.READY


@pytest.mark.parametrize("question", list(QUESTIONS.values()))
def test_requests_are_the_vectors(question):
    assert question.value == vector_bytes(f"escpos.dle_eot{question.value[2]}")


def test_nothing_heard_is_unknown_and_never_ready():
    assert judge(Facts()).word is StatusWord.UNKNOWN


def test_bit_seven_is_heard_and_means_nothing_where_no_presenter_is():
    for not_taken in (NotTaken.NONE, NotTaken.CUSTOM20):
        assert answered(Question.PRINTER, b"\x9a", not_taken) == [Answer(Question.PRINTER, b"\x1a")]
    assert answered(Question.PRINTER, b"\x92", NotTaken.EOT1_BIT7) == [Answer(Question.PRINTER, b"\x92")]
    assert answered(Question.PAPER, b"\x92") == [Stray(b"\x92")]
    assert answered(Question.PAPER, b"\x92", NotTaken.EOT1_BIT7) == [Stray(b"\x92")]


def test_answers_go_to_their_questions_in_order():
    decoder = StatusDecoder()
    for question in (Question.PRINTER, Question.PAPER_IN_ORDER, Question.PAPER):
        decoder.expect(question)
    assert decoder.feed(b"\x12\x03\x1e") == [
        Answer(Question.PRINTER, b"\x12"),
        Answer(Question.PAPER_IN_ORDER, b"\x03"),
        Answer(Question.PAPER, b"\x1e"),
    ]


def test_asb_block_survives_what_comes_in_between():
    decoder = StatusDecoder()
    decoder.expect(Question.PRINTER)
    assert decoder.feed(b"\x10\x13\x00\x12\x11\x0c\x00") == [
        Flow(on=False),
        Answer(Question.PRINTER, b"\x12"),
        Flow(on=True),
        Asb(b"\x10\x00\x0c\x00"),
    ]


def test_torn_asb_block_is_given_up_at_the_next_start():
    assert StatusDecoder().feed(b"\x18\x00\x10\x00\x00\x00") == [Stray(b"\x18\x00"), Asb(b"\x10\x00\x00\x00")]


@pytest.mark.parametrize("size", [8, 64, 512])
@pytest.mark.parametrize("said", ["12", "00", "03", "10000C00", "10000000", "12 10000000", "100F00000000", "5F41 00"])
def test_zeros_that_fill_a_packet_up_are_no_answers(said, size):
    raw = bytes.fromhex(said)
    whole, filled = StatusDecoder(NotTaken.CUSTOM20), StatusDecoder(NotTaken.CUSTOM20)
    first = Question.MAKER if said.startswith("5F") else Question.PAPER_IN_ORDER
    for question in (Question.PRINTER, Question.CUSTOM_FULL, first):
        whole.expect(question)
        filled.expect(question)
    assert filled.feed_packet(raw + bytes(size - len(raw))) == whole.feed(raw)
    filled.expect(Question.DRAWER_IN_ORDER)
    assert filled.feed_packet(b"\x00")[-1].data == b"\0", "too short to have been filled up"


def test_a_block_goes_on_in_the_next_packet():
    decoder = StatusDecoder()
    assert decoder.feed_packet(b"\x18\x00") == []
    assert decoder.feed_packet(b"\x0c" + bytes(63)) == [Asb(b"\x18\x00\x0c\x00")]


def test_identity_text():
    assert answered(Question.MAKER, b"\x5fEPSON\0") == [Answer(Question.MAKER, b"EPSON")]
    assert answered(Question.MAKER, b"\x5fEP\x01") == [Stray(b"EP")]


def test_custom_answer_after_a_false_start():
    decoder = StatusDecoder(NotTaken.CUSTOM20, asb=False)
    decoder.expect(Question.CUSTOM_FULL)
    assert decoder.feed(b"\x10\x10\x0f\x00\x00\x00\x00")[-1] == Answer(Question.CUSTOM_FULL, bytes(4))
    decoder.expect(Question.CUSTOM_FULL)
    assert decoder.feed(b"\x10\x20")[0] == Stray(b"\x10")


def test_many_questions_in_the_middle_of_an_answer():
    decoder = StatusDecoder(NotTaken.CUSTOM20)
    decoder.expect(Question.CUSTOM_FULL)
    assert decoder.feed(b"\x10\x0f") == []
    for _ in range(9):
        decoder.expect(Question.PRINTER)
    assert decoder.feed(bytes(4)) == [Answer(Question.CUSTOM_FULL, bytes(4))]


def test_forgotten_questions_are_not_answered():
    decoder = StatusDecoder()
    decoder.expect(Question.PRINTER)
    decoder.forget()
    assert decoder.feed(b"\x12") == [Stray(b"\x12")]


@given(st.lists(st.sampled_from(list(Question)), max_size=8), st.binary(max_size=200), st.data())
def test_any_split_gives_the_same(questions, raw, data):
    cut = data.draw(st.integers(0, len(raw)))
    whole, split = StatusDecoder(NotTaken.EOT1_BIT7), StatusDecoder(NotTaken.EOT1_BIT7)
    for question in questions:
        whole.expect(question)
        split.expect(question)
    assert whole.feed(raw) == split.feed(raw[:cut]) + split.feed(raw[cut:])


@pytest.mark.parametrize("not_taken", list(NotTaken))
def test_a_megabyte_of_damage(not_taken):
    golden = [bytes.fromhex(vector["hex"]) for vector in [*REAL_TIME_VECTORS, *ASB_VECTORS]]
    decoder = StatusDecoder(not_taken)
    answers = 0
    questions = list(Question)
    for number, piece in enumerate(mutated(golden, 350_000, seed=len(not_taken))):
        decoder.expect(questions[number % len(questions)])
        decoder.expect(Question.PRINTER)
        answers += sum(isinstance(event, Answer | Asb) for event in decoder.feed(piece))
    assert answers > 10_000
    decoder.forget()
    decoder.expect(Question.PAPER)
    assert decoder.feed(b"\x1e")[-1] == Answer(Question.PAPER, b"\x1e")
