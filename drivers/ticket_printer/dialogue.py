"""Talking to one printer over one open port: ask, check, print, recover. Runs in the device's own thread.

Every wait has a limit, silence is never "paper OK", and a job is followed by a question that is only answered after
everything before it was printed. While bytes of a job may still be on the line nothing else is asked.

With ASB the printer tells its changes by itself, also in mid-job. A block is believed only beside an answer to
DLE EOT 1 (or, for models without it, to GS a itself): a printer that went silent or was switched off and on tells no
changes. On USB the class request GET_PORT_STATUS is asked as well, in case the printer lies about its paper, or
answers nothing.
"""

import time
from typing import NamedTuple

from drivers.ticket_printer.layout import start_up
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.protocol import (
    Answer,
    Answered,
    Asb,
    Facts,
    NotTaken,
    Question,
    StatusDecoder,
    Stray,
    facts_of,
    facts_of_asb,
    judge,
    to_bytes,
    usb_port_status,
)
from drivers.transport.base import ClassRequests, Transport
from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed, PrintOutcome

ANSWER_S = 0.35
"""Printers answer real-time commands in under 0.1 s, some USB bridges add 0.2 s."""
WRITE_S = 0.5
ASB_ALL = b"\x1da\x0f"
RENEW_S = 10.0
"""So often ASB is asked for again: a printer that was switched off and on has forgotten it."""
GET_PORT_STATUS = 1
AFTER_CUT_S = 0.4
POLL_IN_JOB_S = 0.3
PATIENCE_S = 3.0
"""Beyond the time that the line and the paper need."""
HOT_S = 60.0
"""So long a job waits for a print head that cools down by itself."""
_MUCH_GARBAGE = 6
"""More bytes than the late answers of one round."""
_CHUNK = 512
"""The largest USB packet, so that one read brings a whole one."""
_SETTLED = frozenset({StatusWord.READY, StatusWord.PAPER_LOW, StatusWord.NOT_TAKEN})


_OR_SWITCH_OFF = "if that is not so, set port_status = false for this printer"


class Job(NamedTuple):
    """One slip as bytes, and how long line and paper need for it."""

    data: bytes
    line_s: float
    paper_s: float


