"""The file of what devices said last."""

import os
from pathlib import Path

from structlog.testing import capture_logs

from hall.domain.ids import DeviceName
from hall.ports.status import DeviceRemark, Status, StatusChanged, StatusWord
from hall.store.device_board import FILE, DeviceBoard, DeviceSeen, read_board

PRINTER = DeviceName("printer")
EMPTY = StatusChanged(PRINTER, Status(StatusWord.NO_PAPER, "put a new roll in"))


def test_the_last_state_and_the_last_remark_stand_beside_each_other(tmp_path: Path) -> None:
    now, told = [1000.0], []
    emit = DeviceBoard(tmp_path, lambda: now[0]).listening(told.append)
    emit(DeviceRemark(PRINTER, "odd; look"))
    now[0] = 1060
    emit(EMPTY)
    emit("something else")
    board = read_board(tmp_path)
    assert board is not None
    assert board.pid == os.getpid()
    assert board.devices == {
        "printer": DeviceSeen(StatusWord.NO_PAPER, "put a new roll in", 1060, "odd; look", 1000),
    }
    assert told[-2:] == [EMPTY, "something else"], "everything is handed on"


def test_a_missing_or_damaged_file_means_that_nothing_is_known(tmp_path: Path) -> None:
    assert read_board(tmp_path) is None
    (tmp_path / FILE).write_bytes(b'{"pid": 7')
    assert read_board(tmp_path) is None


def test_a_folder_that_cannot_be_written_stops_no_device(tmp_path: Path) -> None:
    told: list[object] = []
    emit = DeviceBoard(tmp_path / "gone").listening(told.append)
    with capture_logs() as logs:
        emit(EMPTY)
        emit(EMPTY)
    assert told == [EMPTY, EMPTY]
    assert len(logs) == 1, "said once"
