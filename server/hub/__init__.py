"""Numbering and calling: a pure step, one writer, one log."""
