"""The unit's requests to its hub, each ending in an input for the step. Runs on the loop's thread only.

`httpx` is imported when the client is made, which is after the first frame.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec

from hall import hidden
from hall.store.documents import Waiting
from hall.sync import inputs as io
from hall.sync.answers import failure_of, key_refusal, read_delivery, read_message, read_reply, read_view
from hall.sync.credential import Credential
from hall.sync.documents import Delivered, Unacceptable, Undelivered
from hall.sync.link import Answered, Question
from hall.wire.enrolment import BEARER_HEADER, SESSION_HEADER, Bearer, Challenge, ChallengeRequest, Session
from hall.wire.headers import EPOCH_HEADER
from hall.wire.replies import RefusalCode

if TYPE_CHECKING:
    import httpx

REQUEST_S = 2.5
"""A command that takes longer is sent again. Below `hub_away_s`, so that one lost packet is not yet an outage."""
CONNECT_S = 2.0
QUESTION_S = 10.0
UPLOAD_S = 30.0
"""A document may stand still for so long on its way, and the hub may need so long to put it on its disk."""
STREAM_SILENCE_S = 30.0
"""The hub sends a heartbeat every few seconds; a stream silent for so long is dead."""
SESSIONS = "/v1/sessions"


@dataclass(frozen=True)
class HubAddress:
    """Where the hub is and whom to trust. `ca` None: the platform's own authorities."""

    url: str
    ca: Path | None = None


