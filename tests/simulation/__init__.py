"""The whole hall in one thread and in virtual time, from a seed. See `hall_run`."""
