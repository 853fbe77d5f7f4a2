"""A hall's name is never cut, in the largest layout and the longer language."""

from PyQt6.QtGui import QFontMetrics

from hall.qt.kit.header import SMALLEST
from hall.qt.look import Look, fitted
from hall.qt.tokens import Layout, Reach, Role, tokens
from hall.words.catalogue import Words

LONG = "Binjiang District Government Service Center"


def test_a_long_name_fits_beside_the_clock_for_the_elderly(qapp: object) -> None:
    look = Look(tokens(27.0, 1080, 1920, Reach.KIOSK, layout=Layout.ELDER), Words("en", "common"))
    clock = QFontMetrics(look.font(Role.CLOCK, bold=True)).horizontalAdvance("00:00")
    date = QFontMetrics(look.font(Role.CAPTION)).horizontalAdvance("Wednesday, 30 September 2026")
    room = 1080 - 3 * look.space(6) - max(clock, date)
    font = fitted(LONG, look.font(Role.TITLE, bold=True, factor=1.1), room, SMALLEST)
    assert QFontMetrics(font).horizontalAdvance(LONG) <= room
