"""Log lines as JSON, one each, on stderr or in a file. No personal data: not even an exception's own words."""

import logging
import sys
from pathlib import Path
from typing import TextIO

import structlog

from hall.logs import places_of_exceptions


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


class _Libraries(logging.Handler):
    """Passes the libraries' log records on; their arguments are left out, their template is enough."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        log = structlog.get_logger(record.name)
        write = log.error if record.levelno >= logging.ERROR else log.warning
        write(str(record.msg)[:200], exc_info=record.exc_info)


def _only_type(value: object) -> str:
    return type(value).__name__
