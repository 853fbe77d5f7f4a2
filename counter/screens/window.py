"""The desk's window: sign-in or desk, with the chooser over it. Renders a model, emits intents."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from counter.flow.actions import F_KEYS, Action
from counter.flow.folder import CloseFolder, FolderModel, OpenFolder, OpenPaper, Phase
from counter.flow.intents import (
    CallChosen,
    EndAlarms,
    PauseFor,
    Press,
    RegisterCase,
    SendOn,
    ServeOfflineSlip,
    SignInWith,
    TakeBack,
)
from counter.flow.model import DeskModel
from counter.screens.alarm_bar import AlarmBar
from counter.screens.buttons import Buttons
from counter.screens.chooser import Chooser
from counter.screens.current import CurrentCard
from counter.screens.foot import Foot
from counter.screens.mini_bar import MiniBar
from counter.screens.plate import Plate
from counter.screens.reader import Reader
from counter.screens.sign_in import SignInPage
from counter.screens.waiting import WaitingCard
from hall.domain.ids import CaseNumber, ClerkId, ItemCode, TicketNumber, TicketUid
from hall.qt.look import Look
from hall.wire.case_documents import DocumentLine
from hall.wire.view import CounterState
from hall.words.catalogue import pick

PAUSE_REASONS = ("meal", "meeting", "copy", "rest")


class DeskWindow(QMainWindow):
    """`intent(object)` carries values of `counter.flow.intents`. `mini` is the small bar that can stand for it."""

    intent = pyqtSignal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._model: DeskModel | None = None
        self._plate, self._alarm, self._foot = Plate(look), AlarmBar(look), Foot(look)
        self._current, self._waiting, self._buttons = CurrentCard(look), WaitingCard(look), Buttons(look)
        self._sign_in = SignInPage(look)
        self.mini = MiniBar(look)
        self._pages = QStackedWidget()
        self._lay_out()
        self._chooser = Chooser(look, self)
        self._reader = Reader(look, self._pages)  # plate and alarm stay in sight
        self._folder = FolderModel()
        self._connect()
        look.changed.connect(self._redraw)

    def _lay_out(self) -> None:
        self.setObjectName("desk")
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._current, 1)
        left.addWidget(self._buttons)
        desk = QWidget()
        row = QHBoxLayout(desk)
        space = self._look.space(1.5)
        row.setContentsMargins(space, space, space, 0)
        row.setSpacing(space)
        row.addLayout(left, 62)
        row.addWidget(self._waiting, 38)
        self._pages.addWidget(self._sign_in)
        self._pages.addWidget(desk)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._plate)
        column.addWidget(self._alarm)
        column.addWidget(self._pages, 1)
        column.addWidget(self._foot)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        self._buttons.pressed.connect(self._press)
        self._alarm.end_alarms.connect(lambda: self.intent.emit(EndAlarms()))
        self._plate.sign_out.connect(lambda: self.intent.emit(Press(Action.SIGN_OUT.value)))
        self._plate.language.connect(lambda: self._look.set_language("en" if self._look.language == "zh" else "zh"))
        self._foot.papers.connect(self._ask_case)
        for done in (self._reader.closed, self._chooser.cancelled):
            done.connect(self._close_folder)
        self._plate.mini.connect(self._shrink)
        self.mini.pressed.connect(self._press)
        self.mini.open_desk.connect(self._grow)
        self._sign_in.sign_in.connect(lambda clerk, pin: self.intent.emit(SignInWith(ClerkId(clerk), pin)))
        self._waiting.call_chosen.connect(lambda number: self.intent.emit(CallChosen(TicketNumber(number))))
        self._waiting.take_back.connect(lambda uid: self.intent.emit(TakeBack(TicketUid(uid))))

    def render_model(self, model: DeskModel) -> None:
        """Draw the model."""
        self._model = model
        self._redraw()

    def render_folder(self, folder: FolderModel) -> None:
        """Draw the papers of a case over the desk."""
        if folder is self._folder:
            return
        before, self._folder = self._folder, folder
        words = self._look.words
        if folder.phase is not Phase.READING:
            self._reader.let_go()
        if folder.phase is Phase.CLOSED and before.phase is not Phase.READING:
            self._chooser.close_unanswered()
        elif folder.phase is Phase.ASKING:
            self._chooser.ask(words("desk.papers_asking"), [], lambda _value, _text: None)
        elif folder.phase is Phase.TROUBLE:
            self._chooser.ask(words(f"desk.{folder.word}"), [], lambda _value, _text: None)
        elif folder.phase is Phase.LISTED:
            title = words("desk.papers_of", case=folder.case, n=len(folder.lines))
            options = [(str(place), self._paper_name(line)) for place, line in enumerate(folder.lines)]
            self._chooser.ask(title, options, lambda place, _text: self.intent.emit(OpenPaper(int(place))))
        elif folder.phase is Phase.READING:
            self._chooser.close_unanswered()
            line = folder.lines[folder.place]
            self._reader.read(f"{folder.case} · {self._paper_name(line)}", folder.content)

    def _paper_name(self, line: DocumentLine) -> str:
        words = self._look.words
        if not line.here:
            return f"{line.field} · {words('desk.papers_not_here')}"
        kind = words("desk.papers_pages", n=line.pages) if line.pages else words("desk.papers_signature")
        return f"{line.field} · {kind}"

    def _close_folder(self) -> None:
        if self._folder.phase is not Phase.CLOSED:
            self.intent.emit(CloseFolder())

    def _ask_case(self) -> None:
        words = self._look.words
        options = [("go", words("desk.papers_open"))]
        self._chooser.ask(words("desk.papers"), options, self._open_folder, typed=words("desk.papers_number"))

    def _open_folder(self, _value: str, number: str) -> None:
        if number:
            self.intent.emit(OpenFolder(CaseNumber(number)))

    def _redraw(self) -> None:
        model = self._model
        if model is None:
            return
        signed_in = model.clerk is not None
        self._pages.setCurrentIndex(1 if signed_in else 0)
        self._plate.render_model(model)
        self._foot.render_model(model)
        self._alarm.render_model(model)
        if model.alarms:
            self._grow()  # an emergency is seen whatever else the clerk works with
        if signed_in:
            for part in (self._current, self._waiting, self._buttons):
                part.render_model(model)
            self.mini.render_model(model)
        else:
            self._sign_in.render_model(model)
            self._grow()

    def _shrink(self) -> None:
        """Make room for the clerk's other programs."""
        self.mini.show()
        self.hide()

    def _grow(self) -> None:
        if self.mini.isVisible():
            self.mini.hide()
            self.show()

    def closeEvent(self, a0: QCloseEvent | None) -> None:
        """Take the bar along."""
        self.mini.close()
        super().closeEvent(a0)

    def _key(self, action: Action) -> None:
        over = self._chooser.isVisible() or self._reader.isVisible()
        if over or self._model is None or self._model.clerk is None:
            return
        paused = self._model.state is CounterState.PAUSED
        self._press(Action.UNPAUSE if action is Action.PAUSE and paused else action)

    def _press(self, name: str) -> None:
        model, action = self._model, Action(name)
        if model is None:
            return
        if action not in model.enabled:
            self.intent.emit(Press(action.value))
        elif action is Action.TRANSFER:
            self._ask_target(model)
        elif action is Action.REGISTER_CASE:
            self._ask_item(model)
        elif action is Action.PAUSE:
            self._ask_pause()
        elif action is Action.SERVE_SLIP:
            self._ask_slip()
        else:
            self.intent.emit(Press(action.value))

    def _ask_target(self, model: DeskModel) -> None:
        words, language = self._look.words, self._look.language
        options = [(f"item.{code}", pick(names, language)) for code, names in model.items]
        options += [(f"counter.{one}", words("desk.to_counter", counter=one)) for one, _ in model.counters]
        self._chooser.ask(words("desk.choose_target"), options, self._send_on, typed=words("desk.note"))

    def _send_on(self, value: str, note: str) -> None:
        kind, _, code = value.partition(".")
        to_item = kind == "item"
        intent = SendOn(ItemCode(code) if to_item else None, None if to_item else code, note)
        self.intent.emit(intent)

    def _ask_item(self, model: DeskModel) -> None:
        options = [(code, pick(names, self._look.language)) for code, names in model.items]
        title = self._look.words("desk.choose_item")
        self._chooser.ask(title, options, lambda code, _note: self.intent.emit(RegisterCase(ItemCode(code))))

    def _ask_pause(self) -> None:
        words = self._look.words
        options = [(reason, words(f"pause.{reason}")) for reason in PAUSE_REASONS]
        self._chooser.ask(words("desk.choose_pause"), options, lambda reason, _note: self.intent.emit(PauseFor(reason)))

    def _ask_slip(self) -> None:
        words = self._look.words
        options = [("go", words("action.serve_slip"))]
        self._chooser.ask(words("desk.slip_hint"), options, self._serve_slip, typed=words("desk.slip_number"))

    def _serve_slip(self, _value: str, number: str) -> None:
        if number:
            self.intent.emit(ServeOfflineSlip(TicketNumber(number.upper())))

    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        """Carry out an F-key, wherever in the window the focus is."""
        action = F_KEYS.get(QKeySequence(a0.key()).toString()) if a0 is not None else None
        if action is not None:
            self._key(action)
        else:
            super().keyPressEvent(a0)
