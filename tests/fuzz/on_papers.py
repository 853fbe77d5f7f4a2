"""Printers and scanners of papers under fuzz: IPP messages, what scanimage says, documents of eSCL."""

from drivers.page_printer.protocol import Message, Operation, Tag, decode, encode, of, operation_group
from drivers.page_printer.states import status_of
from drivers.page_scanner.escl import settings_of, status_document
from drivers.page_scanner.escl import status_of as scanner_status_of
from drivers.page_scanner.protocol import ErrorLines, Failed, event_of, options_of
from tests.fuzz.subject import Subject, Subjects

_JOB = {
    "job-id": of(Tag.INTEGER, 17),
    "job-name": of(Tag.NAME, "表格 #0a1b2c"),
    "job-state": of(Tag.ENUM, 9),
    "job-state-reasons": of(Tag.KEYWORD, "job-completed-successfully", "none"),
    "media-col": of(Tag.COLLECTION, {"media-size": of(Tag.COLLECTION, {"x-dimension": of(Tag.INTEGER, 21000)})}),
}
_PRINTER = {
    "printer-state": of(Tag.ENUM, 5),
    "printer-state-reasons": of(Tag.KEYWORD, "media-empty-error", "toner-low-warning"),
    "copies-supported": of(Tag.RANGE, (1, 99)),
    "printer-resolution-default": of(Tag.RESOLUTION, (600, 600, 3)),
}
ANSWERS = [
    encode(Message(0, 7, (operation_group(), (Tag.JOB, _JOB), (Tag.JOB, _JOB)))),
    encode(Message(0, 8, (operation_group(), (Tag.PRINTER, _PRINTER)))),
    encode(Message(Operation.PRINT_JOB, 9, (operation_group(_JOB.items()),), b"%PDF-1.4")),
]
SAID = [
    b"Scanning page 1\nProgress: 12.5%\rProgress: 99.9%\rScanned page 1. (scanner status = 5)\n",
    b"scanimage: rounded value of resolution from 300 to 200\nscanimage: sane_read: Document feeder jammed\n",
]
OPTIONS = [b"    --resolution 75|100|300dpi [300]\n    -x 0..215.9mm [215.9]\n    --source Flatbed|ADF [Flatbed]\n"]
_SETTINGS = (
    b"<scan:ScanSettings><pwg:InputSource>Feeder</pwg:InputSource><pwg:Width>2480</pwg:Width><pwg:Height>3508"
    b"</pwg:Height><scan:XResolution>300</scan:XResolution></scan:ScanSettings>"
)
DOCUMENTS = [status_document("Idle", "ScannerAdfEmpty"), _SETTINGS]


def messages() -> Subject:
    """What a printer answers, and what it hears; each message stands alone."""
    last: list[Message] = []

    def feed(piece: bytes) -> int:
        last.clear()
        found = decode(piece)
        if found is not None:
            last.append(found)
            status_of(found.group(Tag.PRINTER))
        return found is not None

    return Subject(last, feed, lambda: feed(ANSWERS[0]) == 1)


def said() -> Subject:
    """What scanimage says while it scans."""
    lines = ErrorLines()

    def in_step() -> bool:
        lines.feed(b"\n")
        return lines.feed(SAID[1])[-1:] == [Failed(6)]

    return Subject(lines, lambda piece: len(lines.feed(piece)), in_step)


def answers() -> Subject:
    """What a device's options are."""
    last: dict[str, object] = {}

    def feed(piece: bytes) -> int:
        last.clear()
        last.update(options_of(piece.decode("utf-8", "replace")))
        event_of(piece.decode("latin-1"))
        return len(last)

    return Subject(last, feed, lambda: feed(OPTIONS[0]) == 3)


def documents() -> Subject:
    """What a network scanner answers, and what it hears."""

    def feed(piece: bytes) -> int:
        return (scanner_status_of(piece) is not None) + (settings_of(piece) is not None)

    return Subject(None, feed, lambda: all(feed(document) for document in DOCUMENTS))


SUBJECTS: Subjects = {
    "page_printer.decode": (messages, ANSWERS),
    "page_scanner.ErrorLines": (said, SAID),
    "page_scanner.options_of": (answers, OPTIONS),
    "page_scanner.escl": (documents, DOCUMENTS),
}
