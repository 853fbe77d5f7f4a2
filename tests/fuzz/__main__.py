"""`./run fuzz [--megabytes N] [--only NAME]`, or `./run fuzz --atheris SECONDS [--only NAME]`."""

import argparse
import sys

from tests.fuzz import coverage, volume


def main(arguments: list[str] | None = None) -> int:
    """Run the one that was asked for; 1 when a decoder did not stand it."""
    parser = argparse.ArgumentParser(prog="./run fuzz", description="Damaged bytes through every decoder.")
    parser.add_argument("--megabytes", type=float, default=1.0, help="each; docs/fuzz.md shows 10")
    parser.add_argument("--atheris", type=int, metavar="SECONDS", default=0, help="coverage-guided, altogether so long")
    parser.add_argument("--only", default="", help="beginning of a decoder's name")
    asked = parser.parse_args(arguments)
    if asked.atheris:
        return coverage.run(asked.atheris, asked.only)
    return volume.run(asked.megabytes, asked.only)


if __name__ == "__main__":
    sys.exit(main())
