"""The citizen's kiosk."""
