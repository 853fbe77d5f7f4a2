"""What goes wrong, when, and for how long: chosen by the seed, some of everything on most days."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.world import HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from tests.simulation.hall_run import Hall


def plan(hall: "Hall", begin: int, end: int) -> None:
    """Spread this day's faults over the working hours."""
    world = hall.world
    for _ in range(world.random.randint(8, 20)):
        fault = world.random.choice(ALL)
        world.later(world.between(begin, end) - world.now, _strike, hall, fault)


def _strike(hall: "Hall", fault: Callable[["Hall"], None]) -> None:
    name = fault.__name__
    hall.world.note("fault", name)
    hall.world.count(f"fault: {name}")
    fault(hall)
    hall.laws.at_fault()


def hub_killed(hall: "Hall") -> None:
    hall.hub.kill(hall.world.between(0.5, 3) * SECOND, power=False)


def hub_power_cut(hall: "Hall") -> None:
    hall.hub.kill(hall.world.between(20, 200) * SECOND, power=True)


def hub_down_long(hall: "Hall") -> None:
    hall.hub.kill(hall.world.between(5, 40) * MINUTE, power=True)


def hub_disk_full(hall: "Hall") -> None:
    hall.hub.disk.full = True
    hall.world.later(hall.world.between(5, 300) * SECOND, hall.free_disk)


def hub_clock_jumps(hall: "Hall") -> None:
    jump = hall.world.random.choice((-24 * HOUR, -HOUR, -10 * SECOND, 10 * SECOND, HOUR, 24 * HOUR))
    hall.hub.clock_offset += jump
    hall.world.later(hall.world.between(1, 60) * MINUTE, hall.mend_clock, jump, hall.heals)


def kiosk_killed(hall: "Hall") -> None:
    hall.world.random.choice(hall.kiosks).unit.kill(hall.world.between(1, 20) * SECOND)


def kiosk_dies_between_store_and_act(hall: "Hall") -> None:
    hall.world.random.choice(hall.kiosks).unit.die_after_store = True


def unit_power_cut(hall: "Hall") -> None:
    hall.world.random.choice(hall.units).kill(hall.world.between(20, 120) * SECOND, power=True)


def counter_killed(hall: "Hall") -> None:
    hall.world.random.choice(hall.clerks).unit.kill(hall.world.between(1, 20) * SECOND)


def unit_disk_full(hall: "Hall") -> None:
    unit = hall.world.random.choice(hall.units)
    unit.disk.full = True
    hall.world.later(hall.world.between(1, 60) * SECOND, setattr, unit.disk, "full", False)


def everything_loses_power(hall: "Hall") -> None:
    hall.hub.kill(hall.world.between(20, 60) * SECOND, power=True)
    for unit in hall.units:
        unit.kill(hall.world.between(15, 60) * SECOND, power=True)


def one_cable(hall: "Hall") -> None:
    hall.cut([hall.world.random.choice(hall.units)], hall.world.between(1, 900) * SECOND)


def lan_gone(hall: "Hall") -> None:
    hall.cut(hall.units, hall.world.between(1, 600) * SECOND)


def bad_network(hall: "Hall") -> None:
    network = hall.network
    network.loss, network.double, network.late = 0.1, 0.1, 0.05
    hall.world.later(hall.world.between(1, 10) * MINUTE, hall.calm_network)


def wan_gone(hall: "Hall") -> None:
    hall.centre.reachable = False
    hall.world.later(hall.world.between(0.1, 60) * HOUR, setattr, hall.centre, "reachable", True)


def paper_out(hall: "Hall") -> None:
    kiosk = hall.world.random.choice(hall.kiosks)
    kiosk.paper = False
    hall.world.later(hall.world.between(1, 20) * MINUTE, setattr, kiosk, "paper", True)


def pad_silent(hall: "Hall") -> None:
    clerk = hall.world.random.choice(hall.clerks)
    clerk.pad_silent = True
    hall.world.later(hall.world.between(1, 60) * MINUTE, setattr, clerk, "pad_silent", False)


ALL: tuple[Callable[["Hall"], None], ...] = (
    hub_killed,
    hub_power_cut,
    hub_down_long,
    hub_disk_full,
    hub_clock_jumps,
    kiosk_killed,
    kiosk_dies_between_store_and_act,
    unit_power_cut,
    counter_killed,
    unit_disk_full,
    everything_loses_power,
    one_cable,
    lan_gone,
    bad_network,
    wan_gone,
    paper_out,
    pad_silent,
)
