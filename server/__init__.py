"""The hub of a hall, and the centre above it."""

import hall  # noqa: F401 - before anything imports structlog (see there)
