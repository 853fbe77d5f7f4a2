"""Finished English lines come out in Chinese; what nobody knows stays as it is."""

import re
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.words.lines import Lines, catalogue, in_chinese, line_in

SMALL = Lines(
    {
        "no answer in {limit} s": "{limit} 秒没有应答",
        "check the cable": "请检查线",
        "no answer": "没有应答",
        "change it": "请更换",
        "the drum is worn out: change it": "硒鼓已到寿命：请更换",
        "the printer says {what}": "打印机报告{what}",
        "{file} is damaged": "{file} 已损坏",
        "refused ({why})": "被拒绝（{why}）",
        "{one} or {other}": "{one} 或 {other}",
        "{count} lost": "丢失 {count} 项",
        "{count} late": "迟到 {count} 项",
    }
)


@pytest.mark.parametrize(
    ("line", "chinese"),
    [
        ("no answer", "没有应答"),
        ("serial:/dev/ttyS0: no answer in 2 s; check the cable", "serial:/dev/ttyS0：2 秒没有应答；请检查线"),
        ("the drum is worn out: change it", "硒鼓已到寿命：请更换"),
        ("the printer says no answer", "打印机报告没有应答"),
        ("refused (no answer: check the cable)", "被拒绝（没有应答：请检查线）"),
        ("no answer, change it", "没有应答，请更换"),
        ("2 lost, 13 late", "丢失 2 项，迟到 13 项"),
        ("no answer, whatever it is", "no answer, whatever it is"),
        ("/a/b c.db is damaged", "/a/b c.db 已损坏"),
    ],
)
def test_a_line_is_read_by_its_parts(line: str, chinese: str) -> None:
    assert SMALL(line) == chinese


@pytest.mark.parametrize(
    "line",
    [
        "",
        "whoever wrote this: nobody knows it; really",
        "whoever reads this sentence says it is damaged",
        "bad luck is damaged",
        "tea for the whole hall or coffee for everybody in it",
    ],
)
def test_an_unknown_line_comes_out_unchanged(line: str) -> None:
    assert SMALL(line) == line


def test_what_is_known_of_a_line_is_told_and_the_rest_is_kept() -> None:
    assert SMALL("a new kind of trouble; check the cable") == "a new kind of trouble；请检查线"


def test_a_list_of_numbers_is_a_value() -> None:
    line = "bytes that fit no frame (key 56 is none of (1, 2, 3)); check baud rate, then model"
    assert in_chinese(line) == "收到的字节不成帧（key 56 不是 (1, 2, 3) 之一）；先查波特率，再查型号"


def test_only_chinese_has_another_wording() -> None:
    assert line_in("en", "not opened yet") == "not opened yet"
    assert line_in("zh", "not opened yet") == in_chinese("not opened yet") == "还没有打开"


def _names(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_placeholders() -> None:
    assert {english for english, chinese in catalogue().items() if _names(english) != _names(chinese)} <= {
        "the file says series {own}, the hub gave {series}, and that is what is printed"
    }
    assert all(re.fullmatch(r"[a-z_]+", name) for english in catalogue() for name in _names(english))


def test_each_line_is_chinese_or_a_command() -> None:
    """What is the same in both languages is typed or written by nobody but a program."""
    same = {english for english, chinese in catalogue().items() if not re.search(r"[\u4e00-\u9fff]", chinese)}
    assert same == {
        "systemctl enable --now pcscd.socket",
        "PROGRAM --config FILE enrol URL TOKEN",
        "hall-server verify",
        "HTTP {status}",
        "USB {numbers}",
        "unit.state_dir {folder}",
        "{size} at {dpi} dpi",
        "at {dpi} dpi",
        "{text} ({code})",
        "{numbers} with {ends}",
        "[{numbers}] {what}",
        "acknowledge {value}",
        "--with {given}",
        "hall-field record --pack {pack}",
    }


@pytest.mark.parametrize("line", sorted(line for line in catalogue() if "{" not in line))
def test_each_whole_line_is_found(line: str) -> None:
    assert in_chinese(line) == catalogue()[line]


@given(st.text(alphabet=st.sampled_from("ab;: ,(){}0é中\n"), max_size=60))
def test_any_text_goes_through_and_nothing_is_lost(text: str) -> None:
    """Only the joints may look otherwise."""
    out = in_chinese(text)
    assert re.sub(r"\W", "", out) == re.sub(r"\W", "", text)


WHOLE = sorted(line for line in catalogue() if not re.search(r"[{(]|[:;] ", line))


@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=4))
def test_lines_that_are_joined_are_read_one_by_one(lines: list[str]) -> None:
    assert in_chinese("; ".join(lines)) == "；".join(catalogue()[line] for line in lines)
