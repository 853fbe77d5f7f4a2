"""Signing: pad and glass alike, too short refused, what is sealed, and nothing of it left afterwards."""

from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.domain.ids import DeviceName
from hall.domain.signature import Point, Signature
from hall.ports.signature_pad import PenUp, StrokeLost
from kiosk.flow.causes import Inked, Touch
from kiosk.flow.drafts import pack
from kiosk.flow.models import SignModel, Word
from kiosk.flow.signing import MOST_STROKES, SignedSheet, too_short
from kiosk.flow.state import Place
from tests.support.papers import NAME, PaperRig

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def rig(tmp_path: Path) -> PaperRig:
    made = PaperRig(tmp_path / "k", seal=lambda key, plain: b"S" + plain).begin().to_sign()
    assert made.place is Place.SIGN
    return made


def finger(rig: PaperRig, *points: tuple[float, float]) -> None:
    stroke = tuple(Point(x, y, at_ms=index) for index, (x, y) in enumerate(points))
    rig.touch(Touch.INK, msgspec.json.encode(stroke).decode())


def sealed(rig: PaperRig) -> SignedSheet:
    digest = rig.documents()[-1][0]
    (blob,) = rig.store._connection.execute("SELECT sealed FROM documents WHERE sha256 = ?", (digest,)).fetchone()
    plain = bytes(blob)[1:]
    assert sha256(plain).hexdigest() == digest == rig.shell.state.session.answers["signature"]
    return msgspec.json.decode(plain, type=SignedSheet)


def test_signed_on_the_pad(rig: PaperRig) -> None:
    assert rig.pad.collecting
    before = {name: value for name, value in rig.shell.state.session.answers.items() if name != "signature"}
    rig.sign()
    sheet = sealed(rig)
    assert [len(stroke) for stroke in sheet.signature.strokes] == [len(NAME)]
    assert sheet.signature.strokes[0][3].pressure == 0.7
    assert sheet.png.startswith(b"\x89PNG")
    assert "承诺" in sheet.text["zh"]
    assert sheet.answers_sha256 == sha256(msgspec.json.encode(before, order="sorted")).hexdigest()
    assert (rig.pad.collecting, rig.shell.state.session.strokes) == (False, ())


def test_signed_with_a_finger(rig: PaperRig) -> None:
    finger(rig, *NAME[:15])
    finger(rig, *NAME[15:])
    rig.touch(Touch.NEXT)
    assert len(sealed(rig).signature.strokes) == 2


def test_the_pads_strokes_are_seen_while_they_are_drawn(rig: PaperRig) -> None:
    rig.pad.draw((0.1, 0.1), (0.2, 0.2), lift=False)
    assert [point.x for point in rig.glass.pen] == [0.1, 0.2]
    rig.pad.draw((0.3, 0.1), (0.4, 0.2))
    assert rig.glass.pen == ()
    assert isinstance(rig.screen, SignModel)
    assert [point.x for point in rig.screen.strokes[0]] == [0.3, 0.4]


def test_a_stroke_that_the_pad_lost_part_of_is_forgotten(rig: PaperRig) -> None:
    rig.pad.draw((0.1, 0.1), (0.2, 0.2), lift=False)
    rig.shell.take(StrokeLost(DeviceName("pad")))
    assert rig.glass.pen == ()
    rig.pad.emit(PenUp(DeviceName("pad")))
    assert rig.shell.state.session.strokes == ()


@pytest.mark.parametrize("strokes", [(), ((0.5, 0.2), (0.5, 0.2)), ((0.5, 0.2), (0.6, 0.2))])
def test_a_dot_or_a_dash_is_no_name(rig: PaperRig, strokes: tuple[tuple[float, float], ...]) -> None:
    if strokes:
        finger(rig, *strokes)
    rig.touch(Touch.NEXT)
    assert (rig.place, rig.screen.problem, rig.screen.strokes) == (Place.SIGN, Word("sign.too_short"), ())
    assert len(rig.documents()) == 1


def test_cleared_by_button_and_by_key(rig: PaperRig) -> None:
    finger(rig, *NAME)
    rig.touch(Touch.CLEAR)
    assert rig.screen.strokes == ()
    for key in ("clear", "cancel"):
        rig.pad.draw(*NAME)
        rig.pad.press(key)
        assert (rig.place, rig.screen.strokes) == (Place.SIGN, ())


def test_nothing_of_a_signature_stays(rig: PaperRig) -> None:
    finger(rig, *NAME)
    assert b"strokes" not in pack(rig.shell.state.session)
    for shown in (rig.shell.state.session, rig.screen, Inked(rig.screen.strokes[0])):
        assert "0.12" not in repr(shown)
    rig.touch(Touch.LEAVE)
    assert "0.12" not in str(msgspec.to_builtins(msgspec.structs.replace(rig.shell.state, view=None)))
    assert (rig.pad.collecting, rig.documents()) == (False, [])


def test_there_is_an_end_to_the_ink(rig: PaperRig) -> None:
    for _ in range(MOST_STROKES + 5):
        finger(rig, (0.1, 0.1), (0.2, 0.2))
    assert len(rig.screen.strokes) == MOST_STROKES


@pytest.mark.parametrize("rubbish", ["", "{", "[1]", '[{"x":"a"}]'])
def test_what_is_no_stroke_is_nothing(rig: PaperRig, rubbish: str) -> None:
    rig.touch(Touch.INK, rubbish)
    assert rig.screen.strokes == ()


@given(st.lists(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.4)), min_size=1, max_size=6), max_size=4))
def test_more_ink_is_never_shorter(drawn: list[list[tuple[float, float]]]) -> None:
    strokes = tuple(tuple(Point(x, y) for x, y in stroke) for stroke in drawn)
    name = tuple(Point(x, y) for x, y in NAME)
    assert not too_short(Signature((*strokes, name), 0.45))
    if too_short(Signature(strokes, 0.45)):
        assert too_short(Signature(strokes[:-1], 0.45))
