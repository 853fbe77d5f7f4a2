"""A kiosk that is killed takes its workers along, and the next start has camera and readers again."""

from pathlib import Path

import pytest

from benchmarks.proc import descendants
from hall.ports.status import StatusWord
from hall.store.device_board import read_board
from tests.support.demo_at_work import demo_at_work, eventually

pytestmark = pytest.mark.timeout(240)
UNIT = "kiosk-c"


def gone(pid: int) -> bool:
    """Whether a process is no more."""
    return not Path(f"/proc/{pid}/exe").exists()


def test_no_worker_outlives_a_killed_kiosk_and_the_next_one_has_its_devices() -> None:
    with demo_at_work((UNIT,)) as day:
        day.kiosk.wait("screen_home", timeout_s=30)
        processes = day.hall.processes

        def ready() -> bool:
            board = read_board(day.demo.state(UNIT))
            kinds = {name: seen.word for name, seen in (board.devices if board else {}).items()}
            wanted = [kinds.get(name) for name in ("camera", "ic")]
            return board is not None and board.pid == processes.pid(UNIT) and wanted == [StatusWord.READY] * 2

        eventually(ready, within_s=30)
        workers = descendants(processes.pid(UNIT))
        said = [Path(f"/proc/{pid}/cmdline").read_text() for pid in workers]
        assert any("document_camera.camera_worker" in words for words in said)
        assert any("smart_card.worker" in words for words in said)
        processes.kill(UNIT)
        eventually(lambda: all(gone(pid) for pid in workers), within_s=20)
        processes.restart(UNIT)
        eventually(ready, within_s=60)
