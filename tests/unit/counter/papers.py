"""Papers of one case, as the hub lists them."""

import msgspec

from hall.domain.ids import CaseNumber
from hall.sync.link import Answered
from hall.wire.case_documents import DocumentLine

CASE = CaseNumber("DEMO-2026-000001")
LINES = (
    DocumentLine("1" * 64, "lease", "pdf", 1000, 2),
    DocumentLine("2" * 64, "hand", "signature", 100, 0),
)


def listed(question: str = "q") -> Answered:
    return Answered(question, 200, msgspec.to_builtins(LINES))
