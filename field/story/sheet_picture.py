"""The first sheet of a PDF as a picture: `python -m field.story.sheet_picture FILE.pdf FILE.png`.

A process of its own, since drawing wants a Qt application and the story has none.
"""

import os
import subprocess
import sys
from pathlib import Path

from field.demo.wire import NotDone

DOTS_PER_POINT = 1.6
LIMIT_S = 30.0


def picture_of(pdf: Path, picture: Path) -> None:
    """Draw the first sheet.

    Raises:
        NotDone: it is no PDF.

    """
    command = [sys.executable, "-m", "field.story.sheet_picture", str(pdf), str(picture)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, env=environment, check=False)
    if done.returncode:
        raise NotDone(f"{pdf.name} cannot be drawn: {done.stderr.strip()[-300:]}")


def main(arguments: list[str]) -> int:
    """Run the command line; return the exit status."""
    from PyQt6.QtGui import QColor, QGuiApplication, QImage, QPainter
    from PyQt6.QtPdf import QPdfDocument

    application = QGuiApplication([])
    document = QPdfDocument(None)
    if document.load(arguments[0]) is not QPdfDocument.Error.None_:
        sys.stderr.write("no PDF\n")
        return 1
    size = (document.pagePointSize(0) * DOTS_PER_POINT).toSize()
    paper = QImage(size, QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, document.render(0, size))
    painter.end()
    document.close()
    saved = paper.save(arguments[1])
    del application
    return 0 if saved else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
