"""A link in memory: keeps what was submitted, answers when told to."""

import itertools
from collections.abc import Callable
from typing import Any

from hall.domain.ids import CaseNumber, ClerkId, CommandKey, CounterId
from hall.sync.link import Answered, LinkEvent, Question, Replied
from hall.wire.commands import Command
from hall.wire.replies import Reply


class FakeLink:
    """A `Link` whose hub is the test. `answer` is called with each command, and may return its reply at once."""

    def __init__(self, answer: Callable[[Command], Reply | None] = lambda _command: None) -> None:
        self.answer = answer
        self.submitted: list[Command] = []
        self.asked: list[Question] = []
        self.sessions: list[tuple[str, str]] = []
        self.closed_sessions = 0
        self.away = False
        self._keys = itertools.count(1)
        self._hear: Callable[[LinkEvent], None] = lambda _event: None

    def start(self, hear: Callable[[LinkEvent], None]) -> None:
        self._hear = hear

    def submit(self, command: Command) -> None:
        self.submitted.append(command)
        reply = self.answer(command)
        if reply is not None:
            self.say(Replied(command.key, reply, offline=self.away))

    def say(self, event: LinkEvent) -> None:
        """Let the face hear something."""
        self._hear(event)

    def of(self, kind: type[Any]) -> list[Any]:
        """Return the commands of one kind, in order."""
        return [command for command in self.submitted if isinstance(command, kind)]

    def new_key(self) -> CommandKey:
        return CommandKey(f"key-{next(self._keys)}")

    def ask(self, question: Question) -> None:
        self.asked.append(question)

    def answer_question(self, status: int, body: Any = None, question: str = "") -> None:
        """Answer the newest question, or a named one."""
        self.say(Answered(question or self.asked[-1].id, status, body))

    def open_session(self, clerk: ClerkId, pin: str, counter: CounterId | None = None) -> str:
        self.sessions.append((clerk, pin))
        return f"session-{len(self.sessions)}"

    def close_session(self) -> str:
        self.closed_sessions += 1
        return "closed"

    def query_case(self, case: CaseNumber, code: str) -> str:
        question = Question(id=self.new_key(), method="POST", path="/v1/cases/query", body={"case": case, "code": code})
        self.ask(question)
        return question.id

    @property
    def pending(self) -> int:
        return 0

    def stop(self) -> None:
        self._hear = lambda _event: None
