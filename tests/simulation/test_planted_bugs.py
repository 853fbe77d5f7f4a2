"""The simulation is worth its time only if it finds what is known to be wrong."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.simulation import bugs
from tests.simulation.hall_run import Hall
from tests.simulation.world import Violation

ENOUGH_SEEDS = 20


def found(
    bug: Callable[[], AbstractContextManager[None]], first_seed: int, days: int = 1, *, buttons: bool = False
) -> str:
    """Live from a seed that found it when this was written, until a law breaks; return what it said."""
    with bug():
        for seed in range(first_seed, first_seed + ENOUGH_SEEDS):
            try:
                Hall(seed, buttons=buttons).run(days)
            except Violation as violation:
                return str(violation)
    return "nothing found"


def test_a_number_given_twice_after_a_crash_is_found() -> None:
    assert found(bugs.number_given_twice_after_a_crash, 5).startswith("printed numbers are unique")


def test_an_answer_before_the_disk_is_found() -> None:
    assert found(bugs.answer_before_the_disk, 1).startswith("an acknowledged command is stored")


def test_a_phantom_ticket_is_found() -> None:
    assert found(bugs.phantom_ticket_left, 17).startswith(("no phantom ticket is left", "no visitor waits for ever"))


def test_a_call_lost_on_reorder_is_found() -> None:
    assert found(bugs.call_lost_on_reorder, 10).startswith(
        ("no first call goes unspoken", "no visitor waits", "lobby sees", "counter", "kiosk")
    )


def test_a_report_that_a_mere_call_elsewhere_beats_is_found() -> None:
    assert found(bugs.call_elsewhere_beats_a_report, 4).startswith("who was served is finished")


def test_offline_tickets_void_by_a_clock_set_back_are_found() -> None:
    assert found(bugs.clock_set_back_voids_offline_tickets, 52).startswith("no visitor waits for ever")


def test_a_last_event_lost_without_heartbeats_is_found() -> None:
    assert found(bugs.no_heartbeat, 200_826, days=3).startswith("no visitor waits for ever")


def test_a_start_on_a_full_disk_that_is_not_tried_again_is_found() -> None:
    said = found(bugs.a_start_is_tried_once, 1_021, days=3, buttons=True)
    assert said.startswith(("nobody is numbered who has gone", "no visitor waits for ever"))


def test_a_face_that_is_not_told_how_the_hub_is_is_found() -> None:
    said = found(bugs.contact_told_before_the_disk, 5_017, days=2, buttons=True)
    assert said.startswith("a face knows whether the hub is there")


def test_an_alarm_taken_for_another_one_is_found() -> None:
    said = found(bugs.alarms_known_by_name_only, 3, buttons=True)
    assert said.startswith("an acknowledged alarm stands until it is ended")


def test_a_report_names_seed_day_and_step_and_what_came_before() -> None:
    report = found(bugs.number_given_twice_after_a_crash, 5)
    first, second, *before = report.splitlines()
    assert ":" in first
    assert second.split()[::2] == ["seed", "day", "step"]
    assert 1 <= len(before) <= 30


def test_the_same_seed_is_the_same_day() -> None:
    runs = []
    for _ in range(2):
        hall = Hall(5)
        hall.run(1)
        runs.append((hall.world.steps, hall.world.counts, hall.hub.disk.rows[-1]))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("law", ["numbers", "one answer"])
def test_a_law_that_holds_says_nothing(law: str) -> None:
    Hall(1).world.require(True, law)
    with pytest.raises(Violation, match=law):
        Hall(1).world.require(False, law)
