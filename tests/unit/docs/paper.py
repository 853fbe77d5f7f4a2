"""A page of documentation as it comes out of a printer: Markdown to a document of A4 pages."""

import re
from pathlib import Path

from PyQt6.QtCore import QSizeF, QUrl
from PyQt6.QtGui import QFont, QImage, QTextDocument

MARGIN_MM, DOT_MM = 12, 25.4 / 96
A4 = QSizeF((210 - 2 * MARGIN_MM) / DOT_MM, (297 - 2 * MARGIN_MM) / DOT_MM)
"""Inside the margins, at the 96 dots an inch in which pictures give their widths."""
FONT_DOTS = 12
"""9 points."""
FONTS = ["Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei", "sans-serif"]
STYLE = """h1 { font-size: 20px; margin: 0 } h2 { font-size: 15px; margin: 6px 0 2px 0 } p, li { margin: 2px }
ul, ol { margin: 0 } td, th { padding: 1px 6px } table { margin: 2px 0 }"""
_LAID_OUT = re.compile(r'(<(?!span)\w+[^>]*?) style="[^"]*"')
"""What Qt made of paragraphs and tables; bold words stay."""
_PICTURE = re.compile(r"<img[^>]*>")


def printed(page: Path) -> QTextDocument:
    """Return the page, laid out; needs a running QGuiApplication."""
    text = page.read_text(encoding="utf-8")
    pictures = _PICTURE.findall(text)
    font = QFont(FONTS)
    font.setPixelSize(FONT_DOTS)
    document = QTextDocument()
    document.setDefaultFont(font)  # first, or the running application's own gets into the text
    document.setMarkdown(_PICTURE.sub("PICTURE", text))
    html = _LAID_OUT.sub(r"\1", document.toHtml())
    for picture in pictures:
        html = html.replace("PICTURE", picture, 1)
    for target in re.findall(r'src="([^"]+)"', html):
        file = QImage(str(page.parent / target))
        assert not file.isNull(), target
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(target), file)
    document.setDocumentMargin(0)
    document.setDefaultStyleSheet(STYLE)
    document.setHtml(html)
    document.setPageSize(A4)
    return document
