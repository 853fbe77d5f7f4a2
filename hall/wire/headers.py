"""Names of HTTP headers that are ours."""

EPOCH_HEADER = "X-Hall-Epoch"
"""Highest epoch that the sender has seen. A hub below it answers `stale_epoch` and must not go on alone."""
