"""The kit under real clicks, in every theme, layout and language."""

from itertools import product

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFontMetrics
from PyQt6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from hall.ports.status import StatusWord
from hall.qt.kit.big_button import BigButton
from hall.qt.kit.keypad import ROWS, Keypad, Keys
from hall.qt.kit.label import Label
from hall.qt.kit.status_pill import Tone, tone_of
from hall.qt.kit.tile import Tile, in_lines
from hall.qt.look import Look, fitted, font
from hall.qt.theme import Theme
from hall.qt.tokens import Layout, Role, ThemeName
from hall.words.catalogue import LANGUAGES
from tests.gui.qt.gallery import Gallery


@pytest.fixture
def gallery(qtbot: QtBot, kiosk_look: Look) -> Gallery:
    made = Gallery(kiosk_look)
    made.resize(1080, 3000)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("layout", list(Layout))
def test_everything_touched_is_at_least_20_mm(gallery: Gallery, layout: Layout) -> None:
    gallery.look.set_layout(layout)
    QApplication.processEvents()
    least = gallery.look.tokens.px(20)
    buttons = [button for button in gallery.findChildren(QAbstractButton) if button.isVisible()]
    assert len(buttons) > 15
    for button in buttons:
        assert min(button.width(), button.height()) >= least, (button.objectName(), button.size())


@pytest.mark.parametrize(("theme", "layout", "language"), list(product(ThemeName, Layout, LANGUAGES)))
def test_no_label_is_wider_than_its_box(gallery: Gallery, theme: str, layout: Layout, language: str) -> None:
    gallery.look.set_theme(theme)
    gallery.look.set_layout(layout)
    gallery.look.set_language(language)
    QApplication.processEvents()
    for label in gallery.findChildren(QLabel):
        assert QFontMetrics(label.font()).horizontalAdvance(label.text()) <= label.width() + 1, label.text()


def test_language_switches_live(gallery: Gallery) -> None:
    assert gallery.button.text() == "下一步"
    gallery.look.set_language("en")
    assert gallery.button.text() == "Next"
    assert gallery.look.second("action.next") == "下一步"


def test_theme_switches_live(gallery: Gallery) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application, gallery.look)
    try:
        before = gallery.grab().toImage()
        gallery.look.set_theme(ThemeName.CONTRAST)
        after = gallery.grab().toImage()
        header = gallery.masthead.header
        corner = header.mapTo(gallery, header.rect().topLeft())
        assert before.pixelColor(corner) == QColor("#0A3F8F")
        assert after.pixelColor(corner) == QColor("#000000")
        assert "#FFE600" in application.styleSheet()
    finally:
        gallery.look.changed.disconnect(theme.apply)
        application.setStyleSheet("")


def test_a_tile_in_trouble_says_why_and_cannot_be_pressed(qtbot: QtBot, gallery: Gallery) -> None:
    tile = gallery.tiles[0]
    pressed: list[bool] = []
    tile.clicked.connect(pressed.append)
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    tile.set_trouble("打印机缺纸")
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert len(pressed) == 1
    assert tile.trouble == "打印机缺纸"
    tile.set_trouble("")
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert len(pressed) == 2


@pytest.mark.parametrize("keys", list(Keys))
def test_every_key_types_itself(qtbot: QtBot, kiosk_look: Look, keys: Keys) -> None:
    pad = Keypad(kiosk_look, keys)
    pad.resize(1080, pad.sizeHint().height())
    qtbot.addWidget(pad)
    pad.show()
    typed: list[str] = []
    pad.typed.connect(typed.append)
    pad.deleted.connect(lambda: typed.append("<"))
    pad.confirmed.connect(lambda: typed.append(">"))
    for button in pad.findChildren(BigButton):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert sorted(typed) == sorted("".join(ROWS[keys]))


def test_keys_can_be_exchanged(qtbot: QtBot, kiosk_look: Look) -> None:
    pad = Keypad(kiosk_look, Keys.ID_NUMBER)
    qtbot.addWidget(pad)
    pad.set_keys(Keys.DIGITS)
    names = {button.objectName() for button in pad.findChildren(BigButton)}
    assert "key_X" not in names
    assert {"key_0", "key_delete", "key_confirm"} <= names


