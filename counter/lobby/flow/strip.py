"""What a big LED strip in the lobby shows: the newest call, else a greeting."""

from counter.lobby.flow.board import CallLine
from hall.ports.counter_screen import ScreenContent, ScreenState
from hall.words import announce
from hall.words.catalogue import Words


def strip_content(words: Words, newest: CallLine | None) -> ScreenContent:
    """Return the strip's content; the driver shows the newest it was given."""
    if newest is None:
        return ScreenContent(ScreenState.IDLE, words("lobby.welcome"))
    return ScreenContent(ScreenState.CALLING, announce.call(words, newest.number, newest.counter))
