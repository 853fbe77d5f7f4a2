import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.code_scanner.filter import Judge, Passed, Refused
from drivers.code_scanner.text import decoded, explained, gs1_items


def test_a_code_passes_once_a_second():
    judge = Judge()
    assert judge.judge("A023", 10.0) == Passed("A023")
    assert judge.judge("A023", 10.9) is None
    assert judge.judge("A023", 11.5) is None  # still held before the scanner
    assert judge.judge("A024", 11.6) == Passed("A024")
    assert judge.judge("A023", 11.7) == Passed("A023")
    assert judge.judge("A023", 12.8) == Passed("A023")


@pytest.mark.parametrize("text", ["", "  ", "NR", "error", "\ufeff", "\u200b"])
def test_nothing_is_nothing(text):
    assert Judge().judge(text, 0.0) is None


def test_invisible_marks_and_blanks_are_taken_off():
    assert Judge().judge("\ufeffA0\u200b23 \n", 0.0) == Passed("A023")


@pytest.mark.parametrize("text", ["A\x00B", "A\x1bB", "A\nB", "x" * 3073, "政" * 1025])
def test_what_no_flow_may_see(text):
    assert isinstance(Judge().judge(text, 0.0), Refused)


@pytest.mark.parametrize("text", ["$$$", "%%%", "#99900030;", "@SETUPE1", "999999", "^^^"])
def test_setup_codes_are_refused_unless_a_technician_wants_them(text):
    assert isinstance(Judge().judge(text, 0.0), Refused)
    assert Judge(setup_codes=True).judge(text, 0.0) == Passed(text)


def test_the_judge_keeps_no_text():
    judge = Judge()
    judge.judge("11010519491231002X", 0.0)
    assert "11010519491231002X" not in repr(vars(judge))


@given(st.text(max_size=100), st.floats(0, 100))
def test_any_text_gets_a_verdict(text, now):
    verdict = Judge().judge(text, now)
    assert verdict is None or isinstance(verdict, Passed | Refused)
    if isinstance(verdict, Passed):
        assert not any(ord(letter) < 32 for letter in verdict.text)


def test_gs1_is_written_the_usual_way():
    text = explained("]C10106901234567892" + "10ABC123\x1d" + "21SER7")
    assert text.text == "(01)06901234567892(10)ABC123(21)SER7"
    assert text.symbology == "GS1-128"


@pytest.mark.parametrize("text", ["01069", "x1", "10", ""])
def test_what_is_no_gs1_is_left_alone(text):
    assert gs1_items(text) == ()


def test_longer_identifiers():
    assert gs1_items("240PART\x1d8008260101") == (("240", "PART"), ("8008", "260101"))


def test_a_text_that_only_looks_like_a_prefix():
    assert explained("]ZZ9").text == "]ZZ9"


def test_unknown_encodings_are_no_text():
    assert decoded(b"\xff\xff\x80") is None


@given(st.text(max_size=50))
def test_utf8_comes_back_unchanged(text):
    assert decoded(text.encode("utf-8", "replace")) is not None
