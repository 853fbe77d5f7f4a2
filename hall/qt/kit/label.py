"""Text of a role and an ink, which grows and recolours with the look."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from hall.qt.look import Look, fitted
from hall.qt.tokens import Role


class Label(QLabel):
    """A label. `ink` is a colour token; `wrap` breaks lines, otherwise `fit` makes long text smaller."""

    def __init__(
        self,
        look: Look,
        role: Role = Role.BODY,
        *,
        ink: str = "ink",
        bold: bool = False,
        wrap: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        factor: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._role, self._ink, self._bold, self._factor = look, role, ink, bold, factor
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        look.changed.connect(self.restyle)
        self.restyle()

    def restyle(self) -> None:
        """Take size and colour from the look."""
        font = self._look.font(self._role, self._bold, self._factor)
        self.setFont(font)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._look.colour(self._ink))
        self.setPalette(palette)
        # A style sheet on the application overrides font and palette, so say it in its own terms too.
        weight = 700 if self._bold else 400
        self.setStyleSheet(
            f"color: {self._look.colour(self._ink).name()}; font-size: {font.pixelSize()}px; font-weight: {weight};"
        )

    def fit(self, width: int) -> None:
        """Make the text smaller until it is at most `width` pixels wide."""
        font = fitted(self.text(), self._look.font(self._role, self._bold, self._factor), width)
        weight = 700 if self._bold else 400
        self.setStyleSheet(
            f"color: {self._look.colour(self._ink).name()}; font-size: {font.pixelSize()}px; font-weight: {weight};"
        )
