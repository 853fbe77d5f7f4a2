"""A whole hall on one machine: hub, counters, kiosk, lobby, and a simulator behind every cable."""
