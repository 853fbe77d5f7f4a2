"""Log lines without personal data: an exception is its types and places, never its words.

What an exception says may quote what a card held or somebody typed.
"""

import sys
import traceback
from pathlib import Path

from structlog.typing import EventDict, WrappedLogger


def places_of_exceptions(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace an exception by its type and the places it passed, without its text. A processor of structlog."""
    problem = line.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        places = traceback.extract_tb(problem.__traceback__)
        line["error"] = type(problem).__name__
        line["trace"] = [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in places]
    return line
