"""Hands and eyes on our own widgets, by object name: what `remote` and the stories touch and see.

A tap is a mouse press and release in the middle of a widget, sent where a finger's would go: to the child that
lies uppermost there.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QPoint, QSize, Qt, QTimer
from PyQt6.QtGui import QInputMethodEvent, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_fingers: Any = QTest
"""PyQt's stubs declare QTest's functions without @staticmethod, so its calls cannot be type-checked."""


class CannotTouch(LookupError):
    """The widget is not there, hidden, disabled or covered; the text says which."""


def visible() -> list[QWidget]:
    """Return all visible widgets that have an object name, from every window."""
    return [
        widget
        for widget in QApplication.allWidgets()
        if widget.objectName() and not widget.objectName().startswith("qt_") and widget.isVisible()
    ]


def names() -> list[str]:
    """Return their object names, sorted."""
    return sorted(widget.objectName() for widget in visible())


def find(name: str) -> QWidget | None:
    """Return the visible widget of that name, or None."""
    return next((widget for widget in visible() if widget.objectName() == name), None)


def text_of(widget: QWidget) -> str:
    """Return what a person reads on it. Kit widgets that paint their own text say it as their accessible name."""
    match widget:
        case QLabel() | QAbstractButton() | QLineEdit():
            own = widget.text()
        case QTextEdit() | QPlainTextEdit():
            own = widget.toPlainText()
        case QComboBox():
            own = widget.currentText()
        case _:
            own = ""
    return own or widget.accessibleName()


def describe(widget: QWidget) -> dict[str, Any]:
    """Return name, text, place in its window, and whether it may be touched."""
    window = widget.window()
    corner = widget.mapTo(window, QPoint(0, 0)) if window is not None else QPoint(0, 0)
    return {
        "name": widget.objectName(),
        "kind": type(widget).__name__,
        "text": text_of(widget),
        "x": corner.x(),
        "y": corner.y(),
        "width": widget.width(),
        "height": widget.height(),
        "enabled": widget.isEnabled(),
    }


def tap(name: str) -> None:
    """Press and release the middle of a widget.

    Raises:
        CannotTouch: it is not there, hidden, disabled, outside its window, or covered.

    """
    top, place = _uppermost(name)
    _fingers.mouseClick(top, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def draw(name: str, points: Sequence[tuple[float, float]]) -> None:
    """Draw one stroke on a widget; points are fractions of its width and height.

    Raises:
        CannotTouch: as `tap`, or there are no points.

    """
    _uppermost(name)
    widget = _touchable(name)
    if not points:
        raise CannotTouch("a stroke needs points")
    spots = [QPoint(round(x * (widget.width() - 1)), round(y * (widget.height() - 1))) for x, y in points]
    button, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    _fingers.mousePress(widget, button, plain, spots[0])
    for spot in spots[1:]:
        _fingers.mouseMove(widget, spot)
    _fingers.mouseRelease(widget, button, plain, spots[-1])


def _uppermost(name: str) -> tuple[QWidget, QPoint]:
    """Return what lies in the middle of a widget, itself or a child, and the middle in its terms.

    Raises:
        CannotTouch: see `tap`.

    """
    widget = _touchable(name)
    window = widget.window()
    assert window is not None
    place = widget.mapTo(window, widget.rect().center())
    if not window.rect().contains(place):
        raise CannotTouch(f"{name!r} lies outside its window; scroll first")
    top = window.childAt(place) or window
    if top is not widget and not widget.isAncestorOf(top):
        raise CannotTouch(f"{name!r} is covered by {top.objectName() or type(top).__name__!r}")
    blocking = QApplication.activeModalWidget()
    if blocking is not None and blocking is not window:
        raise CannotTouch(f"{name!r} lies under the dialog {blocking.objectName()!r}")
    return top, top.mapFrom(window, place)


def hold(name: str, ms: int) -> None:
    """Press the middle of a widget now and release it `ms` milliseconds later (a long press); returns at once.

    Raises:
        CannotTouch: it is not there, hidden or disabled.

    """
    widget = _touchable(name)
    centre = widget.rect().center()
    _fingers.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)

    def release() -> None:
        _fingers.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, centre)

    QTimer.singleShot(ms, release)


def clear(name: str) -> None:
    """Empty a line of text.

    Raises:
        CannotTouch: it is not there, hidden, disabled, or no line of text.

    """
    widget = _touchable(name)
    if not isinstance(widget, QLineEdit):
        raise CannotTouch(f"{name!r} is no line of text")
    widget.clear()


def type_keys(keys: str, name: str = "") -> None:
    """Type characters into a widget, or into what has the focus.

    Raises:
        CannotTouch: there is no such widget, or nothing has the focus.

    """
    if name:
        widget: QWidget | None = _touchable(name)
        assert widget is not None
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        widget = _focus()
    if widget is None:
        raise CannotTouch("nothing has the focus")
    for character in keys:
        if character.isascii() and character.isprintable():
            _fingers.keyClicks(widget, character)
        else:
            _commit(widget, character)


def _commit(widget: QWidget, character: str) -> None:
    """Give a character that no key has, as an input method would (QTest knows Latin keys only)."""
    event = QInputMethodEvent()
    event.setCommitString(character)
    QApplication.sendEvent(widget, event)


def press(key: str) -> None:
    """Press one key or chord, in Qt's words: ``F2``, ``Return``, ``Ctrl+N``.

    Raises:
        CannotTouch: there is no such key, or no window.

    """
    sequence = QKeySequence(key)
    widget = _focus()
    if sequence.isEmpty() or sequence[0].key() is Qt.Key.Key_unknown:
        raise CannotTouch(f"no key {key!r}")
    if widget is None:
        raise CannotTouch("no window has the focus")
    chord = sequence[0]
    _fingers.keyClick(widget, chord.key(), chord.keyboardModifiers())


def grab(path: Path, name: str = "") -> QSize:
    """Save a picture of a widget, or of the window in front; return its size.

    Raises:
        CannotTouch: there is no such widget or window, or the picture cannot be written.

    """
    widget = find(name) if name else _window()
    if widget is None:
        raise CannotTouch(f"{name!r} is not visible" if name else "no window is open")
    picture = widget.grab()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not picture.save(str(path), "PNG"):
        raise CannotTouch(f"the picture cannot be written to {path}")
    return picture.size()


def _touchable(name: str) -> QWidget:
    widget = find(name)
    if widget is None:
        hidden = any(other.objectName() == name for other in QApplication.allWidgets())
        raise CannotTouch(f"{name!r} {'is hidden' if hidden else 'does not exist'}; visible: {names()}")
    if not widget.isEnabled():
        raise CannotTouch(f"{name!r} is disabled")
    return widget


def _window() -> QWidget | None:
    shown = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    return QApplication.activeModalWidget() or QApplication.activeWindow() or (shown[-1] if shown else None)


def _focus() -> QWidget | None:
    return QApplication.focusWidget() or _window()
