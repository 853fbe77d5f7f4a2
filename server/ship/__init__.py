"""The hub's log on its way upward."""
