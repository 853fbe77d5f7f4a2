"""Where a face's log lines go: JSON on standard error, one a line, for the journal. No Qt is imported here."""

import logging
import sys

import structlog

from hall.logs import places_of_exceptions


def to_journal(level: int = logging.INFO) -> None:
    """Configure structlog for a process of its own; the demo keeps standard error in a file."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_of_exceptions,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
