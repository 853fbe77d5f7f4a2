"""An auditor's program: reads the log and the centre, as a reader's credential may, and nothing else."""

from pathlib import Path
from typing import Any

import httpx
import msgspec

from field.demo.wire import NotDone
from hall.sync.credential import CA_FILE, Credential, NoCredential, load_credential
from hall.sync.enrol import NotEnrolled, enrol
from hall.wire.enrolment import Bearer, Challenge, ChallengeRequest

TIMEOUT_S = 5.0
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


class Witness:
    """Reads one server. Enrols on first use; raises `NotDone` when the server does not answer."""

    def __init__(self, url: str, state: Path, token: str) -> None:
        enrolled = enrol(url, token, state)
        if isinstance(enrolled, NotEnrolled):
            raise NotDone(f"the witness could not be enrolled: {enrolled.reason}")
        credential = load_credential(state)
        if isinstance(credential, NoCredential):
            raise NotDone(credential.reason)
        self._url, self._ca, self._credential = url, state / CA_FILE, credential
        self._bearer = ""
        self.events: list[dict[str, Any]] = []

    def read(self) -> list[dict[str, Any]]:
        """Return every event so far, oldest first."""
        while page := self._page(self.events[-1]["seq"] if self.events else 0):
            self.events += page
        return self.events

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the bodies of one type of event, oldest first."""
        return [event["body"] for event in self.read() if event["type"] == kind]

    def ticket(self, number: str) -> dict[str, Any] | None:
        """Return the newest issued ticket of a number."""
        issued = [body["ticket"] for kind in ("ticket.issued", "ticket.entered_offline") for body in self.of(kind)]
        return next((one for one in reversed(issued) if one["number"] == number), None)

    def about(self, uid: str) -> list[str]:
        """Return the types of all events about a ticket, in order."""
        return [event["type"] for event in self.read() if _names(event["body"], uid)]

    def get(self, path: str) -> Any:
        """Return a JSON answer.

        Raises:
            NotDone: no answer, or a refusal.

        """
        answer = self._send("GET", path)
        if answer.status_code >= 400:
            raise NotDone(f"GET {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json()

    def _page(self, after: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/v1/events?after={after}")["events"]
        return found

    def _send(self, method: str, path: str) -> httpx.Response:
        try:
            with self._client() as http:
                if not self._bearer:
                    self._bearer = _buy_bearer(http, self._credential)
                answer = http.request(method, path, headers=self._headers())
                if answer.status_code == 401:
                    self._bearer = _buy_bearer(http, self._credential)
                    answer = http.request(method, path, headers=self._headers())
                return answer
        except httpx.HTTPError as problem:
            raise NotDone(f"{self._url}{path}: {type(problem).__name__}") from problem

    def _client(self) -> httpx.Client:
        import ssl

        trust = ssl.create_default_context(cafile=str(self._ca))
        return httpx.Client(base_url=self._url, verify=trust, trust_env=False, timeout=TIMEOUT_S)

    def _headers(self) -> dict[str, str]:
        return {**JSON, "Authorization": f"Bearer {self._bearer}"}


def _buy_bearer(http: httpx.Client, credential: Credential) -> str:
    request = msgspec.json.encode(ChallengeRequest(credential.unit))
    nonce = msgspec.json.decode(http.post("/v1/challenge", content=request, headers=JSON).content, type=Challenge).nonce
    signed = msgspec.json.encode(credential.sign(nonce))
    answer = http.post("/v1/token", content=signed, headers=JSON)
    if answer.status_code >= 400:
        raise NotDone(f"no bearer for the witness: {answer.status_code}")
    return msgspec.json.decode(answer.content, type=Bearer).bearer


def _names(body: dict[str, Any], uid: str) -> bool:
    ticket = body.get("ticket")
    return ticket == uid or (isinstance(ticket, dict) and ticket.get("uid") == uid)
