"""What the documents of the strips state and the open vectors do not hold, decoded and encoded."""

from collections.abc import Sequence
from typing import Any

import pytest

from drivers import catalog, framing
from drivers.counter_screen import protocol
from drivers.profile import Profile, profile_of
from tests.support.vectors import assert_decodes, assert_encodes, audit_vectors, decoded_audit, encodes

ALL = audit_vectors("led")


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector["id"])
def test_it_decodes_to_its_facts(vector: dict[str, Any]) -> None:
    assert_decodes(vector)


@pytest.mark.parametrize("vector", [vector for vector in ALL if encodes(vector)], ids=lambda vector: vector["id"])
def test_its_words_encode_to_its_bytes(vector: dict[str, Any]) -> None:
    assert_encodes(vector)


PROFILES = {row["device"]: profile_of(row) for row in catalog.models("counter_screen").values() if "profile" in row}


def decoder_of(vector: dict[str, Any]) -> framing.Decoder | protocol.Decoder:
    profile: Profile | None = PROFILES.get(vector["device"])
    return framing.Decoder(profile, vector["direction"]) if profile else protocol.Decoder()


def frames_in(events: Sequence[object]) -> list[object]:
    """Damage may be told in another number of pieces."""
    return [event for event in events if not isinstance(event, framing.Undecoded)]


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector["id"])
def test_byte_by_byte_it_is_the_same(vector: dict[str, Any]) -> None:
    raw, whole, slow = bytes.fromhex(vector["hex"]), decoder_of(vector), decoder_of(vector)
    found = [event for byte in raw for event in slow.feed(bytes((byte,)))]
    assert frames_in(found) == frames_in(whole.feed(raw))


@pytest.mark.parametrize("vector", [vector for vector in ALL if encodes(vector)], ids=lambda vector: vector["id"])
def test_cut_anywhere_it_is_no_frame(vector: dict[str, Any]) -> None:
    raw = bytes.fromhex(vector["hex"])
    if isinstance(vector["decodes_to"], list) or vector["hex"] == b"LED-485-083".hex().upper():
        return  # one of two frames stays whole; a bare word has no end but silence
    for end in {1, len(raw) // 2, len(raw) - 1}:
        found = decoded_audit({**vector, "hex": raw[:end].hex()})
        assert all(isinstance(item.get("error"), str) for item in found), (end, found)
