"""The dock's window: insert a card, press pad keys, take the paper out, pull a cable."""

from pathlib import Path


def run_dock(folder: Path, left: int, top: int) -> int:
    """Show a panel for every control socket in `folder`; return the exit status."""
    from hall.qt.app import Start, application
    from hall.qt.dock import Dock
    from hall.qt.look import Look
    from hall.qt.tokens import Reach, tokens
    from hall.words.catalogue import Words

    app = application()
    look = Look(tokens(11.0, 520, 460, Reach.DESK), Words("zh", "common"))
    dock = Dock(look, {path.stem: path for path in sorted(folder.glob("*.sock"))})
    dock.setWindowTitle("dock")
    start = Start(app, look, dock)
    start.show(False, left, top)
    return start.run()
