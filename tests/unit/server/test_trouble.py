"""Which trouble with a file or port systemd tries again."""

import errno

import apsw
import pytest

from config.ending import AGAIN, FAILED
from server.trouble import PASSING_PORT, file_trouble


@pytest.mark.parametrize("cause", [apsw.BusyError("x"), apsw.FullError("x"), apsw.CantOpenError("x")])
def test_a_file_that_is_held_or_away_is_tried_again(cause: Exception) -> None:
    assert file_trouble("auth.db", cause).status == AGAIN


@pytest.mark.parametrize("cause", [apsw.CorruptError("x"), apsw.NotADBError("x"), OSError("x"), None])
def test_a_damaged_file_is_for_a_person(cause: Exception | None) -> None:
    assert file_trouble("auth.db", cause).status == FAILED


def test_a_port_without_the_right_to_it_is_for_a_person() -> None:
    assert errno.EADDRINUSE in PASSING_PORT
    assert errno.EACCES not in PASSING_PORT
