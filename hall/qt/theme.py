"""Style sheet and palette of a look, applied to the whole application, and again at every change of the look."""

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QApplication

from hall.qt.look import Look
from hall.qt.tokens import Role


def style_sheet(look: Look) -> str:
    """Return the QSS for the plain Qt widgets between those of the kit."""
    c, t = look.colours, look.tokens
    radius, border = t.space(2), max(c.border_px, t.px(0.4))
    return f"""
    QWidget {{ color: {c.ink}; font-size: {t.em(Role.BODY)}px; }}
    QMainWindow, QStackedWidget, QDialog {{ background: {c.ground}; }}
    QLabel {{ background: transparent; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QLineEdit {{
        background: {c.surface}; color: {c.ink}; border: {border}px solid {c.line}; border-radius: {radius}px;
        padding: 0 {t.space(2)}px; min-height: {t.target}px;
        selection-background-color: {c.accent}; selection-color: {c.on_accent};
    }}
    QLineEdit:focus {{ border-color: {c.accent}; }}
    QTableView, QListView {{
        background: {c.surface}; alternate-background-color: {c.sunken}; color: {c.ink};
        border: {c.border_px}px solid {c.line}; border-radius: {radius}px; outline: 0;
        selection-background-color: {c.soft}; selection-color: {c.on_soft}; gridline-color: {c.line};
    }}
    QHeaderView::section {{
        background: {c.sunken}; color: {c.grey}; border: none; border-bottom: {c.border_px}px solid {c.line};
        padding: {t.space(1)}px {t.space(1.5)}px; font-size: {t.em(Role.CAPTION)}px;
    }}
    QComboBox {{
        background: {c.surface}; color: {c.ink}; border: {border}px solid {c.line}; border-radius: {radius}px;
        padding: 0 {t.space(2)}px; min-height: {t.target}px;
    }}
    QComboBox QAbstractItemView {{ background: {c.surface}; color: {c.ink}; }}
    QScrollBar:vertical {{ background: transparent; width: {t.space(2)}px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {c.line}; border-radius: {t.space(1)}px; min-height: {t.target}px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QToolTip {{ background: {c.ink}; color: {c.surface}; border: none; padding: {t.space(1)}px; }}
    """


def palette(look: Look) -> QPalette:
    """Return the palette for what style sheets do not reach."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "sunken",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.PlaceholderText: "grey",
    }
    for role, name in roles.items():
        made.setColor(role, look.colour(name))
    return made


class Theme(QObject):
    """Keeps the application dressed as the look says."""

    def __init__(self, application: QApplication, look: Look) -> None:
        super().__init__(look)
        self._application = application
        self._look = look
        look.changed.connect(self.apply)
        self.apply()

    def apply(self) -> None:
        """Dress the application now."""
        self._application.setPalette(palette(self._look))
        self._application.setFont(self._look.font(Role.BODY))
        self._application.setStyleSheet(style_sheet(self._look))
