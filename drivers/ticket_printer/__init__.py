"""ESC/POS slip printers."""
