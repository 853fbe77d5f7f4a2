"""When the hub is closed and started again: each path of the picture in `field.guard.decide`, and any path at all."""

from hypothesis import given
from hypothesis import strategies as st

from field.guard.decide import AGAIN_S, Act, Command, Guarding, Run, Tell
from hall.ports.ups import Power


def guarding(*, restart: bool = True, power_off: bool = False, closed: bool = False) -> Guarding:
    return Guarding(300, 30, restart=restart, power_off=power_off, closed=closed)


def commands(acts: list[Act]) -> list[Command]:
    return [act.command for act in acts if isinstance(act, Run)]


def test_on_the_mains_nothing_happens() -> None:
    guard = guarding()
    assert guard.take(Power.MAINS, 0) == []
    assert guard.tick(10_000) == []


def test_before_the_supply_has_spoken_nothing_happens() -> None:
    assert guarding().tick(10_000) == []


def test_mains_that_return_in_time_stop_nothing() -> None:
    guard = guarding()
    guard.take(Power.MAINS, 0)
    assert guard.take(Power.BATTERY, 100) == [Tell(on_battery=True)]
    assert guard.tick(399) == []
    assert guard.take(Power.MAINS, 399.5) == [Tell(on_battery=False)]
    assert guard.tick(10_000) == []
    assert not guard.closed


def test_the_time_on_battery_begins_anew_with_each_loss() -> None:
    guard = guarding()
    guard.take(Power.BATTERY, 0)
    guard.take(Power.MAINS, 200)
    guard.take(Power.BATTERY, 210)
    assert guard.tick(500) == []
    assert commands(guard.tick(510)) == [Command.STOP]


def test_a_low_battery_does_not_wait() -> None:
    guard = guarding()
    guard.take(Power.BATTERY, 0)
    assert commands(guard.take(Power.LOW, 5)) == [Command.STOP]
    assert guard.tick(6) == [], "one command at a time"
    assert guard.ended(Command.STOP, 7, well=True) == []
    assert guard.closed
    assert guard.tick(10_000) == []


def test_a_command_that_fails_is_tried_again() -> None:
    guard = guarding()
    guard.take(Power.LOW, 0)
    assert guard.ended(Command.STOP, 1, well=False) == []
    assert guard.tick(1 + AGAIN_S - 0.1) == []
    assert commands(guard.tick(1 + AGAIN_S)) == [Command.STOP]


def test_what_was_stopped_is_started_when_the_mains_have_been_back_for_a_while() -> None:
    guard = guarding()
    guard.take(Power.LOW, 0)
    guard.ended(Command.STOP, 1, well=True)
    assert guard.take(Power.MAINS, 100) == [Tell(on_battery=False)]
    assert guard.tick(129) == []
    assert commands(guard.tick(130)) == [Command.START]
    guard.ended(Command.START, 131, well=True)
    assert not guard.closed
    assert guard.tick(10_000) == []


def test_a_guard_that_was_started_anew_goes_on() -> None:
    guard = guarding(closed=True)
    guard.take(Power.MAINS, 0)
    assert commands(guard.tick(30)) == [Command.START]
    assert guarding(closed=True, restart=False).take(Power.MAINS, 0) == [Tell(on_battery=False)]


def test_the_machine_is_switched_off_only_when_wanted_and_only_on_battery() -> None:
    guard = guarding(power_off=True)
    guard.take(Power.LOW, 0)
    assert commands(guard.ended(Command.STOP, 1, well=True)) == [Command.POWER_OFF]
    back = guarding(power_off=True)
    back.take(Power.LOW, 0)
    back.take(Power.MAINS, 0.5)
    assert back.ended(Command.STOP, 1, well=True) == []


@given(st.lists(st.tuples(st.sampled_from([*Power, None]), st.integers(0, 400), st.booleans()), max_size=60))
def test_whatever_comes_one_command_runs_and_stops_follow_only_a_battery(
    story: list[tuple[Power | None, int, bool]],
) -> None:
    guard, now, running, power = guarding(power_off=False), 0, None, None
    for said, seconds, well in story:
        now += seconds
        power = said or power
        found = commands(guard.take(said, now) if said else guard.tick(now))
        if found:
            assert running is None
            assert len(found) == 1
            assert (found[0] is Command.STOP) == (power is not Power.MAINS)
            running = found[0]
        elif running is not None:
            after = commands(guard.ended(running, now, well=well))
            assert len(after) <= 1
            running = after[0] if after else None
