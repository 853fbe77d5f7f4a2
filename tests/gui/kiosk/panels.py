"""Every screen on every panel: the panels, what stands on the glass, and an eye for what is wrong with a picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
from PyQt6.QtCore import QEvent, QPoint, QRect
from PyQt6.QtGui import QFont, QFontMetrics
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from hall.qt import look as looks
from hall.qt.kit.masthead import Masthead
from hall.qt.kit.surface import shadow_blur
from hall.qt.kit.tile import Tile
from hall.qt.kit.toast import Toast
from hall.qt.look import Look
from hall.qt.tokens import TARGET_MM, Reach, tokens
from hall.words.catalogue import Words
from kiosk.flow import models as m
from kiosk.flow.causes import Tick, Touch
from kiosk.flow.models import Row, View, Word
from kiosk.screens.glass import LEAST
from kiosk.screens.overlay import IdleOverlay
from kiosk.screens.window import Corner, KioskWindow
from tests.gui.kiosk import test_kiosk_screens, test_paper_screens
from tests.support.kiosk import Glass, Rig
from tests.support.papers import PaperRig
from tests.support.views import waiting

PANELS: tuple[tuple[int, int, float], ...] = (
    (1080, 1920, 21.5),
    (1080, 1920, 27),
    (1080, 1920, 32),
    (768, 1366, 15.6),
    (1024, 768, 15),
    (1024, 600, 10.1),
    (1280, 800, 10.1),
    (1280, 800, 27),
    (1280, 1024, 17),
    (1280, 1024, 19),
    (1366, 768, 15.6),
    (1920, 1080, 21.5),
    (1920, 1080, 32),
    (1920, 1080, 43),
)
"""Width, height, inches: what a technician meets."""
LOOKS = ("normal", "contrast", "elder")
LANGUAGES = ("zh", "en")


@dataclass
class Seen:
    """One screen: what the engine shows, and the pictures that belong to it."""

    view: View
    previews: list[bytes]
    pictures: dict[str, bytes]


def everything(folder: Path, elder: bool) -> dict[str, Seen]:
    """Walk the kiosk's engine to all of its screens, without a window."""
    found = {}
    both: tuple[tuple[Any, Any], ...] = ((Rig, test_kiosk_screens.WALKS), (PaperRig, test_paper_screens.WALKS))
    for kind, walks in both:
        for name, walk in walks.items():
            glass = Glass()
            rig = kind(folder / name, glass)
            rig.begin(waiting("A001"))
            if elder:
                rig.touch(Touch.ELDER)
            walk(rig)
            assert glass.view is not None
            found[name] = Seen(glass.view, glass.previews, glass.pictures)
    frame = found["item"].view
    made = {name: Seen(msgspec.structs.replace(frame, **changes), [], {}) for name, changes in MADE.items()}
    return found | made | {"home_closed": Seen(_closed(folder, elder), [], {})}


def _closed(folder: Path, elder: bool) -> View:
    from hall.sync.link import ViewChanged
    from tests.support.kiosk import view

    glass = Glass()
    rig = Rig(folder / "closed", glass).begin()
    plain = view(waiting("A001"))
    items = tuple(msgspec.structs.replace(item, opens="09:00", closes="17:00") for item in plain.items)
    rig.shell.take(ViewChanged(msgspec.structs.replace(plain, items=items)))
    rig.shell.take(Tick(hall_ms=20 * 3_600_000))  # four in the morning of Shanghai
    if elder:
        rig.touch(Touch.ELDER)
    assert glass.view is not None
    return glass.view


