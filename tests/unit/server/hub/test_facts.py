from pathlib import Path
from random import Random

import pytest

from config.hall import Counter, HallConfig, HubSettings, Item
from hall.domain.ids import CounterId, ItemCode
from hall.wire import commands as cmd
from server.hub.facts import facts_of
from server.store.log import HubLog
from tests.support.halls import Hall, at_counter, small_hall


def test_no_items_means_the_whole_board_of_the_zone() -> None:
    facts = small_hall()
    assert facts.counters[CounterId("3")].items == {"social", "tax", "early"}
    assert facts.items[ItemCode("orphan")].counters == ()


def test_a_counter_without_zone_and_items_serves_everything() -> None:
    config = HallConfig(
        hub=HubSettings(hall="h", names={}, state_dir=""),
        items=(Item(code="a", prefix="A", names={}, zone="x"), Item(code="b", prefix="B", names={}, zone="y")),
        counters=(Counter(id="1"),),
    )
    assert facts_of(config).counters[CounterId("1")].items == {"a", "b"}


def test_rivals_are_the_items_that_every_counter_of_an_item_also_serves() -> None:
    facts = small_hall()
    rivals = {code: set(item.rivals) for code, item in facts.items.items()}
    assert rivals == {
        "social": {"social"},
        "tax": {"social", "tax"},
        "early": {"social", "tax", "early"},
        "orphan": {"orphan"},
    }


def test_people_ahead_of_a_board_are_counted_over_its_items(hall: Hall) -> None:
    for item in ("social", "social", "tax"):
        hall.waiting(item)
    reply = hall.done(cmd.IssueTicket(key=hall.key(), item=ItemCode("tax")))
    assert (reply.ahead, reply.estimate_s) == (3, 3 * 300 // 2)


def test_an_unknown_time_zone_is_an_error() -> None:
    config = HallConfig(
        hub=HubSettings(hall="h", names={}, state_dir="", timezone="Mars/Olympus"), items=(), counters=()
    )
    with pytest.raises(KeyError):
        facts_of(config)


def test_a_log_of_counters_and_items_that_are_configured_no_more_still_replays(tmp_path: Path) -> None:
    log = HubLog(tmp_path / "hub.db")
    hall = Hall(log).open("1", "2")
    tax = hall.waiting("tax")
    hall.serve("2")
    hall.at("2", cmd.FinishService)
    hall.waiting("tax")
    smaller = HallConfig(
        hub=HubSettings(hall="demo", names={}, state_dir=""),
        items=(Item(code="social", prefix="A", names={}),),
        counters=(Counter(id="1"),),
    )
    later = Hall(log, facts_of(smaller), seed=2)
    later.random = Random(2)
    later._keys = 1000
    assert later.ticket(tax.uid).state == "finished"
    later.waiting("social")
    assert later.call("1").item == "social"
    assert later.code(cmd.FinishService(key=later.key(), counter=CounterId("2")), at_counter("2")) == "unknown_counter"
    log.close()
