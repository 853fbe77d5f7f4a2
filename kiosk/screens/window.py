"""The kiosk's window: head, step bar, one page, the row of ways out, the bottom bar, and what lies over them.

`show_view` draws what the engine says; every touch goes to `emit`. Nothing here waits for anything.
"""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtGui import QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from hall.domain.signature import Point
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.bottom_bar import BottomBar
from hall.qt.kit.header import Header
from hall.qt.kit.label import Label
from hall.qt.kit.masthead import Masthead
from hall.qt.kit.step_bar import StepBar
from hall.qt.kit.toast import Toast
from hall.qt.look import Look
from hall.qt.tokens import Layout, Role
from hall.words.catalogue import other_language, pick
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.screens.ask import AskPage
from kiosk.screens.code import CodePage
from kiosk.screens.fitting import fitting, within
from kiosk.screens.form import FormPage
from kiosk.screens.glass import least, on_panel
from kiosk.screens.home import HomePage
from kiosk.screens.identify import IdentifyPage
from kiosk.screens.item import ItemPage
from kiosk.screens.lists import ChecklistPage, ConfirmPage
from kiosk.screens.message import MessagePage, OutPage
from kiosk.screens.notice import NoticePage
from kiosk.screens.overlay import IdleOverlay
from kiosk.screens.page import Emit, Page, say
from kiosk.screens.papers import CapturePage
from kiosk.screens.pictures import Pictures
from kiosk.screens.printing import NumberPage, TakePage, WorkingPage
from kiosk.screens.progress import ProgressPage
from kiosk.screens.rate import RatePage
from kiosk.screens.scan import ScanPage
from kiosk.screens.sign import SignPage
from kiosk.screens.staff import AttendantPage, PinPage, StaffCardPage

HOLD_MS = 2000
PAGES: dict[type, type[Page]] = {
    m.Home: HomePage,
    m.NoticeModel: NoticePage,
    m.IdentifyModel: IdentifyPage,
    m.AskModel: AskPage,
    m.ItemModel: ItemPage,
    m.ScanModel: ScanPage,
    m.FormModel: FormPage,
    m.CaptureModel: CapturePage,
    m.SignModel: SignPage,
    m.ChecklistModel: ChecklistPage,
    m.ConfirmModel: ConfirmPage,
    m.Working: WorkingPage,
    m.TakeSlip: TakePage,
    m.NumberModel: NumberPage,
    m.ProgressModel: ProgressPage,
    m.RateModel: RatePage,
    m.Message: MessagePage,
    m.CodeModel: CodePage,
    m.PinModel: PinPage,
    m.StaffCardModel: StaffCardPage,
    m.AttendantModel: AttendantPage,
    m.OutOfService: OutPage,
}
"""One page for each kind of screen; a test walks them."""


class Corner(QWidget):
    """Lies unseen over the clock: held for two seconds, it calls the staff's screen."""

    def __init__(self, held: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("clock")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOLD_MS)
        self._timer.timeout.connect(held)

    def mousePressEvent(self, _event: QMouseEvent | None) -> None:
        """Begin to count."""
        self._timer.start()

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        """A short touch is nothing."""
        self._timer.stop()


class Stage(QWidget):
    """Holds the page, as big as the frame leaves it."""

    def __init__(self) -> None:
        super().__init__()
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def take(self, page: Page) -> None:
        """Show a page."""
        self._column.addWidget(page)

    def drop(self, page: Page) -> None:
        """Take a page away, at once out of sight."""
        page.hide()
        self._column.removeWidget(page)


