"""LED strips over counters: ONBON and profiles."""
