"""A unit's one loop to and from the hub."""
