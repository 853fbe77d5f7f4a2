"""`python -m tests.simulation --seed N --days D`: live through simulated hall-days, and say what went wrong."""

import argparse
import sys
import time

from tests.simulation.hall_run import Hall
from tests.simulation.world import Violation

DAYS_A_HALL = 5
"""A new hall with the next seed after so many days."""


def main() -> int:
    """Run; return 1 at the first violation, with its seed, day, step and the events before it."""
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=10, help="hall-days in all")
    parser.add_argument("--days-a-hall", type=int, default=DAYS_A_HALL)
    options = parser.parse_args()
    totals: dict[str, int] = {}
    begun, lived, seed = time.perf_counter(), 0, options.seed
    while lived < options.days:
        days = min(options.days_a_hall, options.days - lived)
        hall = Hall(seed)
        try:
            hall.run(days)
        except Violation as violation:
            print(f"VIOLATION after {lived} hall-days; replay: --seed {seed} --days {days}\n{violation}")
            return 1
        for what, count in hall.world.counts.items():
            totals[what] = totals.get(what, 0) + count
        totals["steps"] = totals.get("steps", 0) + hall.world.steps
        lived, seed = lived + days, seed + 1
        if lived % 100 < days:
            print(f"{lived} hall-days", file=sys.stderr, flush=True)
    print(table(totals, options.seed, seed - 1, time.perf_counter() - begun))
    return 0


def table(totals: dict[str, int], first: int, last: int, seconds: float) -> str:
    """Return the counts as a Markdown table."""
    lines = [f"Seeds {first} to {last}, {seconds:.0f} s, no violation.", "", "| what | how often |", "|---|---|"]
    return "\n".join([*lines, *(f"| {what} | {count:,} |" for what, count in sorted(totals.items()))])


if __name__ == "__main__":
    sys.exit(main())
