"""Byte streams under the drivers: serial, USB bulk, TCP, evdev records, and a memory pipe for tests.

The address alone decides which one (`serial:/dev/ttyS0`, `tcp:192.168.1.9:9100`, `usb:0416:5011`, `hid:2B8B:2721`,
`evdev:/dev/input/by-id/...`, `memory:name`); nothing anywhere asks whether the far end is simulated.
"""

from drivers.transport.base import LineSettings, Transport, TransportLost
from drivers.transport.open import open_stream

__all__ = ["LineSettings", "Transport", "TransportLost", "open_stream"]
