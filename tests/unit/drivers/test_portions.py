"""Bytes in other portions than they came in."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.portions import HOW, MERGED_S, Portions
from drivers.stage import Stage
from tests.support.wires import Echo


@given(st.sampled_from(HOW), st.lists(st.binary(max_size=5), max_size=8))
def test_every_byte_comes_once_and_in_order(how: str, pieces: list[bytes]) -> None:
    portions, now, came = Portions(), 0.0, []
    portions.how = how
    for piece in pieces:
        portions.push(piece, now)
    while (due := portions.due()) is not None:
        now = max(now, due)
        came.append(portions.pop(now))
    assert b"".join(came) == b"".join(pieces)
    if how == "single":
        assert all(len(portion) == 1 for portion in came)
    else:
        assert len(came) <= 1


def test_many_answers_wait_to_come_together() -> None:
    portions = Portions()
    portions.how = "merged"
    portions.push(b"ab", 1.0)
    assert portions.pop(1.0 + MERGED_S / 2) == b""
    portions.push(b"cd", 1.0 + MERGED_S / 2)
    assert portions.pop(1.0 + MERGED_S) == b"abcd"


def test_a_wrong_word_is_refused_with_those_there_are() -> None:
    stage = Stage()
    player = stage.add(Echo(), "memory:portions")
    answer = player.answer({"do": "portions", "how": "halved"})
    stage.close()
    assert answer["ok"] is False
    assert "whole, single, merged" in answer["error"]
