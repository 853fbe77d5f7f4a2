import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain import estimate
from hall.domain.ids import CaseNumber
from hall.domain.numbering import case_code, case_number, code_hash, code_matches, is_case_number, ticket_number


@pytest.mark.parametrize(("running", "number"), [(1, "A001"), (999, "A999"), (1000, "A1000")])
def test_ticket_numbers_grow(running: int, number: str) -> None:
    assert ticket_number("A", running, 3) == number


@given(st.integers(2000, 2999), st.integers(1, 9_999_999), st.data())
def test_a_single_wrong_digit_is_found(year: int, running: int, data: st.DataObject) -> None:
    number = case_number("demo", year, running)
    assert is_case_number(number)
    digits = [index for index, sign in enumerate(number) if sign.isdigit()]
    at = data.draw(st.sampled_from(digits))
    wrong = data.draw(st.sampled_from([one for one in "0123456789" if one != number[at]]))
    assert not is_case_number(number[:at] + wrong + number[at + 1 :])


@given(st.text(max_size=40))
def test_any_text_is_judged_without_trouble(text: str) -> None:
    assert is_case_number(text) in (True, False)


@pytest.mark.parametrize(
    "text", ["", "DEMO", "-2026-000001-2", "DEMO-26-000001-2", "DEMO-2026-1-2", "DEMO-２026-000001-2"]
)
def test_what_is_no_case_number(text: str) -> None:
    assert not is_case_number(text)


def test_a_code_is_eight_digits_and_salted_with_its_case() -> None:
    code = case_code(7)
    assert code == "00000007"
    one, other = CaseNumber("DEMO-2026-000001-1"), CaseNumber("DEMO-2026-000002-1")
    assert code_matches(one, code, code_hash(one, code))
    assert not code_matches(other, code, code_hash(one, code))
    assert not code_matches(one, "00000008", code_hash(one, code))


@pytest.mark.parametrize(("ahead", "counters", "seconds"), [(0, 3, 0), (4, 3, 400), (1, 2, 150), (2, 0, 600)])
def test_the_wait_is_shared_by_open_counters(ahead: int, counters: int, seconds: int) -> None:
    assert estimate.wait_s(ahead, 300, counters) == seconds
