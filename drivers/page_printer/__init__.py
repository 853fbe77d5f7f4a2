"""A4 printers through IPP: a CUPS queue, or a printer of its own."""
