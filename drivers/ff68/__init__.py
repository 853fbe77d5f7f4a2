"""The shared RS-485 bus of caller pads and evaluators: one owner, a view per address."""
