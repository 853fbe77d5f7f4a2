"""The hub of a hall, and the centre above it."""
