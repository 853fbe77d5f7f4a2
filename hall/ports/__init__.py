"""One small Protocol per kind of device. Expected trouble is a value; only bugs raise."""
