"""Log lines as JSON, one each, on stderr or in a file. No personal data: not even an exception's own words.

A traceback is logged as types and places. What an exception says may quote what somebody typed, so it stays out.
"""

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger


def set_up(path: Path | None = None) -> TextIO:
    """Send every log line, the libraries' too, to `path` or stderr; return that stream.

    Raises:
        OSError: the file cannot be opened.

    """
    out = sys.stderr if path is None else path.open("a", encoding="utf-8")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_of_exceptions,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=_only_type),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    return out


def places_of_exceptions(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace an exception by its types and the places it passed, without its text."""
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


class _Libraries(logging.Handler):
    """Passes the libraries' log records on; their arguments are left out, their template is enough."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        log = structlog.get_logger(record.name)
        write = log.error if record.levelno >= logging.ERROR else log.warning
        write(str(record.msg)[:200], exc_info=record.exc_info)


def _only_type(value: object) -> str:
    return type(value).__name__
