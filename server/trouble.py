"""What keeps the server from starting or acting: one line for the person at the keyboard, and an exit status."""

import errno

import apsw

from config.ending import AGAIN, FAILED

PASSING = (apsw.BusyError, apsw.LockedError, apsw.FullError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.IOError)
"""What a file may do to us and stop doing without being mended by hand: others hold it, the disk is full or away."""
PASSING_PORT = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL})
"""Another program holds the port, or the network of that address is not up yet."""


class StartTrouble(Exception):
    """The text names the file or key, what is wrong, and what to do."""

    status = FAILED


class MayPass(StartTrouble):
    """Trouble that may pass by itself, so that systemd starts the server again."""

    status = AGAIN


def file_trouble(text: str, cause: BaseException | None) -> StartTrouble:
    """Return the trouble with a database, by what SQLite said of it."""
    return MayPass(text) if isinstance(cause, PASSING) else StartTrouble(text)
