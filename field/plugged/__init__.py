"""What is plugged in now, read from /sys, /dev and /proc: no device is opened, no right is needed."""