class HubClient:
    """One HTTP client with the unit's bearer and, at times, a clerk's session. Secrets are in memory only."""

    def __init__(self, address: HubAddress, credential: Credential | None) -> None:
        with hidden("click"):  # or httpx loads its command line, and rich with it: 9 MB
            import httpx

        self._httpx = httpx
        self._credential = credential
        self._bearer = ""
        self._session = ""
        self._refusals = 0
        trust: Any = True
        if address.ca is not None and address.url.startswith("https:"):
            trust = ssl.create_default_context(cafile=str(address.ca))
        self._http = httpx.AsyncClient(
            base_url=address.url,
            verify=trust,
            trust_env=False,
            timeout=httpx.Timeout(REQUEST_S, connect=CONNECT_S),
        )

    async def __aenter__(self) -> "HubClient":
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, problem, trace)

    async def send(self, order: io.Send) -> io.Answered | io.Failed:
        """Post a command."""
        key = order.command.key
        headers = {**self._headers(), EPOCH_HEADER: str(order.epoch), "Content-Type": "application/json"}
        try:
            answer = await self._http.post("/v1/commands", content=msgspec.json.encode(order.command), headers=headers)
        except self._httpx.HTTPError as problem:
            return io.Failed(key, self._failure(problem))
        self._count_refusals(answer.status_code)
        return read_reply(key, answer.status_code, answer.content)

    async def view(self) -> io.ViewFetched | io.ViewFailed:
        """Fetch the hall."""
        try:
            answer = await self._http.get("/v1/view", headers=self._headers())
        except self._httpx.HTTPError as problem:
            return io.ViewFailed(self._failure(problem))
        self._count_refusals(answer.status_code)
        return read_view(answer.status_code, answer.content)

    async def follow(self, after: int) -> AsyncIterator[io.Heard]:
        """Follow the log after `after`; the last thing yielded is the loss."""
        from httpx_sse import SSEError, aconnect_sse

        headers = {**self._headers(), "Last-Event-ID": str(after)}
        silence = self._httpx.Timeout(REQUEST_S, connect=CONNECT_S, read=STREAM_SILENCE_S)
        ask = {"headers": headers, "params": {"after": after}, "timeout": silence}
        try:
            async with aconnect_sse(self._http, "GET", "/v1/events", **ask) as source:
                if source.response.status_code != 200:
                    yield io.StreamLost(failure_of(source.response.status_code))
                    return
                async for message in source.aiter_sse():
                    heard = read_message(message.event, message.data)
                    if heard is None:
                        continue
                    yield heard
                    if isinstance(heard, io.StreamLost):
                        return
        except self._httpx.HTTPError as problem:
            yield io.StreamLost(self._failure(problem))
            return
        except SSEError:
            yield io.StreamLost(io.Failure.MALFORMED_REPLY)
            return
        yield io.StreamLost(io.Failure.REFUSED_CONNECTION)

    async def renew(self) -> io.Renewed:
        """Buy a new bearer with a signed challenge."""
        if self._credential is None:
            return io.Renewed(io.Failure.NOT_ENROLLED)
        try:
            asked = msgspec.json.encode(ChallengeRequest(self._credential.unit))
            answer = await self._http.post("/v1/challenge", content=asked, headers=_JSON)
            if not answer.is_success:
                return io.Renewed(failure_of(answer.status_code))
            challenge = msgspec.json.decode(answer.content, type=Challenge)
            signed = msgspec.json.encode(self._credential.sign(challenge.nonce))
            answer = await self._http.post("/v1/token", content=signed, headers=_JSON)
            if not answer.is_success:
                return io.Renewed(key_refusal(answer.status_code, answer.content))
            self._bearer = msgspec.json.decode(answer.content, type=Bearer).bearer
        except self._httpx.HTTPError as problem:
            return io.Renewed(self._failure(problem))
        except msgspec.MsgspecError:
            return io.Renewed(io.Failure.MALFORMED_REPLY)
        return io.Renewed()

    async def bring(self, waiting: Waiting) -> Delivered | Undelivered | Unacceptable:
        """Put a sealed document; renews the bearer once if it is refused. A clerk's session does not matter here."""
        answer = await self._bring(waiting)
        if answer == Undelivered(io.Failure.UNAUTHORISED) and (await self.renew()).failure is None:
            answer = await self._bring(waiting)
        return answer

    async def _bring(self, waiting: Waiting) -> Delivered | Undelivered | Unacceptable:
        headers = {**_SEALED, **({BEARER_HEADER: f"Bearer {self._bearer}"} if self._bearer else {})}
        patience = self._httpx.Timeout(UPLOAD_S, connect=CONNECT_S)
        path = f"/v1/documents/{waiting.sha256}"
        try:
            answer = await self._http.put(path, content=waiting.sealed, headers=headers, timeout=patience)
        except self._httpx.HTTPError as problem:
            return Undelivered(self._failure(problem))
        return read_delivery(waiting.sha256, answer.status_code)

    async def ask(self, question: Question) -> Answered:
        """Put a question; renews the bearer once if it is refused. A wrong PIN is 401 too, and asked only once."""
        answer = await self._ask(question)
        sessions = question.path == SESSIONS
        if _bearer_refused(answer, sessions) and (await self.renew()).failure is None:
            answer = await self._ask(question)
        if sessions:
            self._take_session(question, answer)
        return answer

    async def _ask(self, question: Question) -> Answered:
        body = {} if question.body is None else {"content": msgspec.json.encode(question.body)}
        headers = {**self._headers(), **(_JSON if body else {})}
        request: Any = self._http.request
        try:
            answer = await request(question.method, question.path, headers=headers, timeout=QUESTION_S, **body)
        except self._httpx.HTTPError as problem:
            return Answered(question.id, 0, self._failure(problem).value)
        if answer.headers.get("content-type", "").startswith(_AS_BYTES):
            return Answered(question.id, answer.status_code, answer.content)
        try:
            return Answered(question.id, answer.status_code, msgspec.json.decode(answer.content))
        except msgspec.MsgspecError:
            return Answered(question.id, answer.status_code, None)

    def _take_session(self, question: Question, answer: Answered) -> None:
        if question.method == "DELETE":
            self._session = ""
        elif answer.status in {200, 201}:
            try:
                self._session = msgspec.convert(answer.body, Session).session
            except msgspec.ValidationError:
                self._session = ""

    def _count_refusals(self, status: int) -> None:
        """A session that ended at the hub must not keep the unit itself out: after a second 401 it is dropped."""
        self._refusals = self._refusals + 1 if status == 401 else 0
        if self._refusals > 1:
            self._session = ""

    def _headers(self) -> dict[str, str]:
        headers = {BEARER_HEADER: f"Bearer {self._bearer}"} if self._bearer else {}
        return {**headers, SESSION_HEADER: self._session} if self._session else headers

    def _failure(self, problem: "httpx.HTTPError") -> io.Failure:
        cause: BaseException | None = problem
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return io.Failure.WRONG_HUB  # a handshake that merely broke off is a line like any other
            cause = cause.__cause__ or cause.__context__
        if isinstance(problem, self._httpx.TimeoutException):
            return io.Failure.TIMEOUT
        if isinstance(problem, self._httpx.DecodingError | self._httpx.RemoteProtocolError):
            return io.Failure.MALFORMED_REPLY
        return io.Failure.REFUSED_CONNECTION


_JSON = {"Content-Type": "application/json"}
_SEALED = {"Content-Type": "application/octet-stream"}
_AS_BYTES = ("application/pdf", "application/octet-stream")


def _bearer_refused(answer: Answered, sessions: bool) -> bool:
    """Whether a new bearer may help. Asked again, a wrong PIN would count as two towards the lock-out."""
    if answer.status != 401 or not sessions:
        return answer.status == 401
    return isinstance(answer.body, dict) and answer.body.get("code") == RefusalCode.BAD_TOKEN


async def follow_into(client: HubClient, after: int, feed: Any) -> None:
    """Hand every input of a stream to `feed`, until it is lost or cancelled."""
    stream = client.follow(after)
    try:
        async for given in stream:
            feed(given)
    except asyncio.CancelledError:
        raise
    finally:
        await stream.aclose()  # type: ignore[attr-defined]  # an async generator, declared by its protocol