LONG = {"zh": "不动产登记（含抵押权首次登记与变更登记）", "en": "Real estate registration including mortgages"}
TEXT = {
    "zh": "我们为办理居住证明读取您的姓名、公民身份号码和住址，只用于本次办理，保存三十天后删除。\n" * 5,
    "en": "We read your name, identity number and address for this proof only, and delete them in thirty days.\n" * 5,
}
MADE: dict[str, dict[str, Any]] = {
    "home_full": {
        "screen": m.Home(
            tuple(m.Tile(f"i{n}", LONG, "bank", badge=Word("home.waiting", {"n": "128"})) for n in range(6)),
            tuple(m.Tile(f"f{n}", LONG, "id", why=Word("needs.title") if n == 1 else None) for n in range(4)),
            waiting=328,
            counters_open=28,
            counters=36,
            estimate_min=185,
            page=1,
            pages=3,
            holder="欧阳**",
            resume=True,
            notices=("系统将于今晚22时升级，请提前办理。",),
        ),
        "steps": (),
        "back": False,
        "leave": False,
        "away": True,
    },
    "ask_many": {"screen": m.AskModel(LONG, tuple(m.Tile(f"a{n}", LONG, "bank") for n in range(8)), 1, 3)},
    "item_long": {
        "screen": m.ItemModel(LONG, "bank", 128, 185, tuple(str(n) for n in range(1, 25)), "09:00-17:00", no_paper=True)
    },
    "notice_long": {"screen": m.NoticeModel(LONG, TEXT)},
    "identify_typing": {"screen": m.IdentifyModel(LONG, LONG, Word("scan.wrong"), typing=True, typed="110101199003")},
    "identify_off": {"screen": m.IdentifyModel(LONG, LONG, None, skip=True, can_type=True, reader_ok=False)},
    "checklist": {"screen": m.ChecklistModel(LONG, (LONG,) * 7, (1, 3), (0, 1), Word("checklist.required"))},
    "confirm_long": {"screen": m.ConfirmModel(LONG, tuple(Row(LONG, "110***********0017 " * 2) for _ in range(9)))},
    "progress": {
        "screen": m.ProgressModel(
            Word("query.title"), "registered", tuple(Row(LONG, "2026-11-22 09:30") for _ in range(9)), can_print=True
        )
    },
    "rate": {"screen": m.RateModel(Word("rate.title")), "steps": (), "back": False},
    "working": {"screen": m.Working(Word("working.wait"), slow=True), "steps": (), "back": False},
    "printing": {"screen": m.Working(Word("printing.ticket"), printing=True), "steps": (), "back": False},
    "message": {
        "screen": m.Message(
            Word("refusal.title"),
            Word("refusal.closed_item", {"hours": "09:00-17:00"}),
            "closed_item",
            number="A-C07",
            retry=True,
            reprint=True,
        )
    },
    "take_reprint": {"screen": m.TakeSlip("reprint", "A023", tuple(Row(LONG, "1、2、3、4、5、6") for _ in range(4)))},
    "pin_digits": {"screen": m.PinModel("4001", 4, on_pin=True, problem=Word("card.ic"))},
    "attendant_many": {
        "screen": m.AttendantModel(
            tuple(Row(Word(f"need.{need}"), Word("status.no_paper")) for need in ("slip", "id_card", "scanner") * 3),
            tuple(m.Tile(f"act{n}", Word("act.my_card"), "printer") for n in range(7)),
            Word("act.my_card"),
            Word("staff.paper_ends", {"time": "16:40"}),
            Word("staff.documents", {"n": "12", "minutes": "480", "refused": "3"}),
        )
    },
    "out": {"screen": m.OutOfService(), "steps": (), "back": False},
    "idle": {"screen": m.RateModel(Word("rate.title")), "steps": (), "countdown": 14},
}
"""What no walk reaches, or with more on it than the shipped flows have."""


def open_window(panel: tuple[int, int, float], language: str = "zh") -> KioskWindow:
    """Open the kiosk on a panel."""
    width, height, inches = panel
    look = Look(tokens(inches, width, height), Words(language, "common", "kiosk", "slip"))
    window = KioskWindow(look, lambda _what, _value: None)
    window.resize(width, height)
    window.show()
    return window


