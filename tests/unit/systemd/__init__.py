"""Units, accounts and device rules as systemd and udev will read them."""
