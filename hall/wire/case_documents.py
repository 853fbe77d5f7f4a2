"""What a clerk is told about the documents of a case, before one of them is opened."""

import msgspec


class DocumentLine(msgspec.Struct, frozen=True):
    """One document of a case."""

    sha256: str
    """Its name on the wire."""
    field: str
    """The form's field whose answer it is."""
    kind: str
    """``pdf``, ``signature``, or empty for one that is not here."""
    bytes: int
    pages: int
    """0 for what has none."""
    here: bool = True
    """False: the kiosk has not brought it yet, or the hub lost it."""
