"""Coverage-guided: libFuzzer through atheris looks for bytes that reach new branches of each decoder.

    ./run fuzz --atheris SECONDS [--only NAME]

The seconds are divided evenly over the decoders of `tests.fuzz.volume`, one child process at a time. An input is cut
where its own first byte says and fed to a fresh decoder; then the next good frame has to be understood. An exception, a
decoder that stays out of step, one that holds more than `MOST_HELD`, or an input that takes ten seconds ends the row as
a crash and leaves the input in the folder that is named. atheris is not among the project's libraries, since no unit
and no test of CI needs it.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

MISSING = (
    "atheris is not installed in this Python: make a venv with `pip install atheris` beside the project's libraries"
)
INSTRUMENTED = ["drivers", "hall"]
LONGEST_INPUT = 2048
MOST_HELD = 600_000
"""More than the largest picture that a printer's command may claim, twice."""
DEAR = frozenset({"ticket_printer.CommandParser", "ticket_printer.PaperInterpreter"})
"""A quarter of a megabyte has to be swallowed before a good frame is seen, which is seconds with every branch counted:
whether they fall in step again is asked by `tests.fuzz.volume` alone."""
ROW = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)")


class Row(NamedTuple):
    """What libFuzzer said at the end about one decoder."""

    name: str
    executions: int
    edges: int
    features: int
    corpus: int
    crash: str


def cut(data: bytes) -> Iterator[bytes]:
    """Cut an input into pieces of the size that its first byte tells: 0 leaves it whole."""
    size, rest = (data[0] if data else 0), data[1:]
    if not size:
        yield rest
        return
    for start in range(0, len(rest), size):
        yield rest[start : start + size]


def try_one(name: str, data: bytes) -> None:
    """Feed one input to a fresh decoder.

    Raises:
        AssertionError: it holds too much, or does not understand the next good frame.

    """
    from tests.fuzz.volume import SUBJECTS, held

    subject = SUBJECTS[name][0]()
    for piece in cut(data):
        subject.feed(piece)
    assert held(subject.holder) <= MOST_HELD, f"{name} holds too much"
    if name not in DEAR:
        assert subject.falls_in_step(), f"{name} does not understand the next good frame"


def fuzz(name: str, seconds: int, folder: Path) -> None:
    """Run libFuzzer in this process, which ends in it."""
    atheris: Any = import_module("atheris")

    with atheris.instrument_imports(include=INSTRUMENTED):
        from tests.fuzz.volume import SUBJECTS
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, frame in enumerate(SUBJECTS[name][1]):
        (corpus / str(number)).write_bytes(b"\0" + frame)
    flags = [f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", "-timeout=10", "-rss_limit_mb=1024"]
    kept = f"-artifact_prefix={folder}/"
    atheris.Setup(["fuzz", *flags, kept, str(corpus)], lambda data: try_one(name, data))
    atheris.Fuzz()


def row_of(name: str, told: str, code: int) -> Row:
    """Read libFuzzer's last line, and what went wrong if the process did not end well."""
    lines = ROW.findall(told)
    executions, edges, features, corpus = (int(figure) for figure in lines[-1]) if lines else (0, 0, 0, 0)
    return Row(name, executions, edges, features, corpus, "" if code == 0 else _trouble(told))


def _trouble(told: str) -> str:
    for pattern in (r"^\w+Error\b.*$", r"^==\d+== ERROR: .*$"):
        if found := re.search(pattern, told, re.MULTILINE):
            return found.group()
    return (told.strip().splitlines() or ["it said nothing"])[-1]


def measure(name: str, seconds: int) -> Row:
    """Fuzz one decoder in a child process."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    command = [sys.executable, "-m", "tests.fuzz.coverage", "--one", name, "--seconds", str(seconds)]
    ended = subprocess.run([*command, "--folder", str(folder)], capture_output=True, text=True, check=False)
    row = row_of(name, ended.stderr + ended.stdout, ended.returncode)
    return row._replace(crash=f"{row.crash} ({folder})") if row.crash else row


def run(seconds: int, only: str = "") -> int:
    """Divide the seconds over the decoders, print the table; 1 when something crashed, 2 without atheris."""
    if find_spec("atheris") is None:
        print(MISSING, file=sys.stderr)
        return 2
    from tests.fuzz.volume import SUBJECTS

    names = [name for name in SUBJECTS if name.startswith(only)]
    print("| decoder | executions | edges | features | corpus | crashes |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    crashed = 0
    for name in names:
        row = measure(name, max(1, seconds // len(names)))
        crashed += bool(row.crash)
        figures = (f"{row.executions:,}", str(row.edges), str(row.features), str(row.corpus), row.crash or "0")
        print(f"| {' | '.join((name, *figures))} |", flush=True)
    return 1 if crashed else 0


def main(arguments: Any = None) -> int:
    """Run all, or (as a child of itself) one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=3600, help="altogether")
    parser.add_argument("--only", default="", help="beginning of a decoder's name")
    parser.add_argument("--one", default="", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        fuzz(asked.one, asked.seconds, asked.folder)
    return run(asked.seconds, asked.only)


if __name__ == "__main__":
    sys.exit(main())
