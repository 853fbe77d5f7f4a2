"""A person's data while it is allowed to be in memory. It never prints itself."""

from enum import StrEnum

import msgspec


class DocumentKind(StrEnum):
    """Documents a person may show, after GA/T 2000.156 where it has a code."""

    RESIDENT_ID = "111"
    FOREIGN_PERMANENT_RESIDENT = "553"
    HK_MACAO_TAIWAN_PERMIT = "810"
    OTHER = "990"


class Evidence(StrEnum):
    """What was really proven when the person was identified."""

    TYPED = "typed"
    CARD = "card"
    """A card lay on the reader: it proves a card, not its holder."""
    HOLDER = "holder"
    """Card and holder were compared by a person or a second factor."""


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person, in clear. Lives in memory only and is sealed before it leaves the process."""

    name: str
    number: str
    document: DocumentKind = DocumentKind.RESIDENT_ID
    evidence: Evidence = Evidence.TYPED
    phone: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return f"Person(document={self.document.value!r}, sealed)"

    __str__ = __repr__
