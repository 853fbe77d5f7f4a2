"""The enrolment code: what is drawn is what a scanner reads."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from hall.wire.enrolment import invitation, read_invitation
from server.invite import half_blocks, show
from server.trouble import StartTrouble

URL, TOKEN = "https://192.168.8.10:8443", "ab" * 20 + "." + "cd" * 32
PIXELS = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}


def read(picture: Any) -> str:
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1
    return str(found[0].text)


def test_a_picture_is_read_as_the_invitation(tmp_path: Path) -> None:
    said = show(URL, TOKEN, str(tmp_path / "code.png"))
    assert "delete it afterwards" in said
    assert (tmp_path / "code.png").stat().st_mode & 0o777 == 0o600
    text = read(np.asarray(Image.open(tmp_path / "code.png").convert("L")))
    assert read_invitation(text) == (URL, TOKEN)
    show(URL, TOKEN, str(tmp_path / "code.svg"))
    assert b"<svg" in (tmp_path / "code.svg").read_bytes()


def test_the_terminals_half_blocks_are_the_same_code() -> None:
    lines = show(URL, TOKEN, "terminal").splitlines()
    assert max(map(len, lines)) <= 80, "it must fit a terminal of eighty columns"
    rows = [[PIXELS[letter][half] for letter in line] for line in lines for half in (0, 1)]
    picture = np.kron(np.array(rows, np.uint8), np.ones((6, 6), np.uint8))
    bright = np.pad(picture, 24, constant_values=255)
    assert read(bright) == invitation(URL, TOKEN)


def test_an_odd_number_of_rows_loses_none() -> None:
    assert half_blocks([[True, False], [False, False], [True, True]]) == "▄█\n▄▄"


@pytest.mark.parametrize(("where", "why"), [("code.jpg", ".png or .svg"), ("no/code.png", "No such file")])
def test_what_cannot_be_drawn_is_said(where: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(StartTrouble, match=why):
        show(URL, TOKEN, str(tmp_path / where))
