"""What a stranger's profile may say: forms, transforms, ends, options, acknowledgements; each made and read back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import profile_vocabulary
from drivers.framing import Decoded, Decoder, encode
from drivers.key_line import FRAME, KeyLine, SimulatedPad, line_of
from drivers.number_forms import DIGITS, FLOATS, FORMS, WHOLE, number_bytes, number_of, width_of
from drivers.profile import BadProfile, Profile, profile_of
from drivers.profile_check import Captured, check


def described(*parts: dict[str, Any], **more: Any) -> Profile:
    return profile_of({"profile": {"frames": {"show": {"parts": list(parts)}}, **more}})


def read(profile: Profile, raw: bytes) -> list[dict[str, Any]]:
    return profile_vocabulary.decode(raw, "", {"mine": profile})


def made(profile: Profile, **fields: Any) -> bytes:
    return profile_vocabulary.encode(fields, "", {"mine": profile})


HEAD, TAIL = {"hex": "02"}, {"hex": "03"}
TEXT = {"text": "text", "name": "text"}


@pytest.mark.parametrize("form", [form for form in FORMS if form not in FLOATS])
@given(data=st.data())
def test_every_form_holds_its_numbers_and_no_others(form: str, data: st.DataObject) -> None:
    width = width_of(form)
    if form in DIGITS:
        count, base = DIGITS[form]
        low, high = 0, base**count - 1
    else:
        low, high = (-(1 << 8 * width - 1), (1 << 8 * width - 1) - 1) if WHOLE[form][2] else (0, (1 << 8 * width) - 1)
    number = data.draw(st.integers(low, high))
    raw = number_bytes(form, number)
    assert (len(raw), number_of(form, raw)) == (width, number)
    for outside in (low - 1, high + 1):
        with pytest.raises(ValueError, match=f"does not fit {form}"):
            number_bytes(form, outside)


def test_digits_and_fractions_as_they_stand_on_the_wire() -> None:
    assert number_bytes("hex2", 0xAB) == b"AB"
    assert number_of("hex2", b"ab") == 0xAB
    assert number_bytes("bcd2", 1234) == b"\x12\x34"
    assert number_bytes("f32be", 12.5) == bytes.fromhex("41480000")
    assert number_of("f32le", bytes.fromhex("CDCCCC3D")) == 0.1
    for form, raw in (("bcd1", b"\x1a"), ("ascii2", b"1A"), ("hex1", b"G"), ("f32be", b"\x7f\x80\x00\x00")):
        with pytest.raises(ValueError, match="is no"):
            number_of(form, raw)


@pytest.mark.parametrize(
    ("part", "said", "wire"),
    [
        ({"encoding": "gb2312"}, "请A1号", "C7EB4131BAC5"),
        ({"encoding": "gb18030"}, "镕", "E946"),
        ({"encoding": "utf-8"}, "号", "E58FB7"),
        ({"encoding": "utf-16-be"}, "号A", "53F70041"),
        ({"encoding": "utf-16-le"}, "号A", "F7534100"),
        ({"encoding": "gbk", "transform": "nul"}, "A号", "4100BAC500"),
        ({"encoding": "gbk", "transform": "nibbles"}, "A号", "410B0A0C05"),
        ({"encoding": "gbk", "transform": "hex"}, "A号", "343142414335"),
        ({"encoding": "hex"}, "0102FF", "0102FF"),
        ({"encoding": "registers"}, [1, 65535], "0001FFFF"),
        ({"encoding": "ascii", "even": True}, "A02 ", "41303220"),
    ],
)
def test_a_text_is_written_and_read_back(part: dict[str, Any], said: Any, wire: str) -> None:
    profile = described(HEAD, {"length": "u8", "first": "text", "last": "text"}, {**TEXT, **part}, TAIL)
    raw = made(profile, text=said)
    assert raw == b"\x02" + bytes((len(wire) // 2,)) + bytes.fromhex(wire) + b"\x03"
    assert read(profile, raw) == [{"text": said}]


def test_bytes_that_are_no_text_are_shown_and_written_as_they_are() -> None:
    profile = described(HEAD, TEXT, TAIL)
    (found,) = read(profile, b"\x02A\xff\x03")
    assert found == {"text": "A\ufffd", "text_hex": "41FF"}
    assert made(profile, **found) == b"\x02A\xff\x03"


@pytest.mark.parametrize("text", ["A", "请A023号", "", "\x7f", "zzz"])
@pytest.mark.parametrize("kind", ["sum8", "xor8", "crc16-arc", "CRC16_MODBUS", "crc16-xmodem", "sum16"])
@pytest.mark.parametrize("written", ["bytes", "hex"])
def test_a_check_may_stand_between_the_text_and_the_end(text: str, kind: str, written: str) -> None:
    sum_ = {"check": kind, "first": "text", "last": "text", "written": written, "order": "little"}
    profile = described({"hex": "AA 55 01"}, TEXT, sum_, {"hex": "0D 0A"})
    raw = made(profile, text=text)
    assert [item["text"] for item in read(profile, raw + raw)] == [text.strip("\x7f")] * 2
    damaged = bytes((*raw[:-3], raw[-3] ^ 1, *raw[-2:]))
    assert read(profile, damaged)[0] == {"error": "checksum"}


@given(st.text(alphabet="AB號\x03z", max_size=9), st.lists(st.integers(1, 6), max_size=12))
def test_a_check_equal_to_the_end_does_not_end_the_frame(text: str, sizes: list[int]) -> None:
    profile = described(HEAD, TEXT, {"check": "sum8", "first": "text", "last": "text"}, {"hex": "FF"})
    for final in ("", "\x7e"):
        raw = made(profile, text=text + final) * 2
        decoder, found, rest = Decoder(profile), [], raw
        for size in sizes:
            found += decoder.feed(rest[:size])
            rest = rest[size:]
        found += decoder.feed(rest)
        found += decoder.feed(b"", ended=True)
        assert b"".join(event.raw for event in found) == raw
        assert all(isinstance(event, Decoded) for event in found)


def test_a_check_that_is_the_end_byte_itself() -> None:
    profile = described(HEAD, TEXT, {"check": "sum8", "first": "text", "last": "text"}, {"hex": "41"})
    assert made(profile, text="\x20\x21") == b"\x02\x20\x21\x41\x41"
    assert read(profile, b"\x02\x20\x21\x41\x41") == [{"text": " !"}]
    assert read(profile, b"\x02\x20\x22\x41\x41") == [{"error": "checksum"}]


@pytest.mark.parametrize(
    ("parts", "wire"),
    [
        ([HEAD, {"number": "n"}, {"check": "sum8"}, TAIL], "02070903"),
        ([HEAD, {"number": "n", "name": "n"}, {"check": "sum8", "first": "n"}, TAIL], "02070703"),
        ([{"check": "sum8"}, {"number": "n"}, TAIL], "0A0703"),
        ([HEAD, {"check": "sum8", "first": "n"}, {"number": "n", "name": "n"}, TAIL], "020A0703"),
        ([HEAD, {"check": "sum8", "first": "n", "last": "n"}, {"number": "n", "name": "n"}, TAIL], "02070703"),
    ],
)
def test_without_a_range_a_check_covers_what_stands_before_it(parts: list[dict[str, Any]], wire: str) -> None:
    profile = described(*parts)
    assert made(profile, n=7).hex().upper() == wire
    assert read(profile, bytes.fromhex(wire)) == [{"n": 7}]


def test_a_check_cannot_cover_itself() -> None:
    with pytest.raises(BadProfile, match="check sum8 covers itself"):
        described(HEAD, {"number": "n"}, {"check": "sum8", "last": "end"}, {**TAIL, "name": "end"})


def test_a_frame_may_end_where_the_line_falls_silent() -> None:
    profile = described(HEAD, TEXT, {"check": "xor8", "first": "text", "last": "text"})
    decoder = Decoder(profile)
    assert decoder.feed(b"\x02AB\x03") == []
    assert [event.raw for event in decoder.feed(b"", ended=True)] == [b"\x02AB\x03"]
    assert read(profile, b"\x02AB\x04") == [{"error": "checksum"}]


def test_a_frame_of_text_alone_is_not_looked_for_behind_damage() -> None:
    bare = {"parts": [{"text": "text", "encoding": "ascii", "pattern": "[!-#%-~][ -~]*"}], "direction": "d->h"}
    framed = {"parts": [{"hex": "24"}, {"text": "shown", "encoding": "ascii"}, {"hex": "23"}], "direction": "h->d"}
    profile = profile_of({"profile": {"frames": {"show": framed, "answer": bare}}})
    assert read(profile, b"LED-485-083") == [{"text": "LED-485-083"}]
    assert read(profile, b"$23#") == [{"shown": "23"}]
    assert read(profile, b"$23") == [{"error": "unfinished frame"}]


def test_a_byte_may_be_repeated() -> None:
    profile = described({"hex": "0000", "repeats": True}, {"hex": "01"}, {"number": "n"})
    assert made(profile, n=7) == b"\x00\x00\x01\x07"
    assert read(profile, bytes(9) + b"\x01\x07") == [{"n": 7}]
    assert "error" in read(profile, b"\x00\x01\x07")[0]


def test_optional_parts_are_all_there_or_none() -> None:
    parts = [HEAD, {"number": "n", "name": "n"}, {"check": "sum8", "first": "n", "last": "n", "optional": True}, TAIL]
    frames = {"show": {"parts": parts, "means_with": {"checked": True}}}
    profile = profile_of({"profile": {"frames": frames}})
    assert made(profile, n=7) == b"\x02\x07\x03"
    assert made(profile, n=7, checked=True) == b"\x02\x07\x07\x03"
    assert read(profile, b"\x02\x07\x07\x03\x02\x08\x03") == [{"n": 7, "checked": True}, {"n": 8}]
    assert "error" in read(profile, b"\x02\x07\x08\x03")[0]


def test_an_echo_of_the_other_direction_is_read_where_nothing_else_is() -> None:
    parts = [HEAD, {"number": "n"}, TAIL]
    profiles = {"mine": profile_of({"profile": {"frames": {"show": {"parts": parts, "direction": "host->pad"}}}})}
    assert profile_vocabulary.decode(b"\x02\x05\x03", "pad->host", profiles) == [{"n": 5}]
    assert profile_vocabulary.decode(b"\x02\x05\x03", "Host -> Pad", profiles) == [{"n": 5}]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"n": 1}, "text is missing"),
        ({"text": "A"}, "n is missing"),
        ({"n": 256, "text": "A"}, "n: 256 does not fit u8"),
        ({"n": True, "text": "A"}, "n: True is no number"),
        ({"n": "x", "text": "A"}, "n: 'x' is no number"),
        ({"n": 1.5, "text": "A"}, "n: 1.5 is no whole number"),
        ({"n": 1, "text": None}, "text: None is no text"),
        ({"n": 1, "text": "A" * 300}, "text is too long"),
        ({"n": 1, "text": "A", "m": 2}, "m is no field of this frame; it has fc, n, text$"),
        ({"n": 1, "text": "A", "fc": 4}, "fc 4 fits no known frame"),
    ],
)
def test_what_is_wrong_with_the_words_is_named(fields: dict[str, Any], says: str) -> None:
    parts = [HEAD, {"number": "n"}, {"length": "u8", "first": "text", "last": "text"}, TEXT]
    profile = profile_of({"profile": {"frames": {"show": {"parts": parts, "means": {"fc": 3}}}}})
    with pytest.raises(ValueError, match=says):
        profile_vocabulary.encode(fields, "", {"mine": profile})


FF68 = {
    "acknowledge": "answer",
    "frames": {
        name: {
            "direction": direction,
            "parts": [
                {"hex": "FF68"},
                {"length": "u8", "first": "addr", "last": "key"},
                {"length": "u8", "first": "addr", "last": "key"},
                {"hex": "68"},
                {"number": "addr", "name": "addr"},
                {"hex": command},
                {"number": "key", "name": "key"},
                {"check": "sum8", "first": "addr", "last": "key"},
                {"hex": "16"},
            ],
        }
        for name, direction, command in ((FRAME, "pad->host", "11"), ("answer", "host->pad", "01"))
    },
}


def test_a_computed_acknowledgement_is_made_of_what_the_pad_said() -> None:
    profile = profile_of({"profile": FF68})
    line, pad = KeyLine(profile, 0), SimulatedPad(profile, 2)
    pad.do("press", {"key": 1}, 0.0)
    pressed = pad.outgoing(0.0)
    heard = line.receive(pressed, 0.0)
    assert (heard.keys, heard.answer.hex().upper()) == (["1"], "FF6803036802010104" + "16")
    assert line.receive(heard.answer, 0.1).keys == []  # our own answer comes back on the pair
    pad.receive(heard.answer, 0.1)
    assert pad.state()["acknowledged"] == 1


@pytest.mark.parametrize(("wanted", "answer"), [("", ""), ("echo", "020503"), ("06", "06")])
def test_the_other_acknowledgements(wanted: str, answer: str) -> None:
    parts = [HEAD, {"number": "key"}, TAIL]
    profile = profile_of({"profile": {"acknowledge": wanted, "frames": {FRAME: {"parts": parts}}}})
    assert KeyLine(profile, 0).receive(b"\x02\x05\x03", 0.0).answer.hex() == answer


def test_an_acknowledgement_of_unknown_fields_is_refused() -> None:
    frames = {FRAME: {"parts": [HEAD, {"number": "key"}]}, "answer": {"parts": [{"hex": "06"}, {"number": "addr"}]}}
    with pytest.raises(BadProfile, match="acknowledge answer: no other frame says addr"):
        profile_of({"profile": {"acknowledge": "answer", "frames": frames}})


def test_a_line_of_seven_bits() -> None:
    profile = described(HEAD, TAIL, baud=4800, parity="E", data_bits=7, stop_bits=2)
    line = line_of(profile)
    assert (line.baud, line.parity, line.data_bits, line.stop_bits) == (4800, "E", 7, 2)
    assert line_of(profile, 19200).baud == 19200


def test_a_wrong_check_behind_an_open_text_is_advised_upon() -> None:
    right = {"check": "crc16_xmodem", "first": "text", "last": "text"}
    frames = [
        Captured(f"line {at}", made(described(HEAD, TEXT, right, TAIL), text=text)) for at, text in enumerate("AB")
    ]
    (said, _) = check(described(HEAD, TEXT, {**right, "check": "crc16_arc"}, TAIL), frames)[:2]
    assert "all 2 frames would fit crc16_xmodem over parts 2 to 2" in said.says


@given(st.binary(max_size=80), st.lists(st.integers(1, 9), max_size=20))
def test_any_noise_in_any_split_loses_no_byte(noise: bytes, sizes: list[int]) -> None:
    profile = described(HEAD, TEXT, {"check": "sum8", "first": "text", "last": "text"}, TAIL)
    decoder, found, rest = Decoder(profile), [], noise
    for size in sizes:
        found += decoder.feed(rest[:size])
        rest = rest[size:]
    found += decoder.feed(rest, ended=True)
    assert b"".join(event.raw for event in found) == noise
    shape = profile.frames["show"]
    assert decoder.feed(encode(shape, {"text": "A"}))[-1].raw == b"\x02AA\x03"