def test_letters_fit_an_elder_panel(qtbot: QtBot, kiosk_look: Look) -> None:
    kiosk_look.set_layout(Layout.NORMAL)
    pad = Keypad(kiosk_look, Keys.LETTERS)
    qtbot.addWidget(pad)
    assert pad.minimumSizeHint().width() <= 1080


def test_header_paints_only_when_the_minute_changes(gallery: Gallery) -> None:
    assert gallery.masthead.header.time_text == "18:38"


def test_toast_shows_over_the_page_and_lets_touches_through(gallery: Gallery) -> None:
    gallery.toast.say("已打印", Tone.GOOD)
    assert gallery.toast.isVisible()
    assert gallery.toast.text == "已打印"
    assert gallery.toast.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert gallery.rect().contains(gallery.toast.geometry())


def test_every_status_word_has_words_and_a_tone(kiosk_look: Look) -> None:
    for word in StatusWord:
        assert kiosk_look.words(f"status.{word.value}")
    assert tone_of("ready") is Tone.GOOD
    assert tone_of("paper_low") is Tone.WARN
    assert tone_of("jammed") is Tone.BAD
    assert tone_of("unknown") is not Tone.GOOD


def test_countdown_and_steps_show_what_they_are_told(gallery: Gallery) -> None:
    gallery.countdown.set_seconds(7, 20)
    assert gallery.countdown.seconds == 7
    assert gallery.steps.present == 1
    assert gallery.board.number == "A023"


def test_long_texts_shrink_instead_of_being_cut() -> None:
    wanted = font(40)
    text = "不动产登记与交易纳税联合办理"
    made = fitted(text, wanted, 400)
    assert QFontMetrics(made).horizontalAdvance(text) <= 400
    assert fitted("短", wanted, 400).pixelSize() == 40


def test_a_label_fits_its_room(qtbot: QtBot, kiosk_look: Look) -> None:
    label = Label(kiosk_look, Role.TITLE)
    qtbot.addWidget(label)
    label.setText("滨江区政务服务中心综合服务大厅")
    label.fit(340)
    label.ensurePolished()
    assert QFontMetrics(label.font()).horizontalAdvance(label.text()) <= 340


def test_a_closed_tile_is_grey_and_still_pressed(kiosk_look: Look, qtbot: QtBot) -> None:
    tile = Tile(kiosk_look, "ticket")
    qtbot.addWidget(tile)
    tile.resize(600, 260)
    tile.set_texts("Social insurance", "", "Closed now")
    plain = tile.grab().toImage()
    tile.set_closed("Open 09:00-17:00")
    assert tile.grab().toImage() != plain
    with qtbot.waitSignal(tile.clicked, timeout=1000):
        tile.click()
    tile.set_closed("")
    assert tile.grab().toImage() == plain


@pytest.mark.parametrize(
    ("text", "count", "lines"),
    [
        ("不动产登记业务", 2, ("不动产", "登记业务")),
        ("Real estate registration", 2, ("Real estate", "registration")),
        ("Registration", 3, ("Registration",)),
        ("a b c", 3, ("a", "b", "c")),
        ("自助办理，当场领取", 2, ("自助办理，", "当场领取")),
        ("受理（工作日）", 2, ("受理", "（工作日）")),
        ("", 2, ()),
    ],
)
def test_long_titles_are_broken_where_people_would(text: str, count: int, lines: tuple[str, ...]) -> None:
    assert in_lines(text, count) == lines


def test_a_tile_is_a_comfortable_target(kiosk_look: Look, qtbot: QtBot) -> None:
    tile = Tile(kiosk_look, "ticket")
    qtbot.addWidget(tile)
    assert tile.minimumSizeHint().height() >= kiosk_look.px(25)


def test_an_icon_that_nobody_drew_is_a_plain_paper_and_no_error(kiosk_look: Look, qtbot: QtBot) -> None:
    strange, paper = Tile(kiosk_look, "no-such-icon"), Tile(kiosk_look, "file-text")
    for tile in (strange, paper):
        qtbot.addWidget(tile)
        tile.resize(400, 300)
    assert strange.grab().toImage() == paper.grab().toImage()