def put(window: KioskWindow, seen: Seen, look: str, language: str, low: bool = False) -> None:
    """Show a screen as the shell would."""
    theme = "contrast" if look == "contrast" else "normal"
    view = msgspec.structs.replace(seen.view, language=language, theme=theme, elder=look == "elder", low=low)
    window.wipe()
    for ref, jpeg in seen.pictures.items():
        window.keep_picture(ref, jpeg)
    window.show_view(view)
    for jpeg in seen.previews[-1:]:
        window.show_preview(jpeg)
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@contextmanager
def reading() -> Iterator[list[str]]:
    """Collect painted texts that did not fit into their place however much smaller they were made."""
    cut: list[str] = []
    plain = looks.fitted

    def fitted(text: str, wanted: QFont, width: int, smallest: float = 0.5) -> QFont:
        made = plain(text, wanted, width, smallest)
        if text and QFontMetrics(made).horizontalAdvance(text) > max(0, width) + 2:
            cut.append(f"painted text cut ({width} px): {text}")
        return made

    kit = ("tile", "big_button", "bottom_bar", "header", "stat_strip", "number_board", "step_bar", "toast")
    patches = [mock.patch(f"hall.qt.kit.{name}.fitted", fitted) for name in kit]
    for patch in patches:
        patch.start()
    try:
        yield cut
    finally:
        for patch in patches:
            patch.stop()


LIES_OVER = (Corner, Toast, IdleOverlay)


def faults(window: KioskWindow, panel: tuple[int, int, float]) -> list[str]:
    """Return what is wrong with what the window shows."""
    found = []
    if (window.width(), window.height()) != panel[:2]:
        found.append(f"the window is {window.width()}x{window.height()}")
    with reading() as cut:
        window.grab()
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    for check in (_outside, _overlapping, _small, _clipped):
        found += check(window, shown)
    return [*found, *dict.fromkeys(cut)]


def _called(widget: QWidget) -> str:
    return widget.objectName() or f"{type(widget).__name__} {widget.text()[:20] if isinstance(widget, QLabel) else ''}"


def _outside(window: QWidget, shown: list[QWidget]) -> list[str]:
    found = []
    for widget in shown:
        parent = widget.parentWidget()
        box = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        if not window.rect().contains(box):
            found.append(f"{_called(widget)} leaves the glass: {box.getRect()}")
        elif parent is not None and not parent.rect().contains(widget.geometry()):
            found.append(f"{_called(widget)} leaves {_called(parent)}: {widget.geometry().getRect()}")
    return found


def _overlapping(_window: QWidget, shown: list[QWidget]) -> list[str]:
    families: dict[int, list[QWidget]] = {}
    for widget in shown:
        if not isinstance(widget, LIES_OVER) and not isinstance(widget.parentWidget(), Masthead):
            families.setdefault(id(widget.parentWidget()), []).append(widget)
    return [
        f"{_called(one)} overlaps {_called(other)}"
        for children in families.values()
        for place, one in enumerate(children)
        for other in children[place + 1 :]
        if one.geometry().intersects(other.geometry())
    ]


def _small(window: QWidget, shown: list[QWidget]) -> list[str]:
    assert isinstance(window, KioskWindow)
    least = int(TARGET_MM[Reach.KIOSK][0] * LEAST * window._look.tokens.px_per_mm) - 1
    targets = [widget for widget in shown if isinstance(widget, QAbstractButton)]
    names = [widget.objectName() for widget in targets]
    found = [f"{name or 'a target'} has no name of its own" for name in set(names) if names.count(name) > 1 or not name]
    return found + [
        f"{_called(one)} is {one.width()}x{one.height()}, below {least}"
        for one in targets
        if min(one.width(), one.height()) < least
    ]


def _clipped(_window: QWidget, shown: list[QWidget]) -> list[str]:
    found = []
    for widget in shown:
        if isinstance(widget, Tile):
            room = widget.height() - 2 * shadow_blur(widget._look)
            if widget._place()[1].height() > room + 2:
                found.append(f"{_called(widget)}: its lines are higher than it")
        elif isinstance(widget, QLabel) and widget.text():
            high = widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            wide = widget.minimumSizeHint().width() if widget.wordWrap() else widget.sizeHint().width()
            if high > widget.height() + 4 or wide > widget.width() + 2:
                found.append(f"cut: {widget.text()[:40]} ({wide}x{high} in {widget.width()}x{widget.height()})")
        elif not isinstance(widget, QLabel | QAbstractButton) and widget.height() < widget.minimumSizeHint().height():
            found.append(f"{_called(widget)} is lower than it needs")
    return found
