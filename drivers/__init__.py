"""Everything that touches a cable. Families do not know each other; only `protocol.py` knows bytes."""