class Dialogue:
    """One connection. Every method raises TransportLost when the cable goes."""

    def __init__(
        self, port: Transport, model: Model, not_taken: NotTaken, *, asb: bool = False, port_status: bool = True
    ) -> None:
        self._port, self._model, self._not_taken = port, model, not_taken
        self._usb = port if port_status and isinstance(port, ClassRequests) else None
        self._in_packets = isinstance(port, ClassRequests)
        self._asb = asb
        self._decoder = StatusDecoder(not_taken, asb=asb)
        self._block: bytes | None = None
        self._block_asked = 0.0
        self._garbage = 0
        self.job_begun = False
        """Whether some of the latest job may have reached the printer."""
        self.last = Status(StatusWord.UNKNOWN, "not asked yet")
        """What the last `check` found."""

    def check(self) -> Status:
        """Ask for everything the model can tell; at most 2 s."""
        self._clear_line()  # also how a model that never answers is seen to have lost its port
        self.last = self._beside_port(self._checked())
        return self.last

    def pushed(self) -> Status | None:
        """What the printer has told by itself since it was last listened to; None when nothing."""
        if not self._asb:
            return None
        events = self._decoded(self._port.read(_CHUNK, 0.0))
        self._keep(events)
        told = [event for event in events if isinstance(event, Asb)]
        if not told:
            return None
        self.last = judge(facts_of_asb(told[-1].data)._replace(not_taken=self.last.word is StatusWord.NOT_TAKEN))
        return self.last

    def _checked(self) -> Status:
        if self._model.status == "none":
            return Status(StatusWord.UNKNOWN, "this model never answers")
        if self._asb:
            told = self._checked_by_asb()
            if told is not None:
                return told
        return self._checked_by_questions()

    def _checked_by_asb(self) -> Status | None:
        """Judge the latest block, renewed now and then; None when the questions must tell."""
        known = self._block
        alone = self._model.status == "asb"
        if alone or known is None or time.monotonic() - self._block_asked > RENEW_S:
            self._renew_block()
        if alone:
            return self._checked_by_asb_alone(known)
        alive = self._ask(Question.PRINTER) or self._ask(Question.PRINTER)
        if alive is None:
            self._block = None
            return self._no_answer(Question.PRINTER)
        if self._block is None:
            return None
        facts = facts_of_asb(self._block)
        now = facts_of(alive, Facts(), self._model.ignored)
        if now.online != facts.online:
            self._block = None  # switched off and on meanwhile: the printer has forgotten that it should tell
            return None
        return judge(facts._replace(not_taken=now.not_taken))

    def _checked_by_asb_alone(self, known: bytes | None) -> Status:
        """An offline printer carries GS a out only when it is online again: then the last block still holds."""
        if self._block is not None:
            return judge(facts_of_asb(self._block))
        if known is not None and not facts_of_asb(known).online:
            self._block = known
            return judge(facts_of_asb(known))
        return Status(StatusWord.OFFLINE, "no answer to GS a: check power and cable")

    def _renew_block(self) -> None:
        self._block, self._block_asked = None, time.monotonic()
        self._port.write(ASB_ALL, WRITE_S)
        deadline = time.monotonic() + ANSWER_S
        while self._block is None and (left := deadline - time.monotonic()) > 0:
            self._keep(self._decoded(self._port.read(_CHUNK, left)))

    def _beside_port(self, status: Status) -> Status:
        """Compare with what the USB port says, where it says something sensible. The worse of the two counts."""
        if self._usb is None or status.word not in (*_SETTLED, StatusWord.UNKNOWN, StatusWord.OFFLINE):
            return status
        raw = self._usb.class_request(GET_PORT_STATUS, 1, ANSWER_S)
        if not raw:
            return status
        port = usb_port_status(raw[0])
        if status.word is StatusWord.OFFLINE:
            answers = "its USB port answers: switch it off and on, or choose a model row without status"
            return Status(StatusWord.OFFLINE, f"{status.reason}; {answers}")
        if port.sensible and port.paper_empty:
            return Status(StatusWord.NO_PAPER, f"the USB port says paper end: put a new roll in; {_OR_SWITCH_OFF}")
        if port.sensible and port.error:
            return Status(StatusWord.FAULT, f"the USB port says error: look at the printer's lamp; {_OR_SWITCH_OFF}")
        return status

    def _checked_by_questions(self) -> Status:
        facts = Facts()
        for question in self._questions():
            answer = self._ask(question) or self._ask(question)
            if answer is None:
                return self._no_answer(question)
            facts = facts_of(answer, facts, self._model.ignored)
        if self._garbage >= _MUCH_GARBAGE:
            return _garbled(self._garbage)
        return judge(facts)

    def print(self, job: Job) -> PrintOutcome:
        """Send a job in one go and wait until it is out, or something stopped it."""
        self.job_begun = False
        before = self.check()
        if not before.usable:
            return NotPrinted(before)
        self._clear_line()
        data = job.data
        if self._model.in_order_answer and self._model.status != "none":
            data += Question.PAPER_IN_ORDER.value
        began, self.job_begun = time.monotonic(), True
        self._port.write(data, job.line_s * 1.5 + job.paper_s + PATIENCE_S)
        if self._model.status == "none":
            return Printed(len(data), confirmed=False)
        return self._until_out(len(data), job, began)

    def recover(self) -> Status:
        """Tell the printer that the attendant is done, drop what was left of the job, ask again."""
        self._port.write(b"\x10\x05\x02", WRITE_S)
        self._listen(time.monotonic() + AFTER_CUT_S)
        self._port.write(to_bytes(start_up(self._model)), WRITE_S)
        return self.check()

    def _until_out(self, size: int, job: Job, began: float) -> PrintOutcome:
        if self._model.in_order_answer:
            self._decoder.expect(Question.PAPER_IN_ORDER)
        quiet_until = began + job.line_s + POLL_IN_JOB_S
        deadline = began + job.line_s + job.paper_s + PATIENCE_S
        hot_until = deadline + HOT_S
        if self._heard_in_order(self._listen(quiet_until, stop_early=True)):
            return self._outcome(size)
        while True:
            status, done = self._look()
            if done or (not self._model.in_order_answer and time.monotonic() > deadline - PATIENCE_S + AFTER_CUT_S):
                return self._outcome(size)
            if status.word is StatusWord.NOT_TAKEN:
                return self._outcome(size)  # it was not so before the job: this slip hangs in the mouth
            if not status.usable:
                return NotPrinted(status, partial=True)
            if time.monotonic() > (hot_until if status.word is StatusWord.BUSY else deadline):
                return _overdue(status, size)
            if self._heard_in_order(self._listen(time.monotonic() + POLL_IN_JOB_S, stop_early=True)):
                return self._outcome(size)

    def _look(self) -> tuple[Status, bool]:
        """One round of real-time questions in mid-job; also whether the job's own question was answered meanwhile.

        With ASB nothing is asked: its blocks come by themselves.
        """
        if self._asb and self._block is not None:
            return judge(facts_of_asb(self._block)), False
        facts, done = Facts(), False
        for question in self._questions():
            answers = self._exchange(question)
            done = done or self._heard_in_order(answers)
            answer = next((given for given in answers if given.question is question), None)
            if answer is None:
                return self._no_answer(question), done
            facts = facts_of(answer, facts, self._model.ignored)
        return judge(facts), done

    def _outcome(self, size: int) -> PrintOutcome:
        """The job's last question was answered: it is out, unless the knife or the cover says otherwise."""
        after = self.check()
        if after.word in (StatusWord.JAMMED, StatusWord.COVER_OPEN, StatusWord.FAULT):
            return NotPrinted(after, partial=True)
        return Printed(size, confirmed=after.word in _SETTLED or after.word is StatusWord.NO_PAPER)

    def _questions(self) -> tuple[Question, ...]:
        basic = (Question.PRINTER, Question.OFFLINE_CAUSE, Question.ERROR_CAUSE, Question.PAPER)
        return (*basic, Question.CUSTOM_FULL) if self._not_taken is NotTaken.CUSTOM20 else basic

    def _ask(self, question: Question) -> Answer | None:
        answers = self._exchange(question)
        return next((answer for answer in answers if answer.question is question), None)

    def _exchange(self, question: Question) -> list[Answer]:
        self._port.write(question.value, WRITE_S)
        self._decoder.expect(question)
        return self._listen(time.monotonic() + ANSWER_S, wanted=question)

    def _listen(self, deadline: float, *, wanted: Question | None = None, stop_early: bool = False) -> list[Answer]:
        """Collect answers until the deadline, or until the wanted one (or, to stop early, any) is there."""
        heard: list[Answer] = []
        while (left := deadline - time.monotonic()) > 0:
            heard += self._keep(self._decoded(self._port.read(_CHUNK, left)))
            if any(answer.question is wanted or stop_early for answer in heard):
                break
        return heard

    def _decoded(self, data: bytes) -> list[Answered]:
        return self._decoder.feed_packet(data) if self._in_packets else self._decoder.feed(data)

    def _keep(self, events: list[Answered]) -> list[Answer]:
        """Put aside what is no answer: blocks where `check` looks, garbage as a count."""
        heard: list[Answer] = []
        for event in events:
            match event:
                case Answer():
                    heard.append(event)
                case Asb():
                    self._block = event.data
                case Stray():
                    self._garbage += len(event.data)
        return heard

    def _heard_in_order(self, answers: list[Answer]) -> bool:
        return any(answer.question is Question.PAPER_IN_ORDER for answer in answers)

    def _clear_line(self) -> None:
        """Late answers of earlier questions must not be taken for new ones; many bytes nobody asked for are garbage."""
        self._decoder.forget(keep_block=True)
        self._garbage = 0
        for _ in range(8):
            data = self._port.read(_CHUNK, 0.0)
            if not data:
                break
            self._keep(self._decoded(data))
        self._decoder.forget(keep_block=True)

    def _no_answer(self, question: Question) -> Status:
        if self._garbage >= _MUCH_GARBAGE:
            return _garbled(self._garbage)
        number = question.value[2]
        return Status(StatusWord.OFFLINE, f"no answer to DLE EOT {number}: check power, cable and baud rate")


def _garbled(count: int) -> Status:
    return Status(StatusWord.FAULT, f"{count} bytes that are no status: check baud rate, parity and wiring")


def _overdue(status: Status, size: int) -> PrintOutcome:
    """The printer says it is well but never answered the job's last question: it may be out."""
    if status.word in _SETTLED:
        return Printed(size, confirmed=False)
    return NotPrinted(status, partial=True)
