"""Check digits against published numbers, and the properties that hold for every number."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.id_number import (
    birth_date,
    credit_check_symbol,
    is_credit_code,
    is_male,
    is_resident_number,
    resident_check_digit,
    to_eighteen,
)
from tests.support.vectors import vectors

SEVENTEEN = st.text("0123456789", min_size=17, max_size=17)
CREDIT = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17)


@pytest.mark.parametrize("vector", vectors("idcard", "idno."), ids=lambda vector: vector["id"])
def test_published_numbers(vector):
    means = vector["decodes_to"]
    assert is_resident_number(vector["text"]) is means["valid"]
    assert resident_check_digit(vector["text"][:17]) == means["check_digit"]


@pytest.mark.parametrize("number", ["34052419800101001X", "34052419800101001x", "11010519491231002X"])
def test_x_in_both_cases(number):
    assert is_resident_number(number)
    assert to_eighteen(number) == number.upper()


@pytest.mark.parametrize(
    "text", ["", "1", "3405241980010100", "３４０５２４１９８００１０１００１X", "34052419800101001Y"]
)
def test_what_is_no_number(text):
    assert not is_resident_number(text)
    assert to_eighteen(text) is None


@given(SEVENTEEN)
def test_exactly_one_check_digit_fits(body):
    assert sum(is_resident_number(body + last) for last in "0123456789X") == 1


@given(SEVENTEEN, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body, place, shift):
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    assert not is_resident_number(wrong + resident_check_digit(body))


def test_fifteen_digits_become_eighteen():
    assert to_eighteen("110105491231002") == "11010519491231002X"


def test_birth_and_sex():
    assert birth_date("11010519491231002X") == date(1949, 12, 31)
    assert birth_date("11010519490231002X") is None
    assert birth_date("") is None
    assert is_male("11010519491231002X") is False
    assert is_male("34052419800101001X") is True
    assert is_male("") is None


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "91110000802100433B", "11310000MB2F30661Y", "91350100m000100y43"]
)
def test_published_credit_codes(code):
    assert is_credit_code(code)


@pytest.mark.parametrize("code", ["91350100M000100Y44", "", "9135010OM000100Y43", "91350100M000100Y4"])
def test_wrong_credit_codes(code):
    assert not is_credit_code(code)


@given(CREDIT)
def test_exactly_one_credit_symbol_fits(body):
    assert sum(is_credit_code(body + last) for last in "0123456789ABCDEFGHJKLMNPQRTUWXY") == 1


def test_check_digits_refuse_other_lengths():
    with pytest.raises(ValueError, match="seventeen"):
        resident_check_digit("123")
    with pytest.raises(ValueError, match="seventeen"):
        credit_check_symbol("I" * 17)
