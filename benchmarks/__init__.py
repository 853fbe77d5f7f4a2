"""Runnable measurements, each printing one table: `./run bench NAME`."""
