"""Read what came over HTTP into the step's inputs. Never raises on input."""

import msgspec

from hall.domain.ids import CommandKey
from hall.sync.documents import Delivered, Unacceptable, Undelivered
from hall.sync.inputs import (
    Answered,
    Failed,
    Failure,
    Heard,
    StreamEvent,
    StreamHead,
    StreamLost,
    ViewFailed,
    ViewFetched,
)
from hall.wire.enrolment import REPLACED, Problem
from hall.wire.events import Event
from hall.wire.replies import RefusalCode, Refused, Reply
from hall.wire.stream import STREAM_END, STREAM_HEAD
from hall.wire.view import HallView

_FINAL = {400: RefusalCode.MALFORMED, 413: RefusalCode.TOO_LARGE, 422: RefusalCode.MALFORMED}
"""Statuses that condemn the request itself, whoever in between said so."""
NOT_AN_ANSWER = {
    RefusalCode.STORE_FAILED: Failure.SERVER_ERROR,
    RefusalCode.BAD_TOKEN: Failure.UNAUTHORISED,
    RefusalCode.STALE_EPOCH: Failure.STALE_EPOCH,
}
"""Refusals that the hub does not keep under the key: the command is still to be decided."""

REFUSED_KEY = {Failure.UNAUTHORISED: Failure.NOT_ENROLLED}
"""What the refusal of a signed challenge means: the key itself is not known."""


def read_reply(key: CommandKey, status: int, body: bytes) -> Answered | Failed:
    """Read the answer to a command."""
    try:
        reply = msgspec.json.decode(body, type=Reply)
    except msgspec.MsgspecError:
        return _without_reply(key, status, body)
    if reply.key not in {key, ""}:
        return Failed(key, Failure.MALFORMED_REPLY)
    return Answered(key, msgspec.structs.replace(reply, key=key))


def _without_reply(key: CommandKey, status: int, body: bytes) -> Answered | Failed:
    code = _problem_code(body) or _FINAL.get(status)
    if code is not None and code is not RefusalCode.BAD_TOKEN:
        return Answered(key, Refused(key=key, code=code, message=f"HTTP {status}"))
    return Failed(key, failure_of(status))


def _problem_code(body: bytes) -> RefusalCode | None:
    try:
        return RefusalCode(msgspec.json.decode(body, type=Problem).code)
    except (msgspec.MsgspecError, ValueError):
        return None


def key_refusal(status: int, body: bytes) -> Failure:
    """Name why the hub gave no bearer: it may know the key, as one of a machine that was replaced."""
    try:
        replaced = status == 403 and msgspec.json.decode(body, type=Problem).code == REPLACED
    except msgspec.MsgspecError:
        replaced = False
    return Failure.REPLACED if replaced else failure_of(status)


def failure_of(status: int) -> Failure:
    """Name what a status without a usable body means."""
    if status == 401:
        return Failure.UNAUTHORISED
    if status == 403:
        return Failure.NOT_ENROLLED
    if status in {409, 410}:
        return Failure.GONE
    return Failure.MALFORMED_REPLY if status < 400 else Failure.SERVER_ERROR


def read_delivery(sha256: str, status: int) -> Delivered | Undelivered | Unacceptable:
    """Read the answer to a document. What condemns the document itself is final; everything else may pass."""
    if status in {200, 201}:
        return Delivered(sha256)
    if status in _FINAL:
        return Unacceptable(sha256, _FINAL[status].value)
    return Undelivered(failure_of(status))


def read_view(status: int, body: bytes) -> ViewFetched | ViewFailed:
    """Read the answer to a request for the view."""
    if status != 200:
        return ViewFailed(failure_of(status))
    try:
        return ViewFetched(msgspec.json.decode(body, type=HallView))
    except msgspec.MsgspecError:
        return ViewFailed(Failure.MALFORMED_REPLY)


def read_message(kind: str, data: str) -> Heard | None:
    """Read a message of the stream; None for one that says nothing, or that this program does not know."""
    if kind == STREAM_END:
        return StreamLost(Failure.REFUSED_CONNECTION)  # the hub closes, and can go on from here when it is back
    if kind == STREAM_HEAD:
        return StreamHead(int(data)) if data.isascii() and data.isdigit() and len(data) < 19 else None
    if kind != "message" or not data:
        return None
    event = read_event(data)
    return StreamLost(Failure.GONE) if event is None else StreamEvent(event)


def read_event(data: str) -> Event | None:
    """Read an event of the stream; None for one that this program does not know, so that the view has to do."""
    try:
        return msgspec.json.decode(data, type=Event)
    except msgspec.MsgspecError:
        return None
