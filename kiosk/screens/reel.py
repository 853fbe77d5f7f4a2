"""A list that is too long for its page, cut into leaves: whole lines only, turned by two keys at the side."""

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hall.qt.kit.big_button import BigButton, Kind
from hall.qt.look import Look


class Reel(QWidget):
    """Takes widgets one below the other and shows as many as fit, whole. `leaf` is the one shown, from 0."""

    def __init__(self, look: Look, name: str, leaf: int = 0) -> None:
        super().__init__()
        self._look, self.leaf = look, leaf
        self._items: list[QWidget] = []
        self._leaves: list[range] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.space(1))
        # What is shown may ask for more than there is while leaves are cut; nothing grows by that.
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(look.space(1))
        self.lines.addStretch(1)
        row.addLayout(self.lines, 1)
        self._keys = QVBoxLayout()
        self._keys.setSpacing(0)
        self._back = self._key(f"{name}_up", "arrow-up", -1)
        self._on = self._key(f"{name}_down", "arrow-down", 1)
        self._keys.addWidget(self._back)
        self._keys.addStretch(1)
        self._keys.addWidget(self._on)
        row.addLayout(self._keys)

    def add(self, widget: QWidget) -> None:
        """Add a line."""
        self._items.append(widget)
        self.lines.insertWidget(self.lines.count() - 1, widget)

    def turn_to(self, widget: QWidget) -> None:
        """Show the leaf that holds a line."""
        self._cut()
        place = next((at for at, item in enumerate(self._items) if item is widget or item.isAncestorOf(widget)), 0)
        self._show(next((at for at, leaf in enumerate(self._leaves) if place in leaf), 0))

    def _key(self, name: str, icon: str, step: int) -> BigButton:
        made = BigButton(self._look, "", Kind.SECONDARY, icon)
        made.setObjectName(name)
        made.clicked.connect(lambda: self._show(self.leaf + step))
        return made

    def _keys_wide(self) -> int:
        return self._back.minimumSizeHint().width() + self._look.space(1)

    def _high(self, item: QWidget, width: int) -> int:
        layout = item.layout()
        if layout is not None and layout.hasHeightForWidth():
            return max(item.minimumSizeHint().height(), layout.totalHeightForWidth(width))
        if item.hasHeightForWidth():
            return max(item.minimumSizeHint().height(), item.heightForWidth(width))
        return max(item.minimumSizeHint().height(), item.minimumHeight())

    def hasHeightForWidth(self) -> bool:
        """Lines of text are higher where it is narrower."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the least height: both keys, or the highest line."""
        lines = max((self._high(item, width - self._keys_wide()) for item in self._items), default=0)
        return max(lines, 2 * self._back.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the widest line with the keys beside it."""
        wide = max((item.minimumSizeHint().width() for item in self._items), default=0) + self._keys_wide()
        return QSize(wide, 2 * self._back.minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the smallest size; layouts give it what they have."""
        return self.minimumSizeHint()

    def _cut(self) -> None:
        """Cut the list into leaves of whole lines; without need of a second one the keys go."""
        whole = self._split(self.width())
        self._leaves = whole if len(whole) <= 1 else self._split(self.width() - self._keys_wide())
        self._show(self.leaf)

    def _split(self, width: int) -> list[range]:
        leaves, start, used = [], 0, 0
        for at, item in enumerate(self._items):
            high = self._high(item, width)
            if at > start and used + self.lines.spacing() + high > self.height():
                leaves.append(range(start, at))
                start, used = at, 0
            used += high + (self.lines.spacing() if at > start else 0)
        return [*leaves, range(start, len(self._items))]

    def _show(self, leaf: int) -> None:
        self.leaf = max(0, min(leaf, len(self._leaves) - 1))
        shown = self._leaves[self.leaf] if self._leaves else range(0)
        for at, item in enumerate(self._items):
            item.setVisible(at in shown)
        many = len(self._leaves) > 1
        self._back.setVisible(many)
        self._on.setVisible(many)
        self._back.setEnabled(self.leaf > 0)
        self._on.setEnabled(self.leaf < len(self._leaves) - 1)
        # At once: a leaf that is turned while the page is being laid out is not laid out again by itself.
        row = self.layout()
        if row is not None:
            row.invalidate()
            row.activate()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Cut anew."""
        super().resizeEvent(a0)
        self._cut()
