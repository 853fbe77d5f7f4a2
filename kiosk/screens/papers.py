"""Papers before the document camera: the live picture, the pages taken, and what may be done with each."""

from PyQt6.QtCore import QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PyQt6.QtWidgets import QAbstractButton, QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hall.qt.icons import icon
from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.look import Look
from hall.qt.tokens import Role
from kiosk.flow import models as m
from kiosk.flow.causes import Touch
from kiosk.flow.models import Word
from kiosk.screens.glass import WIDEST_MM
from kiosk.screens.page import Page

SIZES_MM = ((5, 46.0, 60.0), (10, 26.0, 35.0))
"""So many pages in a row, each so wide and high; more than ten stand in further rows of the small size."""


class Picture(QWidget):
    """One picture, or two side by side, in a frame: as big as they fit, undistorted; without one, a camera."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.shown: tuple[QPixmap, ...] = ()
        self.setObjectName("picture")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(look.px(50 if look.tokens.wide else 70))

    def show_pictures(self, *pictures: QPixmap) -> None:
        """Show others; empty ones are left out."""
        self.shown = tuple(picture for picture in pictures if not picture.isNull())
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint frame and picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor(self._look.colours.sunken))
        pictures = self.shown or (icon("camera", self._look.px(50), self._look.colours.grey),)
        gap = self._look.space(1)
        wide = (self.width() - gap * (len(pictures) - 1)) / len(pictures)
        for index, picture in enumerate(pictures):
            room = QRectF(index * (wide + gap), 0, wide, self.height())
            paint_fitted(painter, picture, room, grow=bool(self.shown))


class Thumb(QAbstractButton):
    """One page: its picture and its number, to be chosen by a touch."""

    def __init__(self, look: Look, number: int, picture: QPixmap, chosen: bool, size: QSize) -> None:
        super().__init__()
        self._look, self._picture, self._chosen = look, picture, chosen
        self.setObjectName(f"page_{number - 1}")
        self.setText(str(number))
        self.setAccessibleName(str(number))
        self.setFixedSize(size)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        """Paint the page with its number in the corner, framed if chosen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        colours, whole = self._look.colours, QRectF(self.rect())
        painter.fillRect(whole, QColor(colours.sunken))
        edge = self._look.px(1.2 if self._chosen else 0.4)
        paint_fitted(painter, self._picture, whole.adjusted(edge, edge, -edge, -edge), grow=True)
        pen = QPen(QColor(colours.accent if self._chosen else colours.line), edge)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawRect(whole.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2))
        badge = QRectF(0, 0, self._look.px(11), self._look.px(11))
        painter.fillRect(badge, QColor(colours.accent))
        painter.setPen(QColor(colours.on_accent))
        painter.setFont(self._look.font(Role.CAPTION, bold=True, factor=0.9))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self.text())


def paint_fitted(painter: QPainter, picture: QPixmap, room: QRectF, *, grow: bool) -> None:
    """Paint a picture into the middle of its room, whole and undistorted."""
    if picture.isNull():
        return
    wide, high = picture.width(), picture.height()
    factor = min(room.width() / wide, room.height() / high)
    factor = factor if grow else min(1.0, factor)
    size = (wide * factor, high * factor)
    left, top = room.center().x() - size[0] / 2, room.center().y() - size[1] / 2
    painter.drawPixmap(QRectF(left, top, *size), picture, QRectF(0, 0, wide, high))


class CapturePage(Page):
    """Live picture above, pages below, then what may be done now."""

    NAME = "capture"

    def build(self) -> None:
        """Fill the page."""
        model = self._model()
        self.title(model.title)
        hint = Word("capture.hint", {"n": str(len(model.pages)), "all": str(model.limit)})
        self.label("hint", hint if model.camera_ok else Word("capture.camera_lost"), Role.BODY, ink="grey")
        left, right = self.halves()
        self._picture = Picture(self.look)
        left.addWidget(self._picture, 1)
        self.preview_changed()
        if model.pages:
            self._thumbs(model, right)
        self.label("problem", model.problem, Role.BODY, ink="bad", bold=True, into=right)
        if self.wide and not self.folded:
            right.addStretch(1)
        self._buttons(model, self.choices())

    def preview_changed(self) -> None:
        """A newer live picture is there. A chosen or doubtful page is looked at beside it, before it is taken again."""
        model = self._model()
        looked_at = model.doubtful or (model.pages[model.chosen] if model.chosen >= 0 else "")
        live = self.pictures.live if model.camera_ok else QPixmap()
        self._picture.show_pictures(self.pictures.page(looked_at) if looked_at else QPixmap(), live)

    def _thumbs(self, model: m.CaptureModel, into: QVBoxLayout) -> None:
        """Add the pages: as many in a row as the half of a lying panel has room for, or all of a standing one."""
        sizes = SIZES_MM[1:] if self.wide else SIZES_MM
        across, wide, high = next((size for size in sizes if len(model.pages) <= size[0]), sizes[-1])
        size = QSize(self.look.px(wide), self.look.px(high))
        if self.wide:
            half = (min(self.look.tokens.width_px, self.look.px(WIDEST_MM)) - self.look.space(16)) // 2
            across = max(1, min(across, half // (size.width() + self.look.space(1))))
        add = self.leaves("pages", into, spacing=0.5)
        for start in range(0, len(model.pages), across):
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(self.look.space(1))
            for index in range(start, min(start + across, len(model.pages))):
                picture = self.pictures.page(model.pages[index])
                made = Thumb(self.look, index + 1, picture, index == model.chosen, size)
                made.clicked.connect(self.touch(Touch.PICK, str(index)))
                row.addWidget(made)
            row.addStretch(1)
            add(line)

    def _buttons(self, model: m.CaptureModel, into: QBoxLayout) -> None:
        if model.doubtful:
            self._pair(
                self.button("keep_page", Word("action.keep_page"), Touch.KEEP_PAGE, "", Kind.SECONDARY, "check"),
                self._release(model, "action.shoot_again"),
                into,
            )
        elif model.chosen >= 0:
            self._pair(
                self.button("remove", Word("action.remove_page"), Touch.REMOVE, "", Kind.SECONDARY, "trash"),
                self._release(model, "action.shoot_again"),
                into,
            )
        else:
            more = bool(model.pages)
            into.addWidget(self._release(model, "action.shoot_more" if more else "action.shoot", quiet=more), 1)
        on = self.button("next", Word("action.next"), Touch.NEXT)
        on.setEnabled(model.can_go)
        into.addWidget(on, 1)

    def _release(self, model: m.CaptureModel, word: str, quiet: bool = False) -> BigButton:
        kind = Kind.SECONDARY if quiet else Kind.PRIMARY
        text = Word("capture.busy") if model.busy else Word(word)
        made = self.button("shoot", text, Touch.SHOOT, "", kind, "camera")
        made.setEnabled(model.can_shoot)
        return made

    def _pair(self, first: BigButton, second: BigButton, into: QBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(self.look.space(2))
        row.addWidget(first, 1)
        row.addWidget(second, 1)
        into.addLayout(row, 2)

    def _model(self) -> m.CaptureModel:
        assert isinstance(self.model, m.CaptureModel)
        return self.model
