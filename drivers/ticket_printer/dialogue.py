"""Talking to one printer over one open port: ask, check, print, recover. Runs in the device's own thread.

Every wait has a limit, silence is never "paper OK", and a job is followed by a question that is only answered after
everything before it was printed. While bytes of a job may still be on the line nothing else is asked.
"""

import time
from typing import NamedTuple

from drivers.ticket_printer.layout import start_up
from drivers.ticket_printer.model import Model
from drivers.ticket_printer.protocol import (
    Answer,
    Facts,
    NotTaken,
    Question,
    StatusDecoder,
    Stray,
    facts_of,
    judge,
    to_bytes,
)
from drivers.transport.base import Transport
from hall.ports.status import Status, StatusWord
from hall.ports.ticket_printer import NotPrinted, Printed, PrintOutcome

ANSWER_S = 0.35
"""Printers answer real-time commands in under 0.1 s, some USB bridges add 0.2 s."""
WRITE_S = 0.5
AFTER_CUT_S = 0.4
POLL_IN_JOB_S = 0.3
PATIENCE_S = 3.0
"""Beyond the time that the line and the paper need."""
HOT_S = 60.0
"""So long a job waits for a print head that cools down by itself."""
_MUCH_GARBAGE = 6
"""More bytes than the late answers of one round."""
_CHUNK = 256
_SETTLED = frozenset({StatusWord.READY, StatusWord.PAPER_LOW, StatusWord.NOT_TAKEN})


class Job(NamedTuple):
    """One slip as bytes, and how long line and paper need for it."""

    data: bytes
    line_s: float
    paper_s: float


class Dialogue:
    """One connection. Every method raises TransportLost when the cable goes."""

    def __init__(self, port: Transport, model: Model, not_taken: NotTaken) -> None:
        self._port, self._model, self._not_taken = port, model, not_taken
        self._decoder = StatusDecoder(not_taken, asb=False)
        self._garbage = 0
        self.job_begun = False
        """Whether some of the latest job may have reached the printer."""
        self.last = Status(StatusWord.UNKNOWN, "not asked yet")
        """What the last `check` found."""

    def check(self) -> Status:
        """Ask for everything the model can tell; at most 2 s."""
        self.last = self._checked()
        return self.last

    def _checked(self) -> Status:
        self._clear_line()  # also how a model that never answers is seen to have lost its port
        if self._model.status == "none":
            return Status(StatusWord.UNKNOWN, "this model never answers")
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
        """One round of real-time questions in mid-job; also whether the job's own question was answered meanwhile."""
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
            for event in self._decoder.feed(self._port.read(_CHUNK, left)):
                if isinstance(event, Answer):
                    heard.append(event)
                elif isinstance(event, Stray):
                    self._garbage += len(event.data)
            if any(answer.question is wanted or stop_early for answer in heard):
                break
        return heard

    def _heard_in_order(self, answers: list[Answer]) -> bool:
        return any(answer.question is Question.PAPER_IN_ORDER for answer in answers)

    def _clear_line(self) -> None:
        """Late answers of earlier questions must not be taken for new ones; many bytes nobody asked for are garbage."""
        self._decoder.forget()
        self._garbage = 0
        for _ in range(8):
            data = self._port.read(_CHUNK, 0.0)
            if not data:
                break
            self._garbage += sum(len(event.data) for event in self._decoder.feed(data) if isinstance(event, Stray))
        self._decoder.forget()

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
