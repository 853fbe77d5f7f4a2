"""One page with everything of the kit on it, in real sizes."""

from datetime import datetime

from PyQt6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.kit.bottom_bar import BottomBar
from hall.qt.kit.card import Card
from hall.qt.kit.countdown import Countdown
from hall.qt.kit.keypad import Keypad, Keys
from hall.qt.kit.label import Label
from hall.qt.kit.masthead import Masthead
from hall.qt.kit.number_board import NumberBoard
from hall.qt.kit.status_pill import StatusPill, Tone
from hall.qt.kit.step_bar import StepBar
from hall.qt.kit.tile import HUES, Tile
from hall.qt.kit.toast import Toast
from hall.qt.look import Look
from hall.qt.tokens import Role

NOW = datetime(2026, 11, 21, 18, 38)


class Gallery(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setObjectName("gallery")
        self.masthead = Masthead(look, lambda: NOW)
        self.masthead.header.set_names("滨江区政务服务中心", "Binjiang District Government Service Center")
        self.masthead.figures.set_figures(("51", "当前等候"), ("9 / 12", "开放窗口"), ("18 分钟", "预计等候"))
        self.steps = StepBar(look)
        self.steps.set_steps(("核验身份", "填写信息", "确认", "打印"), 1)
        self.title = Label(look, Role.TITLE, bold=True)
        self.title.setText(look.words("action.home"))
        self.tiles = [Tile(look, "ticket", hue) for hue in HUES[:4]]
        for place, tile in enumerate(self.tiles):
            tile.setObjectName(f"tile_{place}")
            tile.set_texts("现场取号", "Take a number", "等候 12 人")
        self.board = NumberBoard(look)
        self.board.set_texts("您的号码", "A023", "前面还有 5 人")
        self.button = BigButton(look, look.words("action.next"), Kind.PRIMARY, "arrow-right", main=True)
        self.button.setObjectName("next")
        self.back = BigButton(look, look.words("action.back"), Kind.SECONDARY)
        self.keypad = Keypad(look, Keys.ID_NUMBER)
        self.countdown = Countdown(look)
        self.pill = StatusPill(look)
        self.pill.set_state(look.words("status.no_paper"), Tone.BAD)
        self.bar = BottomBar(look)
        for name, icon in (
            ("elder", "text-size"),
            ("contrast", "contrast"),
            ("language", "world"),
            ("help", "headset"),
        ):
            self.bar.add(name, icon).set_texts("长辈版", "Larger text")
        self.toast = Toast(look, self)
        self._lay_out()
        look.changed.connect(self.retranslate)

    def retranslate(self) -> None:
        self.button.set_texts(self.look.words("action.next"))
        self.back.set_texts(self.look.words("action.back"))
        self.title.setText(self.look.words("action.home"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        grid = QGridLayout()
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, place // 2, place % 2)
        card = Card(self.look)
        row = QGridLayout()
        row.addWidget(self.countdown, 0, 0)
        row.addWidget(self.pill, 0, 1)
        row.addWidget(self.back, 0, 2)
        row.addWidget(self.button, 0, 3)
        card.body.addWidget(self.title)
        card.body.addLayout(row)
        for widget in (self.masthead, self.steps):
            column.addWidget(widget)
        column.addLayout(grid, 1)
        for widget in (self.board, card, self.keypad, self.bar):
            column.addWidget(widget)
