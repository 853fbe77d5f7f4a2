"""The pictures of the code benchmark: the same for the same seed, damaged by degrees; and what counts as read."""

import numpy
import pytest

from benchmarks import codes_pictures
from benchmarks.codes import Looked, by_kind, looked, share, summary
from benchmarks.codes_pictures import HEIGHT, KINDS, STRENGTHS, WIDTH, Picture, picture, pictures


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_picture_and_another_one_does_not(kind):
    symbology = KINDS[kind].symbologies[0]
    one, again, other = (picture(kind, 2, symbology, 1, seed) for seed in (7, 7, 8))
    assert one.frame.shape == (HEIGHT, WIDTH)
    assert one.frame.dtype == numpy.uint8
    assert numpy.array_equal(one.frame, again.frame)
    assert one.text == again.text
    assert not numpy.array_equal(one.frame, other.frame)


def test_there_are_at_least_500_of_the_usual_run(monkeypatch):
    assert sum(len(kind.symbologies) * len(STRENGTHS) for kind in KINDS.values()) * 6 >= 500
    monkeypatch.setattr(codes_pictures, "picture", lambda kind, *_rest: a_picture()._replace(kind=kind))
    few = list(pictures(1, 3))
    assert len(few) == sum(len(kind.symbologies) * len(STRENGTHS) for kind in KINDS.values())
    assert {one.kind for one in few} == set(KINDS)


def a_picture():
    return Picture("clean", 1, "qr", "A023", numpy.zeros((4, 4), numpy.uint8))


def test_a_reader_may_look_as_often_as_it_is_said_and_stops_when_it_has_read():
    answers = [[], ["B1"], ["A023"], ["C"]]
    seen = looked(lambda: lambda _grey: answers.pop(0), 8, a_picture())
    assert (seen.read, seen.wrong, len(seen.looks_s)) == (True, ("B1",), 3)
    assert looked(lambda: lambda _grey: [], 2, a_picture())[3:5] == (False, ())


def test_shares_and_rows():
    rows = [Looked("clean", "qr", strength, strength < 3, ("x",) * (strength == 4), (0.001,)) for strength in STRENGTHS]
    assert share(rows) == "2/4"
    assert share([]) == ""
    assert summary("r", rows) == ["r", "50.0 %", "1/1", "1/1", "0/1", "0/1", "1", "1.0", "1.0"]
    assert by_kind({"r": rows}) == [["clean, qr", "2/4"]]
