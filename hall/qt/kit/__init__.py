"""The widget kit: one widget a file, each taking the `Look` first and following its changes."""
