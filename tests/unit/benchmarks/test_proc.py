"""What /proc says, read."""

import os
import subprocess
import sys

from benchmarks.proc import descendants, mb_of, parent_of

ROLLUP = """55d0c0a00000-7ffd3a5f2000 ---p 00000000 00:00 0                          [rollup]
Rss:              204800 kB
Pss:               51200 kB
Pss_Dirty:         10240 kB
"""


def test_lines_of_a_rollup() -> None:
    assert mb_of(ROLLUP, "Pss") == 50.0
    assert mb_of(ROLLUP, "Rss") == 200.0
    assert mb_of(ROLLUP, "Ps") == 0.0
    assert mb_of("", "Pss") == 0.0


def test_a_parent_is_found_behind_any_name() -> None:
    assert parent_of("4711 (a) 5 (b) S 42 4711 4711 0 -1") == 42


def test_children_of_children_are_descendants() -> None:
    child = "import subprocess, sys; subprocess.run(['cat'])"
    with subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"x")
        process.stdin.flush()
        process.stdout.read(1)  # cat, the grandchild, is there
        found = descendants(os.getpid())
        assert process.pid in found
        assert len(descendants(process.pid)) == 1
        assert set(descendants(process.pid)) < set(found)
