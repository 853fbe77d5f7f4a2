"""Inside the machine: runs what the bench asks for over a virtio port. One JSON line asks, one answers."""

import base64
import json
import os
import subprocess
import time
from pathlib import Path

PORT = "/dev/virtio-ports/bench"


def done(asked: dict[str, str]) -> dict[str, object]:
    """Do one thing: write a file, or run a shell line."""
    if "put" in asked:
        path = Path(asked["put"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(asked["base64"]))
        return {"status": 0, "said": ""}
    try:
        ran = subprocess.run(
            ["/bin/bash", "-c", asked["run"]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=float(asked["within_s"]),
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return {"status": -1, "said": f"not done in time: {(late.stdout or b'').decode(errors='replace')}"}
    return {"status": ran.returncode, "said": ran.stdout.decode(errors="replace")}


def main() -> None:
    """Serve until the machine ends."""
    while not os.path.exists(PORT):
        time.sleep(0.1)
    port = os.open(PORT, os.O_RDWR)
    unread = b""
    while True:
        heard = os.read(port, 65536)
        if not heard:  # nobody is connected at the other side
            time.sleep(0.05)
            continue
        unread += heard
        while b"\n" in unread:
            line, unread = unread.split(b"\n", 1)
            asked = json.loads(line)
            answer = json.dumps({"number": asked["number"], **done(asked)}).encode() + b"\n"
            while answer:
                answer = answer[os.write(port, answer) :]


if __name__ == "__main__":
    main()