class KioskWindow(QWidget):
    """The whole glass."""

    def __init__(self, look: Look, emit: Emit, clock: Callable[[], datetime] = datetime.now) -> None:
        super().__init__()
        self.setObjectName("kiosk")
        self._look, self._emit = look, emit
        self._view: m.View | None = None
        self._page: Page | None = None
        self._pictures = Pictures()
        look.set_panel(*on_panel(look.tokens, look.tokens.width_px, look.tokens.height_px))
        self.resize(look.tokens.width_px, look.tokens.height_px)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # The glass does not grow; a page that is too big is a fault that a test finds.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._masthead = Masthead(look, clock)
        self._header = Header(look, clock, air=5)
        self._banner = Label(look, Role.BODY, ink="warn", bold=True, wrap=True, align=Qt.AlignmentFlag.AlignHCenter)
        self._banner.setObjectName("banner")
        self._steps = StepBar(look)
        self._steps_box = QWidget()
        QVBoxLayout(self._steps_box).addWidget(self._steps)
        self._stage = Stage()
        self._ways = self._make_ways()
        self._bar = self._make_bar()
        for widget in (self._masthead, self._header, self._banner, self._steps_box):
            column.addWidget(widget)
        column.addWidget(self._stage, 1)
        self._foot = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._foot.addWidget(self._ways)
        self._foot.addWidget(self._bar)
        column.addLayout(self._foot)
        self._corner = Corner(lambda: emit(Touch.STAFF, ""), self)
        self._toast = Toast(look, self)
        self._overlay = IdleOverlay(look, emit, self)
        look.changed.connect(self._reword)
        self._reword()

    @property
    def page(self) -> Page | None:
        """The page shown."""
        return self._page

    def show_view(self, view: m.View) -> None:
        """Draw what the engine says."""
        before, self._view = self._view, view
        self._dress(view)
        self._frame(view)
        page = self._page
        if page is None or type(page) is not PAGES[type(view.screen)] or self._look_changed(before, view):
            self._turn_to(view)
        else:
            page.update_model(view.screen, view)
            self._keep_within(view)
        self._overlay.show_seconds(view.countdown)
        if view.help and not (before is not None and before.help):
            self._toast.say(self._look.words("help.called"))

    def wipe(self) -> None:
        """A citizen left: nothing that was shown stays in a widget."""
        self._pictures.wipe()
        self._overlay.show_seconds(0)
        if self._page is not None:
            self._drop_page()
            if self._view is not None:
                self._turn_to(self._view)

    def show_preview(self, jpeg: bytes) -> None:
        """Show what lies before the document camera now; anywhere but on its page it is thrown away unseen."""
        if isinstance(self._page, CapturePage):
            self._pictures.show(jpeg)
            self._page.preview_changed()

    def keep_picture(self, ref: str, jpeg: bytes) -> None:
        """Keep a page's picture until the session ends."""
        self._pictures.keep(ref, jpeg)

    def show_pen(self, points: tuple[Point, ...]) -> None:
        """Show the stroke that is being drawn on the signature pad."""
        if isinstance(self._page, SignPage):
            self._pictures.pen = points
            self._page.pen_changed()

    def _look_changed(self, before: m.View | None, view: m.View) -> bool:
        if before is None:
            return True
        old = (before.language, before.theme, before.elder, before.low, bool(before.names))
        return old != (view.language, view.theme, view.elder, view.low, bool(view.names))

    def _dress(self, view: m.View) -> None:
        self._look.set_language(view.language)
        self._look.set_theme(view.theme)
        self._look.set_layout(Layout.ELDER if view.elder else Layout.NORMAL)

    def _turn_to(self, view: m.View) -> None:
        self._drop_page()
        tokens = self._look.tokens
        self._page = fitting(
            self._room(), tokens.fit, least(tokens), lambda share, folded: self._make(view, share, folded)
        )
        self._stage.take(self._page)

    def _make(self, view: m.View, share: float, folded: bool) -> Page:
        look = self._look if share == 1.0 else self._look.smaller(share)
        return PAGES[type(view.screen)](look, self._emit, view.screen, view, self._pictures, folded=folded)

    def _room(self) -> QSize:
        """Return what the frame leaves for a page."""
        column = self.layout()
        assert column is not None
        column.activate()
        return self._stage.size()

    def _keep_within(self, view: m.View) -> None:
        """Turn a page that grew (a problem is pointed out, one more paper) into one that fits."""
        room = self._room()
        if self._page is not None and not within(self._page.needs(room.width()), room):
            self._turn_to(view)

    def _drop_page(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            self._stage.drop(page)
            page.deleteLater()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Take the panel's true pixels: full screen is as big as it is, whatever was configured."""
        super().resizeEvent(a0)
        tokens = self._look.tokens
        if (tokens.width_px, tokens.height_px) != (self.width(), self.height()):
            self._look.set_panel(*on_panel(tokens, self.width(), self.height()))
        if self._view is not None:
            self._frame(self._view)
            self._turn_to(self._view)

    def _frame(self, view: m.View) -> None:
        self._arrange(view)
        home = isinstance(view.screen, m.Home)
        self._masthead.setVisible(home)
        self._header.setVisible(not home)
        for header in (self._masthead.header, self._header):
            first, second = pick(view.names, view.language), view.names.get(other_language(view.language), "")
            header.set_names(first, second)
        if isinstance(view.screen, m.Home):
            self._figures(view.screen)
        self._banner.setVisible(view.away)
        self._banner.setText(self._look.words("home.away"))
        self._steps_box.setVisible(bool(view.steps))
        present = view.steps[view.step] if view.steps else ""
        titles = tuple(say(self._look, text) if text == present else "" for text in view.steps)
        self._steps.set_steps(titles, view.step)
        self._back.setVisible(view.back)
        self._leave.setVisible(view.leave)
        self._keep.setVisible(view.keep)
        self._ways.setVisible(view.back or view.leave or view.keep)
        shares = 4 * sum((view.back, view.leave, view.keep)), 3 * (4 + (self._look.tokens.low_reach_top > 0))
        for place, share in enumerate(shares if self._look.tokens.wide else (0, 0)):
            self._foot.setStretch(place, share)
        # Where all of the panel can be reached, there is nothing to bring down.
        low = self._bar_buttons["low"]
        low.setVisible(self._look.tokens.low_reach_top > 0)
        low.set_texts(
            self._look.words("bar.high" if view.low else "bar.low"),
            "" if view.elder else self._look.words("bar.high.second" if view.low else "bar.low.second"),
        )
        self._place_corner()

    def _arrange(self, view: m.View) -> None:
        """Place the frame: the row of ways above the bar, or on a panel that lies beside it; all of it low if asked."""
        look, wide = self._look, self._look.tokens.wide
        directions = QBoxLayout.Direction
        self._foot.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        ways, side = self._ways.layout(), look.space(2 if wide else 5)
        assert ways is not None
        ways.setContentsMargins(side, 0, side, 0 if wide else look.space(2))
        self._banner.setContentsMargins(look.space(4), look.space(1 if wide else 2), look.space(4), 0)
        steps = self._steps_box.layout()
        assert steps is not None
        steps.setContentsMargins(0, look.space(0.5 if wide else 3), 0, 0)
        self._header.set_slim(wide)
        self._masthead.set_skirt(0)
        self._header.set_skirt(0)
        top = look.tokens.low_reach_top if view.low else 0
        head: Masthead | Header = self._masthead if isinstance(view.screen, m.Home) else self._header
        head.set_skirt(max(0, top - head.height()))
        self._overlay.keep_below(top)

    def _figures(self, home: m.Home) -> None:
        words = self._look.words
        self._masthead.figures.set_figures(
            (str(home.waiting), words("stats.waiting")),
            (f"{home.counters_open} / {home.counters}", words("stats.counters_open")),
            (words("stats.minutes", n=home.estimate_min), words("stats.estimate")),
        )

    def _make_ways(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        self._back = self._way("back", Touch.BACK, "arrow-left")
        self._keep = self._way("keep", Touch.TAKE_CODE, "history")
        self._leave = self._way("leave", Touch.LEAVE, "door-exit")
        for button in (self._back, self._keep, self._leave):
            row.addWidget(button)
        return box

    def _way(self, name: str, what: Touch, icon: str) -> BigButton:
        made = BigButton(self._look, "", Kind.QUIET, icon, shrinks=True)
        made.setObjectName(name)
        made.clicked.connect(lambda: self._emit(what, ""))
        return made

    def _make_bar(self) -> BottomBar:
        bar = BottomBar(self._look)
        touches = (
            ("elder", "text-size", lambda: self._emit(Touch.ELDER, "")),
            ("low", "wheelchair", lambda: self._emit(Touch.LOW, "")),
            ("contrast", "contrast", self._switch_theme),
            ("language", "language", self._switch_language),
            ("help", "headset", lambda: self._emit(Touch.HELP, "")),
        )
        self._bar_buttons = {}
        for name, icon, touch in touches:
            button = bar.add(f"bar_{name}", icon)
            button.clicked.connect(touch)
            self._bar_buttons[name] = button
        return bar

    def _switch_theme(self) -> None:
        now = self._view.theme if self._view else "normal"
        self._emit(Touch.THEME, "contrast" if now != "contrast" else "normal")

    def _switch_language(self) -> None:
        self._emit(Touch.LANGUAGE, other_language(self._look.language))

    def _reword(self) -> None:
        words = self._look.words
        self._back.set_texts(words("action.back"))
        self._leave.set_texts(words("action.leave"))
        self._keep.set_texts(words("action.keep"))
        elder = self._look.tokens.elder
        contrast = self._look.colours.border_px > 2
        keys = {
            "elder": "bar.normal" if elder else "bar.elder",
            "contrast": "bar.plain" if contrast else "bar.contrast",
            "language": "bar.language",
            "help": "bar.help",
        }
        for name, key in keys.items():
            second = "" if elder else words(f"{key}.second")
            self._bar_buttons[name].set_texts(words(key), second)

    def _place_corner(self) -> None:
        side = self._look.px(60)
        self._corner.setGeometry(self.width() - side, 0, side, min(self._look.px(45), self._header.band))
        self._corner.raise_()
        if self._overlay.isVisible():
            self._overlay.raise_()
