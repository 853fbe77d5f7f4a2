"""Uninterruptible power supplies through Network UPS Tools."""
