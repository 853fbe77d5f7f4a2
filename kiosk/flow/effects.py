"""What the engine wants done: its outputs. The composition root carries them out; none waits."""

import msgspec

from hall.domain.ids import TicketUid
from hall.domain.slip import Slip
from hall.wire.case_query import CaseQuery
from hall.wire.commands import Command
from kiosk.flow.models import View


class Show(msgspec.Struct, frozen=True):
    """Put this on the screen."""

    view: View


class Submit(msgspec.Struct, frozen=True):
    """Store and send a command."""

    command: Command


class PinCheck(msgspec.Struct, frozen=True):
    """Ask whether this is an attendant's PIN."""

    clerk: str
    pin: str

    def __repr__(self) -> str:
        return f"PinCheck(clerk={self.clerk!r})"


class Ask(msgspec.Struct, frozen=True):
    """Put a question to the hub; `question` comes back with the answer."""

    question: str
    about: CaseQuery | PinCheck


class CheckPrinter(msgspec.Struct, frozen=True):
    """Ask the printer itself; answer by `PrinterChecked`."""

    job: int


class RecoverPrinter(msgspec.Struct, frozen=True):
    """The attendant mended it: clear its error and ask again."""

    new_roll: bool = False
    """A new roll was put in, of which the printer itself could not know."""


class Print(msgspec.Struct, frozen=True, omit_defaults=True):
    """Print one slip; answer by `PrintEnded` with the same job."""

    job: int
    slip: Slip
    ticket: TicketUid | None = None


class StaffLeft(msgspec.Struct, frozen=True):
    """The attendant is done: end the clerk's session at the hub."""


class Watch(msgspec.Struct, frozen=True):
    """Let the card reader look for cards, or not."""

    on: bool


class Light(msgspec.Struct, frozen=True):
    """Switch the code scanner's reading on or off."""

    on: bool


class Shoot(msgspec.Struct, frozen=True):
    """Photograph a page for this field."""

    field: str


class SaveDraft(msgspec.Struct, frozen=True):
    """Keep this draft, encrypted with the session's key."""

    draft: bytes

    def __repr__(self) -> str:
        return "SaveDraft(sealed)"


class DropDraft(msgspec.Struct, frozen=True):
    """Destroy the draft and its key."""


class PutAway(msgspec.Struct, frozen=True):
    """Keep the draft under a new resume code; answer by `ResumeCodeMade`."""

    draft: bytes

    def __repr__(self) -> str:
        return "PutAway(sealed)"


class OpenPutAway(msgspec.Struct, frozen=True):
    """Open what lies under a resume code; answer by `ResumeOpened`."""

    code: str

    def __repr__(self) -> str:
        return "OpenPutAway(sealed)"


class WipeSession(msgspec.Struct, frozen=True):
    """A citizen left: clear widgets, pictures and spools. The engine's own state is clean already."""


class Say(msgspec.Struct, frozen=True):
    """Say a word of the catalogue aloud, where there is a voice."""

    word: str


Effect = (
    Show
    | Submit
    | Ask
    | CheckPrinter
    | RecoverPrinter
    | Print
    | StaffLeft
    | Watch
    | Light
    | Shoot
    | SaveDraft
    | DropDraft
    | PutAway
    | OpenPutAway
    | WipeSession
    | Say
)
