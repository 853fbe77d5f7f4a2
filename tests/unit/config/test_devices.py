"""Device stanzas against the types that the composition root hands in."""

from typing import Any

import msgspec
import pytest

from config.devices import Known, devices
from config.load import ConfigError
from config.unit import DeviceStanza, Identity, LobbyOptions, UnitConfig


class VoiceOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    volume: int = 60


KNOWN = Known(
    ("voice", "ticket_printer"), lambda kind: {"voice": ("syn6288", "sound-card")}[kind], lambda _: VoiceOptions
)


def unit(**stanza: Any) -> UnitConfig:
    plain = {"kind": "voice", "model": "syn6288", "address": "serial:/dev/ttyS1"} | stanza
    return UnitConfig(Identity("lobby-1", "lobby", "https://h", "/s"), devices={"module": DeviceStanza(**plain)})


def test_options_become_their_type() -> None:
    (found,) = devices(unit(options={"volume": 30}), KNOWN, "lobby.toml")
    assert found == ("module", "voice", "syn6288", "serial:/dev/ttyS1", VoiceOptions(30))


@pytest.mark.parametrize(
    ("stanza", "said"),
    [
        ({"kind": "vioce"}, "devices.module.kind: no device family 'vioce'; did you mean 'voice'?"),
        ({"model": "syn6388"}, "devices.module.model: no voice model 'syn6388'; did you mean 'syn6288'?"),
        ({"address": ""}, "devices.module.address is empty"),
        ({"options": {"volum": 3}}, "unknown key 'devices.module.options.volum'; did you mean 'volume'?"),
        ({"options": {"volume": "loud"}}, "devices.module.options"),
    ],
)
def test_each_mistake_is_named_with_what_to_write(stanza: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        devices(unit(**stanza), KNOWN, "lobby.toml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("lobby.toml")


def test_without_any_known_name_none_is_offered() -> None:
    with pytest.raises(ConfigError, match="none is known"):
        devices(unit(), Known((), lambda _: (), lambda _: VoiceOptions), "x")


@pytest.mark.parametrize(
    ("lobby", "said"),
    [
        (
            LobbyOptions(voices={"modul": ("A",)}),
            "lobby.voices.modul: no voice of this name in [devices]; did you mean 'module'?",
        ),
        (LobbyOptions(zones=("east", "west"), voices={"module": ("wset",)}), "did you mean 'west'?"),
    ],
)
def test_a_voice_or_zone_that_is_not_there_is_told_with_the_nearest(lobby: LobbyOptions, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        devices(msgspec.structs.replace(unit(), lobby=lobby), KNOWN, "lobby.toml")
    assert said in str(caught.value)
