"""Speech modules and the sound card."""
