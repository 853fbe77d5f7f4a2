"""Types of message on ``GET /v1/events`` that are no events of the log."""

STREAM_END = "end"
"""The hub closes the stream on purpose. It can go on from the same place when the hub is back."""
STREAM_HEAD = "head"
"""A heartbeat: its data is the seq of the newest event. Who is below it has lost something on the way."""
