"""QR and barcode scanners: serial, HID wedge, camera."""
