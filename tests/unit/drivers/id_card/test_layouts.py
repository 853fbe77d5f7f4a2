"""What the 256 bytes say: vectors of every layout, and that nothing can make it fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.id_card.layouts import LAYOUTS, card_of, read_address, read_text, write_address, write_text
from drivers.id_card.people import PEOPLE, placeholder_photo
from drivers.id_card.protocol import Blocks, Reply, ReplyDecoder, blocks, reply
from hall.domain.id_number import is_resident_number
from hall.domain.person_codes import NATIONS, SEXES
from hall.ports.id_card import CardKind
from tests.support.vectors import ethnic_codes, vector_bytes, vectors

NAMES = {
    "id_no": "number",
    "permit_no": "number",
    "ethnic": "nation",
    "name_en": "english_name",
    "name_cn": "name",
    "pass_no": "pass_number",
    "org_code": "office",
}


@pytest.mark.parametrize("vector", vectors("idcard", "id.read."), ids=lambda vector: vector["id"])
def test_card_vectors_both_ways(vector):
    raw, means = bytes.fromhex(vector["hex"]), dict(vector["decodes_to"])
    (frame,) = ReplyDecoder().feed(raw)
    assert isinstance(frame, Reply)
    parts = blocks(frame.data, fingerprint=False)
    text = read_text(parts.text)
    means.pop("photo_rule")
    kind = CardKind(means.pop("type").strip() or "citizen")
    assert text.kind is kind
    for field, value in means.items():
        assert text.fields[NAMES.get(field, field)] == value
    assert parts.photo == placeholder_photo()
    written = {NAMES.get(field, field): value for field, value in means.items()}
    assert reply(0x90, Blocks(write_text(kind, written), parts.photo).to_bytes()).to_bytes() == raw


def test_appended_address_vectors():
    raw = vector_bytes("id.readaddr.ok")
    (frame,) = ReplyDecoder().feed(raw)
    assert read_address(frame.data) == "上海市黄浦区测试大道100号"
    assert reply(0x90, write_address("上海市黄浦区测试大道100号")).to_bytes() == raw


@pytest.mark.parametrize("person", sorted(PEOPLE))
def test_invented_people_survive_the_card(person):
    invented = PEOPLE[person]
    card = card_of(read_text(write_text(invented.kind, invented.fields)), b"photo", invented.new_address)
    assert card.kind is invented.kind
    for field in ("name", "number", "birth", "address", "english_name", "nationality", "pass_number"):
        assert getattr(card, field) == invented.fields.get(field, "")
    if invented.kind is not CardKind.FOREIGN_2017:
        assert is_resident_number(card.number)


def test_a_long_english_name_goes_on_in_its_second_place():
    name = PEOPLE["foreign2023"].fields["english_name"]
    assert len(name) > 35
    assert read_text(write_text(CardKind.FOREIGN_2023, {"english_name": name})).fields["english_name"] == name


def test_nothing_personal_shows():
    text = read_text(write_text(CardKind.CITIZEN, {"name": "张测试", "number": "990101199002030011"}))
    for shown in (repr(text), str(text), repr(card_of(text)), str(card_of(text))):
        assert "张" not in shown
        assert "9901" not in shown


@given(st.binary(min_size=256, max_size=256))
def test_any_block_is_read(raw):
    text = read_text(raw)
    assert card_of(text).kind is text.kind
    assert read_text(raw + b"x") is None


@given(st.sampled_from(list(CardKind)), st.text("张测试·䶮𬭸\ue863\0A b", max_size=40))
def test_any_name_is_written_and_others_stay(kind, name):
    block = write_text(kind, {"name": name, "birth": "20000101"})
    assert len(block) == 256
    read = read_text(block)
    assert read.kind is kind
    assert read.fields["birth"] == "20000101"


def test_places_do_not_overlap():
    for places in LAYOUTS.values():
        taken = [byte for start, size in places.values() for byte in range(start, start + size)]
        assert len(taken) == len(set(taken))
        assert max(taken) < 256


def test_nation_codes():
    assert ethnic_codes() == NATIONS
    assert SEXES["2"] == "女"
