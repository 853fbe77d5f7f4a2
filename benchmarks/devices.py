"""What drivers cost against their simulators on paced lines: card, strip, slip, and a counter's devices at rest.

    ./run bench devices [--reads 50] [--shows 20] [--seconds 60] [--only card|strip|slip|idle]

Every row sets what was measured against what the line alone takes in the same run: the bytes that really went, ten bits
each, and the times that the simulated device takes for itself. Aims: a card at most 1.1 times, a strip at most 1.05
times; a slip rastered in at most 15 ms and sent without the line running dry; devices at rest at most 1 % of a core.
"""

import argparse
import os

from benchmarks import devices_card, devices_idle, devices_slip, devices_strip
from benchmarks.table import machine

PARTS = {"card": devices_card, "strip": devices_strip, "slip": devices_slip, "idle": devices_idle}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reads", type=int, default=50, help="cards a line")
    parser.add_argument("--shows", type=int, default=20, help="texts a strip")
    parser.add_argument("--seconds", type=float, default=60.0, help="at rest")
    parser.add_argument("--only", choices=list(PARTS), default="")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(machine())
    for name, part in PARTS.items():
        if asked.only in ("", name):
            print(flush=True)
            part.run(asked)


if __name__ == "__main__":
    main()
