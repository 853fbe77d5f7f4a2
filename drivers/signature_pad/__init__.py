"""Signature pads: digitizers that the kernel speaks for."""
