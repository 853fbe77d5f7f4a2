"""How many wait, zone by zone."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from counter.lobby.flow.board import ZoneWaiting
from hall.qt.icons import tinted
from hall.qt.kit.surface import paint_surface, shadow_blur
from hall.qt.look import Look, fitted
from hall.qt.tokens import Role


class ZoneStrip(QWidget):
    """One card a zone: name above, people waiting below."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._zones: tuple[ZoneWaiting, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take the height from the look."""
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def show_zones(self, zones: tuple[ZoneWaiting, ...]) -> None:
        """Show the counts."""
        if zones != self._zones:
            self._zones = zones
            self.setAccessibleName("; ".join(f"{zone.name} {zone.waiting}" for zone in zones))
            self.update()

    def sizeHint(self) -> QSize:
        """Return the height of both lines."""
        name = QFontMetrics(self._look.font(Role.CAPTION)).height()
        figure = QFontMetrics(self._look.font(Role.TITLE)).height()
        return QSize(self._look.px(400), name + figure + self._look.space(3) + 2 * shadow_blur(self._look))

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the cards."""
        painter = QPainter(self)
        blur = shadow_blur(self._look)
        count = max(1, len(self._zones))
        wide = self.width() / count
        name = self._name_font(int(wide - 2 * blur - self._look.space(3)))
        for place, zone in enumerate(self._zones):
            box = QRectF(place * wide, 0, wide, self.height()).adjusted(blur, blur, -blur, -blur)
            paint_surface(painter, self._look, box)
            self._paint_zone(painter, box, zone, name)

    def _name_font(self, room: int) -> QFont:
        """Return one font in which every name fits."""
        plain = self._look.font(Role.CAPTION)
        return min((fitted(zone.name, plain, room) for zone in self._zones), key=QFont.pixelSize, default=plain)

    def _paint_zone(self, painter: QPainter, box: QRectF, zone: ZoneWaiting, name: QFont) -> None:
        figure_font = self._look.font(Role.TITLE, bold=True)
        name_high, figure_high = QFontMetrics(name).height(), QFontMetrics(figure_font).height()
        top = box.center().y() - (name_high + figure_high) / 2
        painter.setFont(name)
        painter.setPen(self._look.colour("grey"))
        upper = QRectF(box.left(), top, box.width(), name_high)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, zone.name)
        figure = self._look.words("lobby.people", n=zone.waiting)
        side = round(figure_font.pixelSize() * 0.9)
        wide = QFontMetrics(figure_font).horizontalAdvance(figure) + side + self._look.space(1.5)
        left = box.center().x() - wide / 2
        ink = self._look.colour("accent")
        painter.drawPixmap(round(left), round(top + name_high + (figure_high - side) / 2), tinted("users", side, ink))
        painter.setFont(figure_font)
        painter.setPen(ink)
        lower = QRectF(left + side + self._look.space(1.5), top + name_high, wide, figure_high)
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, figure)
