"""A scripted day on the real apps: every step says what was expected and what was seen."""
