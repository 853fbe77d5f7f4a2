"""An enrolled unit that only speaks HTTP to its hub: issues numbers, or presses the keys of many counters."""

import ssl
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uuid_utils

from field.demo.wire import NotDone
from hall.sync.credential import CA_FILE, NoCredential, load_credential
from hall.sync.enrol import NotEnrolled, enrol
from hall.wire.enrolment import SESSION_HEADER, Bearer, Challenge, ChallengeRequest

TIMEOUT_S = 10.0
JSON = {"Content-Type": "application/json"}


class UnitOnLine:
    """One keep-alive connection under the unit's own credential. Every method raises `NotDone` when refused."""

    def __init__(self, url: str, state: Path, token: str) -> None:
        enrolled = enrol(url, token, state)
        credential = load_credential(state)
        if isinstance(enrolled, NotEnrolled) or isinstance(credential, NoCredential):
            raise NotDone(f"not enrolled: {enrolled}")
        trust = ssl.create_default_context(cafile=str(state / CA_FILE))
        self._http = httpx.Client(base_url=url, verify=trust, trust_env=False, timeout=TIMEOUT_S)
        asked = self._send("/v1/challenge", msgspec.json.encode(ChallengeRequest(credential.unit)), {})
        signed = credential.sign(msgspec.json.decode(asked, type=Challenge).nonce)
        bearer = msgspec.json.decode(self._send("/v1/token", msgspec.json.encode(signed), {}), type=Bearer).bearer
        self._headers = {"Authorization": f"Bearer {bearer}"}

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def session(self, counter: str, clerk: str, pin: str) -> str:
        """Sign a clerk in at a counter and return the session."""
        body = msgspec.json.encode({"clerk": clerk, "pin": pin, "counter": counter})
        session = str(msgspec.json.decode(self._send("/v1/sessions", body, self._headers))["session"])
        self.command("sign_in", session, counter=counter, clerk=clerk)
        return session

    def command(self, do: str, session: str = "", **fields: Any) -> dict[str, Any]:
        """Send a command and return the reply."""
        key = str(uuid_utils.uuid7())
        headers = {**self._headers, SESSION_HEADER: session} if session else self._headers
        raw = self._send("/v1/commands", msgspec.json.encode({"do": do, "key": key, **fields}), headers)
        reply: dict[str, Any] = msgspec.json.decode(raw)
        return reply

    def take_number(self, item: str) -> str:
        """Issue and confirm a number; return it."""
        ticket = self.command("issue", item=item)["ticket"]
        self.command("confirm", ticket=ticket["uid"])
        return str(ticket["number"])

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        try:
            answer = self._http.post(path, content=body, headers={**JSON, **headers})
        except httpx.HTTPError as problem:
            raise NotDone(f"{path}: {type(problem).__name__}") from problem
        if answer.status_code >= 400:
            raise NotDone(f"{path}: {answer.status_code} {answer.text[:200]}")
        return answer.content
