"""The stream of JPEGs under its former name."""

from drivers.jpeg_stream import JpegStream

__all__ = ["JpegStream"]
