"""Configuration: declared once as typed structures, validated on load, never touching drivers."""
