"""Twenty-four simulated hours of looking after strips, pads, speech modules and page devices grow no memory.

Lines are simulators in this thread, without a clock. Page devices are asked over loopback HTTP, which is slow: their
whole day runs by name only (`pytest -m long`), an hour always.
"""

import gc
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count

import pytest

from drivers import catalog
from drivers.counter_screen.options import Options as StripOptions
from drivers.counter_screen.talk import OnbonTalk
from drivers.ff68.bus import Bus, BusRules, Window
from drivers.key_line import KeyLine
from drivers.page_printer.ipp import Ipp
from drivers.page_printer.states import status_of
from drivers.page_scanner.look import Look
from drivers.page_scanner.sane import Place
from drivers.profile import profile_of
from drivers.voice.protocol import Control, Reply, dialect_of, replies, to_bytes
from hall.ports.status import StatusWord
from tests.conformance.test_a_day_of_polling import FEW_BLOCKS, HOURS, Wire
from tests.support.wires import staged

Looking = Callable[[], object]
NO_LIMIT = pytest.mark.timeout(1800)


def strip() -> Looking:
    """A ping."""
    options = StripOptions()
    talk = OnbonTalk(options)
    wire = Wire(catalog.make_far_end("counter_screen", "onbon-bx5k", options))
    return lambda: talk.look(wire).word is StatusWord.READY


def module() -> Looking:
    """The question whether it speaks."""
    row = catalog.model("voice", "syn6288")
    dialect, declared = dialect_of(row), catalog.family("voice").options
    wire = Wire(catalog.make_far_end("voice", "syn6288", declared()))

    def look() -> bool:
        wire.write(to_bytes(Control("status"), dialect), 1.0)
        heard: list[Reply] = []
        for _ in range(1000):
            heard += replies(wire.read(64, 0.02))
            if Reply.IDLE in heard:
                return True
        return False

    return look


def bus() -> Looking:
    """A turn of the loop in which none of four windows' pads speaks."""
    windows = tuple(Window(str(one), one, one) for one in range(1, 5))
    line, clock = Bus(BusRules(windows, {}, {})), count()

    def look() -> bool:
        now = next(clock) * 0.5
        return line.tick(now) == [] and line.outgoing(now) == b""

    return look


def pad() -> Looking:
    """A turn of a stand-alone pad's loop."""
    line, clock = KeyLine(profile_of(catalog.model("rating_pad", "pad-addr-key-sum")), 0), count()
    return lambda: line.receive(b"", next(clock) * 0.5) == ([], b"", [])


def grows_nothing(look: Looking, polls_an_hour: int, hours: int) -> None:
    """Look for so many hours; the first one may still grow."""
    kept = 0
    for hour in range(hours):
        assert all(look() for _ in range(polls_an_hour))
        if hour == 0:
            gc.collect()
            kept = sys.getallocatedblocks()
    gc.collect()
    assert sys.getallocatedblocks() - kept < FEW_BLOCKS


@pytest.mark.parametrize(
    ("made", "polls_an_hour"),
    [(strip, 3600), (module, 6000), (bus, 7200), (pad, 7200)],
    ids=["strip", "module", "bus", "pad"],
)
def test_a_day_of_polling_grows_nothing(made: Callable[[], Looking], polls_an_hour: int) -> None:
    grows_nothing(made(), polls_an_hour, HOURS)


@contextmanager
def page_printer(place: str) -> Iterator[Looking]:
    """The printer's attributes over IPP."""
    with closing(Ipp(f"ipp://{place}/ipp/print", catalog.family("page_printer").options())) as ipp:
        yield lambda: status_of(ipp.printer()).word is StatusWord.READY


@contextmanager
def page_scanner(place: str) -> Iterator[Looking]:
    """ScannerStatus over eSCL."""
    with closing(Look(f"escl:http://{place}/eSCL", Place("", f"http://{place}/eSCL"))) as look:
        yield lambda: look.status().word is StatusWord.READY


@pytest.mark.parametrize(
    ("hours", "polls_an_hour"),
    [pytest.param(2, 300, id="some"), pytest.param(HOURS, 4500, id="a day", marks=[pytest.mark.long, NO_LIMIT])],
)
@pytest.mark.parametrize(
    ("kind", "model", "made"),
    [("page_printer", "ipp-everywhere", page_printer), ("page_scanner", "escl", page_scanner)],
    ids=["page printer", "page scanner"],
)
def test_asking_page_devices_grows_nothing(
    kind: str, model: str, made: Callable[[str], AbstractContextManager[Looking]], hours: int, polls_an_hour: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
    far_end = catalog.make_far_end(kind, model, catalog.family(kind).options())
    with staged(far_end, f"http:{place}"), made(place) as look:
        grows_nothing(look, polls_an_hour, hours)
