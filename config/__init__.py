"""Configuration: declared once as typed structures, validated on load, never touching drivers."""

import hall  # noqa: F401 - before anything imports structlog (see there)
