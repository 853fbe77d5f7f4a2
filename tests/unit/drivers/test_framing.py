"""Profiles: every shipped one loads, the open vectors pass both ways, damage is survived, nonsense is named."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import catalog
from drivers.checks import CHECKS
from drivers.framing import Decoded, Decoder, Undecoded, encode
from drivers.profile import LARGEST_FRAME, BadProfile, FrameShape, Profile, load, profile_of
from tests.support.mutate import mutated
from tests.support.vectors import vectors

KINDS = ("counter_screen", "rating_pad", "caller_pad")
ROWS = {
    row["device"] + "/" + name: row for kind in KINDS for name, row in catalog.models(kind).items() if "profile" in row
}
PROFILES = {name: profile_of(row) for name, row in ROWS.items()}
PROSE = ("meaning", "note", "kind", "shape", "answer_example")
NOT_PROFILES = ("led.bx5", "eval.ff68")
VECTORS = [vector for vector in [*vectors("led"), *vectors("evaluator")] if not vector["id"].startswith(NOT_PROFILES)]


def profiles_for(vector: dict[str, Any]) -> list[Profile]:
    found = [profile for name, profile in PROFILES.items() if name.startswith(vector["device"] + "/")]
    assert found, f"no profile for {vector['device']}"
    return found


def decoded(vector: dict[str, Any]) -> tuple[FrameShape, Decoded]:
    raw = bytes.fromhex(vector["hex"])
    for profile in profiles_for(vector):
        events = Decoder(profile, vector["direction"]).feed(raw, ended=True)
        if len(events) == 1 and isinstance(events[0], Decoded) and matches(vector, events[0]):
            return profile.frames[events[0].shape], events[0]
    raise AssertionError(f"{vector['id']} fits no profile")


def matches(vector: dict[str, Any], found: Decoded) -> bool:
    wanted = vector["decodes_to"]
    if isinstance(wanted, str):
        return bool(found.fields["meaning"] == wanted)
    return {key: value for key, value in wanted.items() if key not in PROSE}.items() <= found.fields.items()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_vector_decodes_to_its_facts_and_encodes_from_them(vector: dict[str, Any]) -> None:
    shape, found = decoded(vector)
    assert encode(shape, found.fields).hex().upper() == vector["hex"]


@pytest.mark.parametrize(("kind", "value"), [("crc16_arc", 0xBB3D), ("crc16_modbus", 0x4B37), ("crc16_xmodem", 0x31C3)])
def test_check_sums_of_the_usual_input(kind: str, value: int) -> None:
    assert CHECKS[kind][1](b"123456789") == value


@given(st.text(max_size=60), st.integers(0, 255))
def test_any_text_makes_one_frame_that_reads_back(text: str, address: int) -> None:
    for name in ("strip-sum", "strip-nibble", "strip-xor", "strip-crc", "strip-length"):
        profile = profile_of(catalog.model("counter_screen", name))
        raw = encode(profile.frames["show"], {"addr": address, "seq": 7, "text": text}, profile.text_limit)
        (found,) = Decoder(profile).feed(raw, ended=True)
        assert isinstance(found, Decoded), (name, found)
        assert found.fields["addr"] == address
        assert found.raw == raw


@given(st.binary(max_size=200), st.lists(st.integers(1, 30), max_size=20))
def test_a_frame_after_any_garbage_is_found_in_any_split(garbage: bytes, sizes: list[int]) -> None:
    profile = profile_of(catalog.model("counter_screen", "strip-length"))
    good = encode(profile.frames["show"], {"addr": 3, "text": "请"})
    decoder, found = Decoder(profile), []
    found += decoder.feed(garbage, ended=True)
    raw = good
    for size in sizes:
        found += decoder.feed(raw[:size])
        raw = raw[size:]
    found += decoder.feed(raw)
    assert isinstance(found[-1], Decoded)
    assert found[-1].raw == good


@pytest.mark.parametrize("name", PROFILES)
def test_damaged_frames_in_volume_keep_the_decoder_small(name: str) -> None:
    device = name.rpartition("/")[0]
    golden = [bytes.fromhex(vector["hex"]) for vector in [*VECTORS, *vectors("caller")] if vector["device"] == device]
    decoder, good = Decoder(PROFILES[name]), 0
    for piece in mutated(golden or [b"\x01"], 60_000, seed=5):
        good += sum(isinstance(event, Decoded) for event in decoder.feed(piece))
        assert len(decoder._unread) <= LARGEST_FRAME
    decoder.feed(b"", ended=True)
    assert not decoder.pending
    assert good or not golden


def test_what_does_not_fit_is_reported_with_its_reason() -> None:
    profile = profile_of(catalog.model("counter_screen", "strip-xor"))
    good = encode(profile.frames["show"], {"addr": 3, "text": "A"})
    (found,) = Decoder(profile).feed(good[:-1] + b"\x00", ended=True)
    assert found == Undecoded("checksum", good[:-1] + b"\x00")


@pytest.mark.parametrize(
    ("profile", "says"),
    [
        ({}, "frames"),
        ({"frames": {"a": {"parts": []}}}, "frame a: a frame needs a part"),
        ({"frames": {"a": {"parts": [{}]}}}, "frame a, part 1: must be exactly one of"),
        ({"frames": {"a": {"parts": [{"hex": "AA", "text": "t"}]}}}, "exactly one"),
        ({"frames": {"a": {"parts": [{"number": "n", "form": "u7"}]}}}, "'u7' is none of u8"),
        ({"frames": {"a": {"parts": [{"check": "crc99"}]}}}, "none of sum8"),
        ({"frames": {"a": {"parts": [{"check": "sum8", "first": "x"}]}}}, "no part is named 'x'"),
        ({"frames": {"a": {"parts": [{"hex": "AX"}]}}}, "no hex"),
        ({"frames": {"a": {"parts": [{"text": "t"}, {"text": "u"}]}}}, "part 1: text needs a length, a size, or fixed"),
        ({"frames": {"a": {"parts": [{"text": "t", "encoding": "gbkk"}]}}}, "no encoding is named 'gbkk'"),
        ({"frames": {"a": {"parts": [{"text": "t", "encoding": "rot13"}]}}}, "no encoding is named 'rot13'"),
        ({"frames": {"a": {"parts": [{"text": "t", "pattern": "("}]}}}, "no regular expression"),
        ({"frames": {"a": {"parts": [{"hex": "AA", "optional": True}]}}}, "frame a: a frame needs a part"),
        ({"frames": {"a": {"parts": [{"hex": "A", "name": "a"}, {"hex": "AA", "name": "a"}]}}}, "no hex"),
        ({"frames": {"a": {"parts": [{"hex": "AA", "name": "a"}, {"hex": "AA", "name": "a"}]}}}, "two parts are named"),
        ({"frames": {"a": {"parts": [{"length": "f32be"}, {"hex": "AA"}]}}}, "counts no bytes"),
        ({"frames": {"a": {"parts": [{"hex": "AA"}]}}, "acknowledge": "b"}, "acknowledge 'b' is neither"),
        (
            {
                "frames": {
                    "a": {
                        "parts": [
                            {"hex": "AA", "name": "a"},
                            {"hex": "BB", "name": "b"},
                            {"check": "sum8", "first": "b", "last": "a"},
                        ]
                    }
                }
            },
            "part 'b' stands behind 'a'",
        ),
        ({"frames": {}, "bauds": 1}, "bauds"),
    ],
)
def test_a_contradictory_profile_is_named(profile: dict[str, Any], says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        profile_of({"profile": profile})


def test_a_strangers_file_loads_like_a_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[mine.profile.frames.show]\nparts = [{ hex = "02" }, { text = "text" }, { hex = "03" }]\n')
    profile = load(path)["mine"]
    assert encode(profile.frames["show"], {"text": "A\x03\x07号"}) == b"\x02A\xba\xc5\x03"
    path.write_text("[mine")
    with pytest.raises(BadProfile, match=r"mine\.toml"):
        load(path)
