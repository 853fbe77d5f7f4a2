"""The far ends of the transports: where a simulator sits. One loop watches them all; one kind of wire a module."""
