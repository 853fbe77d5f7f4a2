"""The technician's screen on real widgets, against simulated devices."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from config.unit import Identity, UnitConfig
from field.examine.files import devices_of, load_any
from field.examine.finding import Colour
from field.touch.app import LEFT_ALONE_S, Bench, face_look
from field.touch.state import DeviceRow, Ended, Line, Place, State, Touch
from field.touch.window import TouchWindow
from field.touch.workbench import Workbench
from hall.ports.status import Status, StatusWord
from hall.qt.background import Background, Operation
from hall.qt.bridge import Bridge
from hall.qt.look import Look
from hall.qt.tokens import tokens
from hall.words.catalogue import Words
from tests.support.technician_lines import sentence_in
from tests.unit.field.doctored import FOR_PAPERS, Lab, lab

SLOW_MS = 20_000
UNIT = UnitConfig(Identity("u", "kiosk", "https://127.0.0.1:9", "none"))


class Touched:
    """The running screen."""

    def __init__(self, qtbot: QtBot, window: TouchWindow, bench: Bench, reported: list[str]) -> None:
        self.qtbot, self.window, self.bench, self.reported = qtbot, window, bench, reported

    def tap(self, name: str) -> None:
        self.window.findChild(QWidget, name).click()  # type: ignore[attr-defined]

    def rest(self) -> None:
        self.qtbot.waitUntil(lambda: not self.bench.state.busy, timeout=SLOW_MS)

    def says(self) -> str:
        return "\n".join(f"{line.colour} {line.about}: {line.says} {line.do}" for line in self.bench.state.lines)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Lab]:
    with lab(tmp_path, "kiosk-c", without=FOR_PAPERS) as found:
        yield found


@pytest.fixture
def screen(kiosk: Lab, qtbot: QtBot) -> Iterator[Touched]:
    source = kiosk.config("kiosk-c")
    unit = load_any(source)
    assert isinstance(unit, UnitConfig)
    bridge, background = Bridge(), Background(workers=1)
    reported: list[str] = []

    def report(to: str) -> Line:
        reported.append(to)
        return Line(Colour.GREEN, "report", to)

    bench_of: list[Bench] = []
    window = TouchWindow(face_look(unit), "kiosk-c", lambda what, value: bench_of[0].touched(what, value))
    qtbot.addWidget(window)
    workbench = Workbench(source, unit, devices_of(source, unit), bridge.put, report)
    bench_of.append(Bench(window, workbench, background, lambda: None))
    bench = bench_of[0]
    bridge.arrived.connect(bench.take)
    background.run(Operation("open", workbench.open).then(lambda _: bench.take(Ended())))
    found = Touched(qtbot, window, bench, reported)
    found.rest()
    bench.look()
    yield found
    workbench.close()
    background.close()
    bridge.close()


def test_a_printer_is_tested_and_the_technician_judges_it(screen: Touched) -> None:
    screen.tap("device_printer")
    screen.tap("test_interactive")
    screen.qtbot.waitUntil(lambda: bool(screen.bench.state.question), timeout=SLOW_MS)
    screen.tap("no")
    screen.rest()
    assert "green printer · external: test slip sent" in screen.says()
    assert screen.says().splitlines()[-1].startswith("red printer · interactive")


def test_everything_is_looked_at_with_the_devices_held_open(screen: Touched) -> None:
    screen.tap("look")
    screen.rest()
    about = [line.about for line in screen.bench.state.lines]
    assert {"kiosk-c.printer", "kiosk-c.reader", "kiosk-c.scanner"} <= set(about)
    assert {line.colour for line in screen.bench.state.lines} == {Colour.GREEN}, screen.says()


def test_what_breaks_is_red_with_the_next_step(screen: Touched, kiosk: Lab) -> None:
    kiosk.stage.do(kiosk.players["kiosk-c.printer"], "paper_out")
    screen.tap("look")
    screen.rest()
    assert "red kiosk-c.printer" in screen.says()
    assert "put a new roll in" in screen.says()


def test_the_report_gives_the_devices_back_meanwhile(screen: Touched) -> None:
    screen.tap("report")
    screen.tap("send_usb")
    screen.rest()
    assert screen.reported == ["usb"]
    screen.bench.look()
    assert [row.name for row in screen.bench.state.devices] == ["printer", "reader", "scanner"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("place", Place)
def test_every_screen_has_its_words(qtbot: QtBot, place: Place, language: str) -> None:
    from drivers.catalog import FAMILIES

    window = TouchWindow(Look(tokens(27, 1080, 1920), Words(language, "common", "field")), "u", lambda *_: None)
    qtbot.addWidget(window)
    rows = tuple(
        DeviceRow(kind, kind, "m", "a:b", Status(word)) for kind, word in zip(FAMILIES, [*StatusWord] * 2, strict=False)
    )
    lines = tuple(Line(colour, "it", "so", "do") for colour in Colour)
    for busy in (False, True):
        window.show_state(State(place, rows, FAMILIES[0], lines, "right?", "lay", busy))
        title = window.findChild(QWidget, "title")
        assert title is not None
        assert title.text()  # type: ignore[attr-defined]
    window.show_state(State(place))


def test_a_screen_that_nobody_touches_for_ten_minutes_ends(qtbot: QtBot) -> None:
    now, ended = [0.0], []
    window = TouchWindow(Look(tokens(27, 1080, 1920), Words("zh", "common", "field")), "u", lambda *_: None)
    qtbot.addWidget(window)
    workbench = Workbench(Path("none"), UNIT, (), lambda _cause: None, lambda to: Line(Colour.GREEN, "report", to))
    background = Background(workers=1)
    bench = Bench(window, workbench, background, lambda: ended.append(now[0]), lambda: now[0])
    bench.take(Ended())
    now[0] = LEFT_ALONE_S - 1
    bench.touched(Touch.REPORT, "")
    now[0] += LEFT_ALONE_S
    bench.look()
    assert ended == []
    now[0] += 1
    bench.look()
    assert ended == [now[0]]
    background.close()


def test_a_button_outlives_what_its_device_says(qtbot: QtBot) -> None:
    touched: list[str] = []
    look = Look(tokens(27, 1080, 1920), Words("zh", "common", "field"))
    window = TouchWindow(look, "u", lambda _what, value: touched.append(value))
    qtbot.addWidget(window)
    row = DeviceRow("printer", "ticket_printer", "m", "a:b", Status(StatusWord.READY))
    window.show_state(State(devices=(row,)))
    button = window.findChild(QWidget, "device_printer")
    window.show_state(State(devices=(msgspec.structs.replace(row, status=Status(StatusWord.NO_PAPER, "put it in")),)))
    assert window.findChild(QWidget, "device_printer") is button
    assert window.findChild(QWidget, "reason_printer").text() == "put it in"  # type: ignore[union-attr]
    button.click()  # type: ignore[union-attr]
    assert touched == ["printer"]


ADDRESS = "serial:/dev/serial/by-path/pci-0000:00:14.0-usb-0:1.4:1.0-port0"
REFUSED = f"{ADDRESS}: settings refused ([Errno 22] Invalid argument); correct baud and parity in the configuration"
FOUND = (
    Line(
        Colour.RED, "kiosk-c folder", f"port busy: process 1234 (python3 -m some.program) holds {ADDRESS}", "put one in"
    ),
    Line(Colour.GREEN, ADDRESS, "built-in port", "probably: code_scanner usb-com", '[devices.scanner] kind = "x"'),
)
ROW = DeviceRow("printer", "ticket_printer", "m", ADDRESS, Status(StatusWord.OFFLINE, REFUSED))
LONG = {
    "devices": (State(devices=(ROW,)), ("端口参数被拒绝（参数无效，错误 22）；请改配置中的波特率和校验位",)),
    "findings": (
        State(place=Place.FINDINGS, lines=FOUND),
        (
            "kiosk-c 数据文件夹",
            "端口被占用：进程 1234（python3 -m some.program）占着",
            "请插上 U 盘",
            "[devices.scanner]",
        ),
    ),
    "question": (
        State(
            place=Place.TEST, device="printer", devices=(ROW,), busy=True, question="Did each lamp light and go out?"
        ),
        ("每盏灯都亮过又灭了吗？",),
    ),
    "please": (
        State(
            place=Place.TEST,
            device="ups",
            busy=True,
            please="ups: pull the supply's mains plug (its own, not the machine's)",
        ),
        ("ups：请拔下 UPS 自己的市电插头（不是电脑的）",),
    ),
}


@pytest.mark.parametrize("size", [(27, 1080, 1920), (15.6, 768, 1366), (17, 1280, 1024)])
@pytest.mark.parametrize("page", LONG)
def test_lines_are_chinese_and_none_is_cut_off(page: str, size: tuple[float, int, int], qtbot: QtBot) -> None:
    window = TouchWindow(Look(tokens(*size), Words("zh", "common", "field")), "kiosk-c", lambda *_: None)
    qtbot.addWidget(window)
    window.setFixedSize(*size[1:])
    state, words = LONG[page]
    window.show_state(state)
    with qtbot.waitExposed(window):
        window.show()
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    shown = "\n".join(label.text() for label in labels)
    for word in words:
        assert word in shown
    assert not [left for label in labels if (left := sentence_in(label.text()))]
    for label in labels:
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            assert label.width() <= window.width()


def test_an_english_screen_keeps_the_english_line(qtbot: QtBot) -> None:
    window = TouchWindow(Look(tokens(27, 1080, 1920), Words("en", "common", "field")), "kiosk-c", lambda *_: None)
    qtbot.addWidget(window)
    window.show_state(State(devices=(ROW,)))
    assert window.findChild(QLabel, "reason_printer").text() == REFUSED
