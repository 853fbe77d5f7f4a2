"""A watched device passes everything on, and remembers bytes and sights with their times."""

from benchmarks.observed import Observed, Sight
from drivers.counter_screen.options import Options
from drivers.counter_screen.protocol import Area, show_area
from drivers.counter_screen.simulator import SimulatedOnbon


def frame(text: str) -> bytes:
    return show_area(1, Area(text.encode("gbk"), 128, 32)).to_bytes()


def test_the_sight_is_of_the_last_byte_and_bytes_are_counted() -> None:
    strip, data = Observed(SimulatedOnbon(Options())), frame("A001")
    strip.receive(data[:5], 10.0)
    assert strip.await_text("A001", 0.0, 0.0) is None
    strip.receive(data[5:], 10.5)
    assert strip.await_text("A001", 10.0, 0.0) == Sight(10.5, "A001")
    assert strip.bytes_between(10.0, 10.5) == len(data) - 5
    assert strip.bytes_between(9.9, 10.5) == len(data)
    assert strip.outgoing(11.0)


def test_an_older_sight_and_the_same_text_again_are_no_new_one() -> None:
    strip = Observed(SimulatedOnbon(Options()))
    strip.receive(frame("A001"), 10.0)
    strip.receive(frame("A001"), 11.0)
    assert strip.await_text("A001", 10.5, 0.0) is None
    assert strip.sights() == [Sight(10.0, "A001")]
