"""Flows as transition tables, without Qt."""
