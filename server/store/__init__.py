"""The hub's SQLite file and the centre's tables."""
