"""Everything that touches a cable. Families do not know each other; only `protocol.py` knows bytes."""

import hall  # noqa: F401 - before anything imports structlog (see there)
