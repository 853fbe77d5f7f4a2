"""Noise on a Modbus line writes nothing to the log: the library would report every frame that it cannot read."""

import subprocess
import sys

NOISE = "from drivers.inputs.protocol import RtuDecoder, answer_to, Read, rtu, request_in\n"
NOISE += "request_in(bytes.fromhex('02'))\nanswer_to(Read('inputs', 0, 8), b'\\x02')\n"


def test_a_frame_that_cannot_be_read_is_not_logged_by_the_library() -> None:
    """In a process of its own: what other tests configured does not count."""
    ended = subprocess.run([sys.executable, "-c", NOISE], capture_output=True, text=True, check=True)
    assert ended.stderr == ""
