"""Around the engine: carries out what it wants, and turns what devices and the hub say into causes.

Everything runs on the GUI thread; what takes time (printing, sealing drafts) goes through `run_slow`, whose result
comes back as a cause. Until link and devices are there, effects for them wait in order.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import structlog

from hall.domain.ids import ClerkId
from hall.ports.code_scanner import CodeScanned, CodeScanner
from hall.ports.id_card import CardPresented, CardRemoved, CardUnreadable, IdCardReader
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.ports.ticket_printer import NotPrinted, PaperUsed, RollChanged, TicketPrinter
from hall.sync.link import Answered as QuestionAnswered
from hall.sync.link import HubAway, HubBack, HubEvent, Link, Question, Replied, ViewChanged
from hall.wire.actor import Role
from hall.wire.case_query import CaseQuery, CaseStatus
from hall.wire.enrolment import SessionRequest
from hall.wire.staff_card import CardRequest
from kiosk.drafts import DraftBox
from kiosk.flow import causes as c
from kiosk.flow import effects as e
from kiosk.flow.engine import step
from kiosk.flow.models import View
from kiosk.flow.state import Settings, State
from kiosk.paper import PaperBook
from kiosk.papers import LARGEST, PaperDesk, PaperGlass, PaperMachines, RunSlow

if TYPE_CHECKING:
    from hall.store.documents import DocumentShelf

NEEDS = {
    "ticket_printer": "slip",
    "page_printer": "a4",
    "id_card": "id_card",
    "code_scanner": "scanner",
    "document_camera": "camera",
    "signature_pad": "pad",
    "smart_card": "ic_card",
}
"""Device family to the need that flows name; the last two are named by no flow, and shown to the attendant."""
STAFF = frozenset(
    {Role.ATTENDANT, Role.SUPERVISOR, Role.MANAGER, Role.TECHNICIAN, Role.ADMINISTRATOR},
)
log = structlog.get_logger("kiosk")

HAVE_CARDS = frozenset({Role.ATTENDANT, Role.SUPERVISOR})
"""Who may register a card; the hub refuses others."""
TECHNICIANS = frozenset({Role.TECHNICIAN, Role.ADMINISTRATOR})
"""Who may open the technician's program."""


class Glass(PaperGlass, Protocol):
    """What the shell needs of the window."""

    def show_view(self, view: View) -> None:
        """Draw it."""

    def wipe(self) -> None:
        """Forget what was drawn."""


class Machines:
    """The opened devices by need, and the names under which their events come."""

    def __init__(self) -> None:
        self.printer: TicketPrinter | None = None
        self.reader: IdCardReader | None = None
        self.scanner: CodeScanner | None = None
        self.papers = PaperMachines()
        self.needs: dict[str, str] = {}

    def use(self, kind: str, name: str, device: Any) -> None:
        """Take a device that was opened."""
        match kind:
            case "ticket_printer":
                self.printer = device
            case "id_card":
                self.reader = device
            case "code_scanner":
                self.scanner = device
            case _:
                self.papers.use(kind, device)
        if kind in NEEDS:
            self.needs[name] = NEEDS[kind]


