"""``POST /v1/commands``: the hot path, straight on ASGI (measured at half the cost of a framework's route).

One JSON command in, one JSON reply out. The status is 200 for ``done`` and the refusal's own otherwise; a body that
is no command is 400 with a text that names the field, one of more than `MAX_BODY` bytes is 413, an unknown bearer
401, a role that may not is 403. These four never reached the hub and are not stored under the key.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from hall.domain.ids import CommandKey
from hall.wire import commands as cmd
from hall.wire.commands import AnyCommand
from hall.wire.replies import HTTP_STATUS, RefusalCode, Refused
from hall.wire.seal import SealError
from server.api.seams import Gate, Vault
from server.api.wire import Gone, Receive, Scope, Send, TooLarge, answer, bearer_of, body_of, encode
from server.hub.core import Hub
from server.hub.step import Received

MAX_BODY = 262_144
MAX_KEY = 64
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding foreign bytes may raise: msgspec leaves a string that is no UTF-8 to the codec."""
CLOSE = ((b"connection", b"close"),)

_decode = msgspec.json.Decoder(AnyCommand).decode
_KINDS: dict[type[Any], str] = {kind: str(kind.__struct_config__.tag) for kind in AnyCommand.__args__}


class _Keyed(msgspec.Struct):
    key: str = ""


class Commands:
    """The route."""

    def __init__(self, hub: Hub, gate: Gate, vault: Vault, count: Callable[[str, str], None]) -> None:
        """`count(kind, outcome)` is told of every answer."""
        self._hub = hub
        self._gate = gate
        self._vault = vault
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        bearer, session = bearer_of(scope)
        actor = self._gate.actor(bearer, session)
        if actor is None:
            await self._refuse(send, "", RefusalCode.BAD_TOKEN, "no or unknown bearer; enrol, or renew it")
            return
        try:
            body = await body_of(scope, receive, MAX_BODY)
        except Gone:
            return
        except TooLarge:
            await self._refuse(send, "", RefusalCode.TOO_LARGE, f"more than {MAX_BODY} bytes", CLOSE)
            return
        try:
            command = _checked(_decode(body))
        except UNREADABLE as problem:
            await self._refuse(send, _key_in(body), RefusalCode.MALFORMED, f"not a command: {problem}")
            return
        if not self._gate.may(actor, command):
            kind = _KINDS[type(command)]
            await self._refuse(send, command.key, RefusalCode.FORBIDDEN, f"{actor.role} may not {kind}")
            return
        received = Received(command, actor)
        if _is_personal(command):
            try:
                received = Received(*_in_order(self._vault.receive(command), actor))
            except SealError:
                message = "a sealed field is not for this hub, or damaged; fetch the hub's key again"
                await self._refuse(send, command.key, RefusalCode.MALFORMED, message)
                return
        await self._ask(send, received)

    async def _ask(self, send: Send, received: Received) -> None:
        found = await self._hub.ask(received)
        reply = found.reply
        outcome = "done"
        status = 200
        if type(reply) is Refused:
            outcome, status = reply.code, reply.http_status
        self._count(_KINDS[type(received.command)], outcome)
        await answer(send, status, found.raw)

    async def _refuse(
        self,
        send: Send,
        key: str,
        code: RefusalCode,
        message: str,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        self._count("unread", code)
        reply = Refused(key=CommandKey(key), code=code, message=message)
        await answer(send, HTTP_STATUS[code], encode(reply), more=headers)


def _in_order(opened: tuple[Any, Any, Any], actor: Any) -> tuple[Any, Any, Any, Any]:
    command, persons, forms = opened
    return command, actor, persons, forms


def _checked(command: AnyCommand) -> AnyCommand:
    if not 0 < len(command.key) <= MAX_KEY:
        raise msgspec.ValidationError(f"Expected 1 to {MAX_KEY} characters - at `$.key`")
    return command


def _is_personal(command: AnyCommand) -> bool:
    """Say whether the vault must see the command: it carries sealed fields, or names a person, which no unit may."""
    match command:
        case cmd.UploadOffline():
            return True
        case cmd.IssueTicket() | cmd.ReprintTicket():
            return command.sealed_person is not None or command.person is not None
        case cmd.SubmitCase():
            return not (command.sealed_person is None and command.sealed_form is None and command.person is None)
    return False


def _key_in(body: bytes) -> str:
    """Return the key of a command that could not be read otherwise, so that its sender can match the answer."""
    try:
        return msgspec.json.decode(body, type=_Keyed).key[:MAX_KEY]
    except UNREADABLE:
        return ""
