"""A stranger's strip: one TOML file and a handful of captured frames, and what contradicts what."""

import json
from pathlib import Path
from typing import Any

import pytest

from drivers import catalog
from field.app import main
from tests.support.vectors import vectors

GOOD = """
[mine.profile]
baud = 9600
[mine.profile.frames.show]
direction = "host->display"
parts = [
    { hex = "AB" },
    { length = "u8", first = "addr", last = "text" },
    { number = "addr", name = "addr" },
    { text = "text", name = "text" },
    { check = "sum8", first = "addr", last = "text" },
]
"""


def frame(text: str, address: int = 3) -> bytes:
    body = bytes((address,)) + text.encode("gbk")
    return b"\xab" + bytes((len(body),)) + body + bytes((sum(body) & 0xFF,))


def captures(*lines: Any) -> str:
    return "\n".join(json.dumps(line) for line in lines) + "\n"


CAUGHT = captures(
    {"hex": frame("请A023号").hex(), "decodes_to": {"addr": 3, "text": "请A023号"}},
    {"hex": frame("A1").hex(), "direction": "host->display"},
    {"hex": frame("B").hex(), "from": "host", "t": 9},
)


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], toml: str, caught: str = CAUGHT) -> list[str]:
    (tmp_path / "mine.toml").write_text(toml)
    (tmp_path / "caught.jsonl").write_text(caught)
    status = main(["profile", "check", str(tmp_path / "mine.toml"), str(tmp_path / "caught.jsonl"), "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == int(bool(lines))
    return [f"{line['place']}: {line['says']}" for line in lines]


def test_a_right_profile_fits_all_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(tmp_path, capsys, GOOD) == []


def test_a_wrong_check_is_named_with_the_one_that_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = checked(tmp_path, capsys, GOOD.replace("sum8", "xor8"))
    assert "caught.jsonl line 1: contradicts frame show, part 5 (check xor8" in said[0]
    assert "these bytes make" in said[0]
    assert "all 3 frames would fit sum8 over parts 3 to 4" in said[0]


def test_a_wrong_range_is_named_with_the_one_that_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = GOOD.replace('{ check = "sum8", first = "addr"', '{ check = "sum8", first = "text"')
    assert "sum8 over parts 3 to 4" in checked(tmp_path, capsys, wrong)[0]


def test_a_wrong_length_is_named_with_the_one_that_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = GOOD.replace('length = "u8", first = "addr"', 'length = "u8", first = "text"')
    said = checked(tmp_path, capsys, wrong)
    assert "all 3 frames would fit a length of parts 3 to 4" in said[0]


def test_wrong_fixed_bytes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = checked(tmp_path, capsys, GOOD.replace('hex = "AB"', 'hex = "AC"'))
    assert "contradicts frame show, part 1 (hex AC): AB instead of AC; correct this part of the profile" in said[0]


def test_bytes_behind_the_frame_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (said, *_) = checked(tmp_path, capsys, GOOD, captures({"hex": frame("A").hex() + "0D0A"}))
    assert "2 bytes more than the frame has" in said


def test_a_frame_that_is_cut_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (said, *_) = checked(tmp_path, capsys, GOOD, captures({"hex": frame("ABC")[:-2].hex()}))
    assert "the bytes end here" in said


def test_what_the_capture_knows_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (said,) = checked(tmp_path, capsys, GOOD, captures({"hex": frame("A").hex(), "decodes_to": {"addr": 4}}))
    assert "frame show reads addr as 3, the capture says 4; correct the part addr" in said


def test_a_shape_that_no_capture_shows_is_not_proven(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = GOOD + '[mine.profile.frames.reply]\ndirection = "display->host"\nparts = [{ hex = "06" }]\n'
    assert checked(tmp_path, capsys, more) == [": no capture shows frame reply: it is not proven; capture one"]


def test_pieces_of_one_frame_are_put_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = frame("请A023号")
    pieces = [
        {"t": 0.1 + index / 1000, "from": "host", "hex": bytes((byte,)).hex()} for index, byte in enumerate(whole)
    ]
    assert checked(tmp_path, capsys, GOOD, captures(*pieces, {"t": 2, "from": "host", "hex": frame("A").hex()})) == []


@pytest.mark.parametrize("model", ["strip-sum", "strip-nibble", "strip-xor", "strip-crc", "strip-length", "kanban4"])
def test_shipped_profiles_fit_the_open_vectors(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    device = catalog.model("counter_screen", model)["device"]
    caught = captures(*(vector for vector in vectors("led") if vector["device"] == device))
    (tmp_path / "caught.jsonl").write_text(caught)
    shipped = Path(catalog.__file__).parent / "counter_screen" / "models.toml"
    main(["profile", "check", str(shipped), str(tmp_path / "caught.jsonl"), "--model", model, "--json"])
    said = [json.loads(line)["says"] for line in capsys.readouterr().out.splitlines()]
    assert all("not proven" in line for line in said)


def test_decode_and_encode_take_a_profile_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(GOOD)
    assert main(["decode", "--profile", str(mine), frame("A1").hex()]) == 0
    assert json.loads(capsys.readouterr().out) == {"addr": 3, "text": "A1"}
    assert main(["encode", "--profile", str(mine), '{"addr": 3, "text": "A1"}']) == 0
    assert capsys.readouterr().out.strip() == frame("A1").hex().upper()
    assert main(["decode", "--profile", str(tmp_path / "none.toml"), "00"]) == 2
    assert main(["decode", "--profile", str(mine), "--model", "other", "00"]) == 2
    assert main(["encode", "--profile", str(mine), '{"addr": "x"}']) == 2


def test_wrong_files_are_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "1: must be exactly one of" in checked(tmp_path, capsys, GOOD.replace('hex = "AB"', 'show = "hex"'))[0]
    shipped = str(Path(catalog.__file__).parent / "counter_screen" / "models.toml")
    good, bad = tmp_path / "caught.jsonl", tmp_path / "bad.jsonl"
    bad.write_text('{"hex": "0G"}\n')
    mine = tmp_path / "mine.toml"
    mine.write_text(GOOD)
    for file, caught in ((shipped, good), (str(mine), bad), (str(mine), tmp_path / "none.jsonl")):
        assert main(["profile", "check", file, str(caught)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert "--model" in said[0]
    assert "line 1" in said[1]
