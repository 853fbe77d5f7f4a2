"""What strips and big screens say in each state: texts to be seen. What is heard is in `hall.words.speech`.

Numbers are shown as printed on the slip; names never appear here.
"""

from hall.domain.ids import CounterId, TicketNumber
from hall.words.catalogue import Words


def call(words: Words, number: TicketNumber, counter: CounterId) -> str:
    """Return e.g. ``请A023号到3号窗口``."""
    return words("announce.call", number=number, counter=counter)


def call_short(words: Words, number: TicketNumber, counter: CounterId) -> str:
    """Return the shortest form that still tells who goes where, for strips of few characters."""
    return words("announce.call_short", number=number, counter=counter)


def serving(words: Words, number: TicketNumber) -> str:
    """Return e.g. ``正在办理 A023号``."""
    return words("announce.serving", number=number)


def idle(words: Words, counter: CounterId, name: str = "") -> str:
    """Return what a free counter shows: its name, or a welcome."""
    if name:
        return words("announce.idle", counter=counter, name=name)
    return words("announce.idle_plain", counter=counter)


def paused(words: Words, counter: CounterId, reason: str = "") -> str:
    """Return what a paused counter shows. `reason` is a known word (``meal``) or a text of the hall's own."""
    if not reason:
        return words("announce.paused", counter=counter)
    key = f"pause.{reason}"
    return words("announce.paused_reason", counter=counter, reason=words(key) if key in words else reason)


def closed(words: Words, counter: CounterId) -> str:
    """Return what a counter shows after its day."""
    return words("announce.closed", counter=counter)


def not_signed_in(words: Words, counter: CounterId) -> str:
    """Return what a counter shows before anybody signed in."""
    return words("announce.not_signed_in", counter=counter)
