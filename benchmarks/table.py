"""What every benchmark prints: the machine first, then one table; and the arithmetic of percentiles."""

import math
import os
import platform
from collections.abc import Sequence
from pathlib import Path


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile: the smallest value that `share` of all do not exceed; NaN of none."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ms(values: Sequence[float]) -> list[str]:
    """Return p50, p95 and max of seconds, as milliseconds."""
    return [f"{percentile(values, share) * 1000:.0f}" for share in (0.5, 0.95, 1.0)]


def seconds(values: Sequence[float]) -> list[str]:
    """Return p50, p95 and max of seconds, with two digits."""
    return [f"{percentile(values, share):.2f}" for share in (0.5, 0.95, 1.0)]


def lines(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Return a Markdown table whose columns also line up in a terminal; the first column is words, the rest figures."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [_line(row, widths) for row in (cells[0], rule, *cells[1:])]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    return (
        "| " + " | ".join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]) + " |"
    )


def show(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    print("\n".join(lines(head, rows)), flush=True)


def machine() -> str:
    """Return cores, processor, memory, system, and the load of the last minute and five."""
    one, five, _ = os.getloadavg()
    return (
        f"{os.cpu_count()} cores, {_field(Path('/proc/cpuinfo'), 'model name') or platform.machine()}, "
        f"{int((_field(Path('/proc/meminfo'), 'MemTotal') or '0').split()[0]) / 2**20:.0f} GB; "
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}; "
        f"load before: {one:.1f} (1 min), {five:.1f} (5 min)"
    )


def _field(path: Path, name: str) -> str:
    text = path.read_text() if path.exists() else ""
    return next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith(name)), "")
