"""Every open vector passes through `hall-field decode`, and through `encode` wherever its words say which bytes."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import catalog, device_words, vocabulary
from drivers.vocabulary import Ask
from field.app import main
from tests.support.logs import logs_as_before  # noqa: F401 - an autouse fixture
from tests.support.mutate import mutated
from tests.support.vectors import VECTORS

PROSE = ("meaning", "note", "kind", "profile")
ALL: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
NUMBERS = [vector for vector in ALL if "hex" not in vector]
FRAMES = [vector for vector in ALL if "hex" in vector]
GOOD = [vector for vector in FRAMES if vector.get("checksum", {}).get("valid") is not False]
SAYS_TOO_LITTLE = {
    "led.bx5.qfont": "reserved bytes FF 00 00 are in no field",
    "led.sunpn.reply": "an acknowledgement repeats a frame that is not named",
    "escpos.snbc.t080.idle": "the bit that this maker fixes at 1 is in prose only",
    "escpos.asb.1000000F": "the bits that this maker fixes at 1 are in prose only",
    "escpos.asb.14000C00": "the bit that this maker fixes at 1 is in prose only",
    "escpos.ticket_cn": "sizes and places of the text are in no field",
    "scan.nl.set_rsp": "which settings are answered is in no field",
    "id.noise.two_aa": "noise is not made",
}
"""Vectors whose words leave out part of the bytes. What `decode` prints for them does encode to the same bytes."""
NOISE = ("id.noise.two_aa",)


def named(vectors: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector["id"])


def facts(wanted: Any) -> dict[str, Any]:
    """What is compared. A text is the meaning of a frame that says nothing else."""
    if isinstance(wanted, str):
        return {"meaning": wanted}
    return {name: value for name, value in wanted.items() if name not in PROSE}


def agrees(wanted: Any, found: dict[str, Any]) -> bool:
    return all(name in found and found[name] == value for name, value in facts(wanted).items())


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(arguments) == 0
    return capsys.readouterr().out.splitlines()


def decoded(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed(capsys, "decode", *arguments)]


def address_of(vector: dict[str, Any]) -> list[str]:
    return ["--family", vector["family"], "--model", vector["device"], "--direction", vector["direction"]]


@named(FRAMES)
def test_a_vector_decodes_to_its_facts(vector: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    found = decoded(capsys, *address_of(vector), vector["hex"])
    assert any(agrees(vector["decodes_to"], item) for item in found), found


@named(FRAMES)
def test_without_a_direction_and_under_the_folders_name_too(vector: dict[str, Any]) -> None:
    found = vocabulary.decode(
        device_words.folder_of(vector["family"]), bytes.fromhex(vector["hex"]), Ask(vector["device"])
    )
    assert any(agrees(vector["decodes_to"], item) for item in found), found


@named(GOOD)
def test_what_decoding_prints_encodes_to_the_same_bytes(vector: dict[str, Any]) -> None:
    if vector["id"] in NOISE:
        pytest.skip("noise is not made")
    ask = Ask(vector["device"], vector["direction"])
    found = vocabulary.decode(vector["family"], bytes.fromhex(vector["hex"]), ask)
    fitting = next(item for item in found if agrees(vector["decodes_to"], item))
    for way in (ask, Ask(vector["device"])):
        assert vocabulary.encode(vector["family"], fitting, way).hex().upper() == vector["hex"]


@named([vector for vector in GOOD if vector["id"] not in SAYS_TOO_LITTLE])
def test_a_vectors_words_encode_to_its_bytes(vector: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(vector["decodes_to"], ensure_ascii=False)
    assert printed(capsys, "encode", *address_of(vector), text) == [vector["hex"]]
    assert printed(capsys, "encode", *address_of(vector)[:4], text) == [vector["hex"]]


@named(NUMBERS)
def test_an_identity_number_is_judged(vector: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    for text in (vector["text"], vector["text"].encode().hex()):
        (found,) = decoded(capsys, *address_of(vector)[:4], text)
        assert found == vector["decodes_to"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("11010519491231002x", {}), ("110105491231002", {"number": "11010519491231002X"}), ("440524188001010014", None)],
)
def test_a_printed_number_is_known_by_its_form(
    text: str, number: dict[str, str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    digit = "4" if number is None else "X"
    for which in ([], ["--model", "gb 11643 number"]):
        (found,) = decoded(capsys, "--family", "IdCard", *which, text)
        assert found == {"valid": True, "check_digit": digit, **(number or {})}


WITH_BYTES = [kind for kind in catalog.FAMILIES if kind in device_words.families().values()]
"""Not those whose wire is somebody else's: pictures, HTTP, a daemon."""


@pytest.mark.parametrize(("kind", "model"), [(kind, name) for kind in WITH_BYTES for name in catalog.models(kind)])
def test_every_model_of_the_catalogue_goes_by_its_own_name(kind: str, model: str) -> None:
    for raw in (b"\x12", b"\xff\x68", b""):
        assert vocabulary.decode(kind, raw, Ask(model))
    assert model in device_words.models_of(kind)


def test_of_several_profiles_the_one_that_came_furthest_says_what_is_wrong() -> None:
    ask = Ask("profile shape (not a named product)")
    assert vocabulary.decode("evaluator", bytes.fromhex("AA010305FF"), ask)[0] == {"error": "checksum"}
    (good, bad) = vocabulary.decode("evaluator", bytes.fromhex("AA010304FF" + "AA01"), ask)
    assert (good["key"], bad) == (3, {"error": "unfinished frame"})


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_question_decides_what_an_answer_means(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = decoded(capsys, "--family", "escpos", "--after", f"1004{number:02}", "12")
    assert found["n"] == number


@pytest.mark.parametrize(
    "arguments",
    [
        ["decode", "--family", "idcrd", "00"],
        ["decode", "--family", "idcard", "--model", "Epson", "00"],
        ["decode", "--family", "idcard", "0G"],
        ["encode", "--family", "idcard", "{"],
        ["encode", "--family", "idcard", "{}"],
        ["encode", "--family", "led", "[1]"],
        ["encode", "--family", "voice", '{"cmd": 7}'],
    ],
)
def test_a_wrong_command_line_ends_with_2_and_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_argparse_ends_with_2_too() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["decode", "00"])
    assert ended.value.code == 2


@pytest.mark.parametrize("family", device_words.families())
def test_damaged_frames_are_errors_and_never_raise(family: str) -> None:
    golden = [bytes.fromhex(vector["hex"]) for vector in FRAMES if vector["family"] == family] or [b"\xff\x68"]
    short = [frame for frame in golden if len(frame) < 100]
    for piece in mutated(short, 6_000, seed=3):
        assert vocabulary.decode(family, piece)


@pytest.mark.parametrize("family", device_words.families())
@settings(max_examples=40)
@given(raw=st.binary(max_size=60))
def test_any_bytes_come_out_as_objects(family: str, raw: bytes) -> None:
    found = vocabulary.decode(family, raw)
    assert found
    assert json.dumps(found)


WORDS = st.sampled_from(
    ["cmd", "sw", "text", "status", "n", "paper", "addr", "key", "coil", "on", "keys", "gs1", "data"]
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2))


@pytest.mark.parametrize("family", device_words.families())
@settings(max_examples=60)
@given(fields=st.dictionaries(WORDS, VALUES, max_size=4))
def test_any_object_is_encoded_or_refused_in_words(family: str, fields: dict[str, Any]) -> None:
    said = ""
    try:
        made = vocabulary.encode(family, fields)
    except ValueError as problem:
        made, said = b"", str(problem)
    assert made or said or not fields.get("text", True)
