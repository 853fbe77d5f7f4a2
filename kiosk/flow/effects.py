"""What the engine wants done: its outputs. The composition root carries them out; none waits."""

from typing import Any

import msgspec

from hall.domain.ids import CommandKey, TicketUid
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


class CardCheck(msgspec.Struct, frozen=True):
    """Ask whose staff card this is; answered as a PIN is. Sealed to the hub."""

    sealed: bytes


class CardKeep(msgspec.Struct, frozen=True):
    """Let this card be the one of whoever is signed in; answer by `StaffCardKept`. Sealed to the hub."""

    sealed: bytes


class Ask(msgspec.Struct, frozen=True):
    """Put a question to the hub; `question` comes back with the answer."""

    question: str
    about: CaseQuery | PinCheck | CardCheck | CardKeep


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


class OpenTechnician(msgspec.Struct, frozen=True):
    """Give the devices to the technician's program and start it; answer by `TechnicianLeft`."""


class Watch(msgspec.Struct, frozen=True):
    """Let the card reader look for cards, or not."""

    on: bool


class Light(msgspec.Struct, frozen=True):
    """Switch the code scanner's reading on or off."""

    on: bool


class Preview(msgspec.Struct, frozen=True):
    """Show what lies before the document camera, or stop."""

    on: bool


class Shoot(msgspec.Struct, frozen=True):
    """Photograph a page; answer by `Photographed` or `NotPhotographed` with the same question."""

    question: str


class DropPages(msgspec.Struct, frozen=True):
    """Forget these pages."""

    refs: tuple[str, ...]


class BindPages(msgspec.Struct, frozen=True):
    """Put pages together, seal the document and hold it on the unit; answer by `DocumentKept`."""

    question: str
    refs: tuple[str, ...]
    hub_key: bytes


class Collect(msgspec.Struct, frozen=True):
    """Let the signature pad take strokes, or not."""

    on: bool


class KeepSignature(msgspec.Struct, frozen=True):
    """Draw the signature as a picture, seal the sheet and hold it on the unit; answer by `DocumentKept`."""

    question: str
    sheet: Any
    """A `kiosk.flow.signing.SignedSheet`."""
    hub_key: bytes

    def __repr__(self) -> str:
        return "KeepSignature(sealed)"


class ReleaseDocuments(msgspec.Struct, frozen=True):
    """Hand held documents to the upload: the case of this command names them. Answer by `DocumentsReleased`."""

    key: CommandKey
    refs: tuple[str, ...]


class DropDocuments(msgspec.Struct, frozen=True):
    """Delete documents that no case names."""

    refs: tuple[str, ...]


class PrintSheets(msgspec.Struct, frozen=True):
    """Print this layout on A4 once; answer by `SheetsEnded` with the same job. `title` names the job, no person."""

    job: int
    slip: Slip
    title: str


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
    | OpenTechnician
    | Watch
    | Light
    | Preview
    | Shoot
    | DropPages
    | BindPages
    | Collect
    | KeepSignature
    | ReleaseDocuments
    | DropDocuments
    | PrintSheets
    | SaveDraft
    | DropDraft
    | PutAway
    | OpenPutAway
    | WipeSession
    | Say
)
