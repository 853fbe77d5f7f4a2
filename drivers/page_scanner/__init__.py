"""Flatbed and feeder scanners through SANE."""