class Shell:
    """One kiosk. `take` is called on the GUI thread with causes, device events and link events alike."""

    def __init__(self, settings: Settings, glass: Glass, run_slow: RunSlow, clock: Callable[[], float]) -> None:
        self.settings, self._glass, self._run_slow, self._clock = settings, glass, run_slow, clock
        now = clock()
        self.state = State(language=settings.language, theme=settings.theme, since=now, active_at=now)
        self._waiting: deque[c.Cause] = deque()
        self._early: list[e.Effect] = []
        self._busy = False
        self._link: Link | None = None
        self._machines = Machines()
        self._drafts: DraftBox | None = None
        self._paper: PaperBook | None = None
        self._pins: dict[str, str] = {}
        self._cards: set[str] = set()
        self.open_technician: Callable[[], None] = lambda: self.take(c.TechnicianLeft(ran=False))
        """How the technician's program is opened; the composition root gives it."""
        self._desk = PaperDesk(glass, settings.seal, self._slowly, self.take)
        self._act: dict[type, Callable[[Any], None]] = {
            e.Show: lambda wanted: self._glass.show_view(wanted.view),
            e.WipeSession: lambda _wanted: self._wipe(),
            e.Say: lambda _wanted: None,
            e.Submit: lambda wanted: self._linked().submit(wanted.command),
            e.Ask: self._ask,
            e.StaffLeft: lambda _wanted: self._staff_left(),
            e.OpenTechnician: lambda _wanted: self.open_technician(),
            e.CheckPrinter: self._check_printer,
            e.RecoverPrinter: self._recover_printer,
            e.Print: self._print,
            e.Watch: self._watch,
            e.Light: self._light,
            e.SaveDraft: lambda wanted: self._draft_work("save draft", lambda box: box.save(wanted.draft)),
            e.DropDraft: lambda _wanted: self._draft_work("drop draft", lambda box: box.drop()),
            e.PutAway: self._put_away,
            e.OpenPutAway: self._open_put_away,
            **self._desk.acts,
        }

    def attach(
        self,
        link: Link,
        machines: Machines,
        drafts: DraftBox,
        paper: PaperBook | None = None,
        documents: "DocumentShelf | None" = None,
        largest: int = LARGEST,
    ) -> None:
        """Take link and devices, and carry out what waited for them."""
        self._link, self._machines, self._drafts, self._paper = link, machines, drafts, paper
        self._desk.attach(machines.papers, documents, largest)
        early, self._early = self._early, []
        for effect in early:
            self._act[type(effect)](effect)
        self.opened()

    def opened(self) -> None:
        """The devices were opened just now: tell them where things stand."""
        machines, paper = self._machines, self._paper
        if paper is not None and machines.printer is not None:
            machines.printer.resume_roll(paper.roll_mm)
        if machines.reader is not None:
            machines.reader.watch(self.state.watching)
        self._desk.watch(self.state.watching)

    def touch(self, what: c.Touch, value: str) -> None:
        """Take a touch from a screen."""
        self.take(c.Touched(what, value))

    def take(self, event: object) -> None:
        """Take a cause, or an event of a device or the link; in order, never nested."""
        cause = self._cause_of(event)
        if cause is None:
            return
        self._waiting.append(cause)
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                self._step(self._waiting.popleft())
        finally:
            self._busy = False

    def _step(self, cause: c.Cause) -> None:
        self.state, effects = step(self.settings, self.state, cause, self._clock())
        for effect in effects:
            if self._link is None and not isinstance(effect, e.Show | e.WipeSession):
                self._early.append(effect)
            else:
                self._act[type(effect)](effect)

    def _cause_of(self, event: object) -> c.Cause | None:
        if isinstance(event, c.Cause):
            return event
        match event:
            case CardPresented(card=card):
                return c.CardRead(card)
            case CardUnreadable(reason=reason):
                return c.CardBad(reason)
            case CardRemoved():
                return c.CardGone()
            case CodeScanned(text=text):
                return c.CodeRead(text)
            case StatusChanged(device=device, status=status):
                need = self._machines.needs.get(device)
                return c.NeedStatus(need, status) if need else None
            case PaperUsed() | RollChanged():
                return self._note_paper(event)
            case _:
                of_papers, cause = self._desk.cause_of(event)
                return cause if of_papers else self._cause_of_link(event)

    def _cause_of_link(self, event: object) -> c.Cause | None:
        match event:
            case Replied(key=key, reply=reply, offline=offline):
                return c.Answered(key, reply, offline)
            case HubAway():
                return c.HubGone()
            case HubBack():
                return c.HubHere()
            case ViewChanged(view=view):
                return c.HallSeen(view)
            case QuestionAnswered():
                return self._answer(event)
            case HubEvent():
                return None
            case _:
                log.debug("not for the kiosk", event_type=type(event).__name__)
                return None

    def _linked(self) -> Link:
        assert self._link is not None, "effects for the link wait until it is there"
        return self._link

    def _ask(self, wanted: e.Ask) -> None:
        link = self._linked()
        match wanted.about:
            case CaseQuery():
                body = msgspec.to_builtins(wanted.about)
                link.ask(Question(id=wanted.question, method="POST", path="/v1/cases/query", body=body))
            case e.PinCheck(clerk=clerk, pin=pin):
                self._pins[link.open_session(ClerkId(clerk), pin)] = wanted.question
            case e.CardCheck(sealed=sealed):
                self._pins[wanted.question] = wanted.question
                body = msgspec.to_builtins(SessionRequest(sealed_card=sealed))
                link.ask(Question(id=wanted.question, method="POST", path="/v1/sessions", body=body))
            case e.CardKeep(sealed=sealed):
                self._cards.add(wanted.question)
                body = msgspec.to_builtins(CardRequest(sealed))
                link.ask(Question(id=wanted.question, method="PUT", path="/v1/cards", body=body))

    def _answer(self, event: QuestionAnswered) -> c.Cause | None:
        question = self._pins.pop(event.question_id, None)
        if question is not None:
            return self._pin_answer(question, event)
        if event.question_id in self._cards:
            self._cards.discard(event.question_id)
            kept = 200 <= event.status < 300
            return c.StaffCardKept(event.question_id, "" if kept else reason_of(event, "malformed"))
        if event.status == 200:
            try:
                return c.QueryAnswered(event.question_id, msgspec.convert(event.body, CaseStatus))
            except msgspec.ValidationError:
                return c.QueryAnswered(event.question_id, None, "malformed")
        return c.QueryAnswered(event.question_id, None, reason_of(event, "unknown_case"))

    def _pin_answer(self, question: str, event: QuestionAnswered) -> c.Cause:
        body = event.body if isinstance(event.body, dict) else {}
        if not 200 <= event.status < 300:
            return c.StaffAnswered(question, reason=reason_of(event, "bad_token"))
        if body.get("role") in STAFF:
            if self._paper is not None:
                self.take(c.PaperSeen(self._paper.ends()))  # time went by since the last slip
            self._desk.tell_backlog()
            roles = body.get("roles", ())
            technician, card = not TECHNICIANS.isdisjoint(roles), not HAVE_CARDS.isdisjoint(roles)
            # What was asked for under the question's own id was a card, not a PIN.
            by_pin = event.question_id != question
            clerk = str(body.get("clerk", ""))
            return c.StaffAnswered(question, clerk, technician=technician and by_pin, card=card and by_pin)
        self._staff_left()
        return c.StaffAnswered(question, reason="forbidden")

    def _staff_left(self) -> None:
        self._linked().close_session()

    def _check_printer(self, wanted: e.CheckPrinter) -> None:
        printer = self._machines.printer
        if printer is None:
            self.take(c.PrinterChecked(wanted.job, Status(StatusWord.OFFLINE)))
            return
        self._run_slow(
            "check printer",
            printer.check,
            lambda status: self.take(c.PrinterChecked(wanted.job, status)),
            lambda _bug: self.take(c.PrinterChecked(wanted.job, Status(StatusWord.FAULT))),
        )

    def _note_paper(self, event: PaperUsed | RollChanged) -> c.Cause | None:
        book = self._paper
        if book is None:
            return None
        self._run_slow("keep paper", book.note(event), lambda _done: None, lambda _bug: None)
        return c.PaperSeen(book.ends())

    def _recover_printer(self, wanted: e.RecoverPrinter) -> None:
        printer = self._machines.printer
        if printer is not None:
            if wanted.new_roll:
                printer.new_roll()
            self._run_slow(
                "recover printer",
                printer.recover,
                lambda status: self.take(c.NeedStatus("slip", status)),
                lambda _bug: self.take(c.NeedStatus("slip", Status(StatusWord.FAULT))),
            )

    def _print(self, wanted: e.Print) -> None:
        printer = self._machines.printer
        fault = NotPrinted(Status(StatusWord.FAULT))
        if printer is None:
            self.take(c.PrintEnded(wanted.job, fault))
            return
        slip = wanted.slip
        self._run_slow(
            "print",
            lambda: printer.print(slip),
            lambda outcome: self.take(c.PrintEnded(wanted.job, outcome)),
            lambda _bug: self.take(c.PrintEnded(wanted.job, fault)),
        )

    def _slowly(
        self, name: str, work: Callable[[], Any], then: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> None:
        self._run_slow(name, work, then, failed)

    def _wipe(self) -> None:
        self._desk.wipe()
        self._glass.wipe()

    def _watch(self, wanted: e.Watch) -> None:
        self._desk.watch(wanted.on)
        if self._machines.reader is not None:
            self._machines.reader.watch(wanted.on)

    def _light(self, wanted: e.Light) -> None:
        if self._machines.scanner is not None:
            self._machines.scanner.trigger(wanted.on)

    def _draft_work(self, name: str, work: Callable[[DraftBox], Any]) -> None:
        box = self._drafts
        if box is not None:
            self._run_slow(name, lambda: work(box), lambda _done: None, lambda _bug: None)

    def _put_away(self, wanted: e.PutAway) -> None:
        box = self._drafts
        if box is not None:
            made = self._made_code
            self._run_slow("put draft away", lambda: box.put_away(wanted.draft), made, lambda _bug: made(""))

    def _made_code(self, code: str) -> None:
        self.take(c.ResumeCodeMade(code))

    def _open_put_away(self, wanted: e.OpenPutAway) -> None:
        box = self._drafts
        if box is not None:
            opened = self._opened_draft
            self._run_slow("open draft", lambda: box.open_put_away(wanted.code), opened, lambda _bug: opened(None))

    def _opened_draft(self, draft: bytes | None) -> None:
        self.take(c.ResumeOpened(draft))


def reason_of(event: QuestionAnswered, otherwise: str) -> str:
    """Return the refusal code of an answer that is none; status 0 means that the hub was not reached."""
    if event.status == 0:
        return "hub_away"
    body = event.body
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, str) and code else otherwise
