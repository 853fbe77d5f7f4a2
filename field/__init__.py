"""The technician's app, and the launcher of the demo."""
