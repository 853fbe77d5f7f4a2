"""Evaluator keypads; on an FF 68 bus a view of it."""
