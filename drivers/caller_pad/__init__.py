"""Hardware callers; on an FF 68 bus a view of it."""
