"""The only shared Qt: bridge, background work, theme, widget kit."""
