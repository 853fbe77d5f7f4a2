"""The clerk's counter app; the lobby lives beside it."""

import hall  # noqa: F401 - before anything imports structlog (see there)
