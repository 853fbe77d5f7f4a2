"""Which voice says what: silent in the other zone, and nothing left unspoken."""

from hypothesis import given
from hypothesis import strategies as st

from counter.lobby.flow.voices import Range, groups, strange_zones

ZONES = st.sets(st.sampled_from("ABCD"))


def said_by(zone: str, names: str, zones_of: dict[str, list[str]], lobby: str = "") -> list[str]:
    return [name for group in groups(list(names), zones_of, lobby) for name in group.names if group.range.covers(zone)]


def test_a_call_for_one_zone_is_silent_in_the_other() -> None:
    zones_of = {"m": ["B"], "s": ["A", "C"]}
    assert said_by("B", "ms", zones_of) == ["m"]
    assert said_by("C", "ms", zones_of) == ["s"]


def test_a_voice_without_zones_says_everything() -> None:
    assert said_by("B", "ms", {"m": ["B"]}) == ["m", "s"]
    assert said_by("D", "ms", {"m": ["B"]}) == ["s"]


def test_a_zone_that_no_voice_was_given_is_said_by_all() -> None:
    assert said_by("D", "ms", {"m": ["B"], "s": ["A"]}) == ["m", "s"]
    assert said_by("", "ms", {"m": ["B"], "s": ["A"]}) == ["m", "s"]


def test_voices_of_the_same_zones_speak_together() -> None:
    found = groups(["m", "s", "t"], {"m": ["B", "A"], "s": ["A", "B"], "t": ["C"]})
    assert [group.names for group in found] == [("m", "s"), ("t",)]
    assert groups([], {}) == ()


def test_the_lobbys_own_zones_come_first() -> None:
    assert said_by("C", "ms", {"m": ["B"]}, lobby="AB") == []
    assert not Range(lobby=frozenset("A")).covers("B")


@given(st.dictionaries(st.sampled_from("mst"), ZONES), ZONES, st.sampled_from("ABCDE"))
def test_nothing_of_this_lobby_is_left_unspoken(zones_of: dict[str, set[str]], lobby: set[str], zone: str) -> None:
    voices = said_by(zone, "mst", {name: sorted(zones) for name, zones in zones_of.items()}, "".join(lobby))
    assert bool(voices) == (not lobby or zone in lobby)
    given_to = {name for name, zones in zones_of.items() if zone in zones}
    if voices and given_to:
        assert set(voices) == given_to | {name for name in "mst" if not zones_of.get(name)}


def test_a_strange_zone_is_told_with_the_nearest() -> None:
    assert strange_zones(["east", "wset"], ["east", "west"]) == {"wset": "west"}
    assert strange_zones(["A"], []) == {"A": ""}
