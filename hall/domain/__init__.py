"""Tickets, queues, calling rules, cases, ratings, slips: pure values and functions, the clock passed in."""
