"""What has happened already cannot be refused: the unit keeps it in mind while its own disk takes nothing.

A slip is in the citizen's hand, or was given up, or a pad key was pressed. Refusing such a command with
`store_failed` would leave a printed number that is never called, since no person is there to try again. So it is
submitted again until the disk takes it; only then is it answered. If the process ends before that, it is lost.
"""

from hall.sync import inputs as io
from hall.wire import commands as cmd

_HAPPENED = (cmd.ConfirmTicket, cmd.AbandonTicket, cmd.Rate)


class Unstored:
    """Commands that wait for the unit's own disk."""

    def __init__(self) -> None:
        self._held: list[cmd.AnyCommand] = []
        self._tried: list[cmd.AnyCommand] = []

    def __len__(self) -> int:
        return len(self._held)

    def next_try(self) -> list[cmd.AnyCommand]:
        """Return what is to be submitted now; those of the last try are on disk, or `failed` would have been told."""
        self._tried, self._held = self._held, []
        return self._tried

    def stored(self) -> None:
        """A step went by without failure."""
        self._tried = []

    def failed(self, given: io.Input) -> bool:
        """Keep what the disk did not take; say whether `given` is kept too, and so needs no refusal."""
        self._held, self._tried = self._tried + self._held, []
        if not isinstance(given, io.Submit) or not isinstance(given.command, _HAPPENED):
            return False
        if all(one.key != given.command.key for one in self._held):
            self._held.append(given.command)
        return True
