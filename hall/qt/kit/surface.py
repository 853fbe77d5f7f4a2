"""Painting that all cards, tiles and buttons share: a rounded surface, with its shadow or its border."""

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPen

from hall.qt.look import Look
from hall.qt.shadow import paint_shadow
from hall.qt.tokens import Reach


def shadow_blur(look: Look) -> int:
    """Pixels around a surface that its shadow needs; kept in themes without shadows, as the gap between cards."""
    return look.px(3.0) if look.tokens.reach is Reach.KIOSK else look.space(1)


def paint_surface(
    painter: QPainter,
    look: Look,
    box: QRectF,
    *,
    fill: QColor | QBrush | None = None,
    border: QColor | None = None,
    shadow: bool = True,
    radius: int | None = None,
) -> None:
    """Paint a card into `box` (without its shadow, which goes around it)."""
    colours = look.colours
    corner = look.tokens.radius if radius is None else radius
    if shadow:
        paint_shadow(painter, box, corner, shadow_blur(look), look.colour("shadow"), colours.shadow_alpha)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = colours.border_px / 2
    painter.setPen(QPen(border or look.colour("line"), colours.border_px))
    painter.setBrush(fill if fill is not None else look.colour("surface"))
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), corner, corner)


def paint_plate(painter: QPainter, box: QRectF, colour: QColor | QBrush, radius: float) -> None:
    """Paint a borderless rounded plate: pills, icon grounds, progress."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, radius, radius)
