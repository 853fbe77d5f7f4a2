"""The chapters of the day, in the order they are played. Each leaves the hall ready for the next."""
