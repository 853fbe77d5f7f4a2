"""The arithmetic of the measurements; nothing here measures."""
