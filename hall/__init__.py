"""What everyone on the hall floor agrees on. It knows nobody: no app, driver, configuration or server."""
