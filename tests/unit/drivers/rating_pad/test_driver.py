"""Stand-alone evaluators of every shape over a memory line."""

from typing import Any

import pytest

from drivers import catalog
from drivers.catalog import Opening
from drivers.rating_pad.driver import Options, ProfileRatingPad
from hall.domain.ids import CounterId, DeviceName, RatingUid
from hall.domain.rating import RatingLevel
from hall.ports.rating_pad import RatingPressed
from hall.ports.status import StatusWord
from tests.support.wires import staged, until, until_word

PROFILED = [name for name, row in catalog.models("rating_pad").items() if "profile" in row]


@pytest.mark.parametrize("model", PROFILED)
def test_only_a_press_within_an_invitation_is_a_rating(model: str) -> None:
    options = Options(counter="7", address=1)
    with staged(catalog.make_far_end("rating_pad", model, options), "memory:pad") as (stage, player):
        events: list[Any] = []
        pad = catalog.open_device("rating_pad", model, Opening(DeviceName("pad"), "memory:pad", events.append), options)
        assert isinstance(pad, ProfileRatingPad)

        def answered() -> bool:
            return not stage.state(player)["device"]["waiting_for_answer"]

        try:
            until_word(pad, StatusWord.UNKNOWN)
            stage.do(player, "press", key="2")
            until_word(pad, StatusWord.READY)
            until(answered)
            pad.invite(RatingUid("r"))
            stage.do(player, "press", key="3")
            until(lambda: [event for event in events if isinstance(event, RatingPressed)])
            until(answered)
            stage.do(player, "press", key="4")
            until(answered)
            pad.end_invitation()
        finally:
            pad.close()
        ratings = [event for event in events if isinstance(event, RatingPressed)]
        level = RatingLevel.BASICALLY_SATISFIED
        assert ratings == [RatingPressed(DeviceName("pad"), CounterId("7"), RatingUid("r"), level)]


def test_the_last_press_counts_by_option_when_the_invitation_ends() -> None:
    options = Options(last_press_counts=True, settle_ms=30000)
    with staged(catalog.make_far_end("rating_pad", "pad-fixed-byte", options), "memory:pad") as (stage, player):
        events: list[Any] = []
        opening = Opening(DeviceName("pad"), "memory:pad", events.append)
        pad = catalog.open_device("rating_pad", "pad-fixed-byte", opening, options)
        assert isinstance(pad, ProfileRatingPad)
        pad.invite(RatingUid("r"))
        stage.do(player, "press", key="5")
        until_word(pad, StatusWord.READY)
        pad.end_invitation()
        pad.close()
        assert [event.level for event in events if isinstance(event, RatingPressed)] == [5]


def test_another_pads_address_is_remarked() -> None:
    far = catalog.make_far_end("rating_pad", "pad-addr-key-sum", Options(address=2))
    with staged(far, "memory:pad") as (stage, player):
        opening = Opening(DeviceName("pad"), "memory:pad", lambda _event: None)
        pad = catalog.open_device("rating_pad", "pad-addr-key-sum", opening, Options(address=1))
        until_word(pad, StatusWord.UNKNOWN)
        stage.do(player, "press", key="1")
        until(lambda: "address 2 answers instead of 1; write options.address = 2" in pad.status().reason)
        pad.close()
