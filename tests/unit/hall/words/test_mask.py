"""What others may see of a name or number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.words.mask import mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("欧阳小明", "欧***"), ("买买提·吐尔逊", "买**·***"), ("李", "*"), ("", ""), ("𬭸一", "𬭸*")],
)
def test_names(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("350102198001011234", "350***********1234"), ("H12345678", "H1*****78"), ("12", "*2"), ("1", "*"), ("", "")],
)
def test_numbers(number, shown):
    assert mask_number(number) == shown


def test_phone():
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("0591-12") == mask_number("0591-12")


@given(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=40))
def test_never_whole_and_never_longer(text):
    for mask in (mask_name, mask_number, mask_phone):
        assert mask(text) != text
        assert len(mask(text)) == len(text)
    assert mask_number(text).count("*") >= len(text) / 2
