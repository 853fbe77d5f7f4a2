"""The way up over HTTPS: this hub is a unit of its parent, enrolled and signed in like any other."""

import email.utils
import ssl
import time
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hall.wire.enrolment import Bearer, Challenge, ChallengeRequest, Enrolled, EnrolRequest, TokenRequest, signing_input
from hall.wire.ingest import IngestAnswer, SealedPersons
from server.auth.keys import write_secret
from server.ship.courier import Undelivered

Answer = TypeVar("Answer")
TIMEOUT_S = 20.0


class _Identity(msgspec.Struct, frozen=True):
    """What this hub keeps of its enrolment at the parent."""

    private: bytes
    enrolled: Enrolled


class HttpCourier:
    """Carries batches to `url`. Enrols with the token file once, then proves itself by its own key."""

    def __init__(self, url: str, token_file: Path, ca: Path | None, identity_file: Path) -> None:
        self._url = url.rstrip("/")
        self._token_file = token_file
        self._ca = ca
        self._identity_file = identity_file
        self._client: httpx.AsyncClient | None = None
        self._identity: _Identity | None = None
        self._bearer = ""

    async def parent_key(self) -> bytes | Undelivered:
        """Return the parent's key, as enrolment gave it."""
        identity = await self._known()
        return identity if isinstance(identity, Undelivered) else identity.enrolled.hub_key

    async def deliver(self, batch: bytes) -> IngestAnswer | Undelivered:
        """Bring a batch; a bearer that has run out is renewed once."""
        return await self._signed("/v1/ingest", batch, "application/octet-stream", IngestAnswer)

    async def deliver_persons(self, persons: SealedPersons) -> Undelivered | None:
        """Bring sealed people."""
        content = msgspec.json.encode(persons)
        answer = await self._signed("/v1/ingest/persons", content, "application/json", dict[str, Any])
        return answer if isinstance(answer, Undelivered) else None

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _signed(self, path: str, content: bytes, kind: str, wanted: type[Answer]) -> Answer | Undelivered:
        for _ in range(2):
            if not self._bearer:
                trouble = await self._sign_in()
                if trouble is not None:
                    return trouble
            headers = {"Authorization": f"Bearer {self._bearer}", "Content-Type": kind}
            response = await self._post(path, content, headers)
            if isinstance(response, httpx.Response) and response.status_code == 401:
                self._bearer = ""
                continue
            return response if isinstance(response, Undelivered) else _read(response, wanted)
        return Undelivered("the parent refuses this hub's credential (401); enrol it again with a new token")

    async def _sign_in(self) -> Undelivered | None:
        identity = await self._known()
        if isinstance(identity, Undelivered):
            return identity
        unit, hall = identity.enrolled.unit, identity.enrolled.hall
        challenge = await self._ask("/v1/challenge", ChallengeRequest(unit), Challenge)
        if isinstance(challenge, Undelivered):
            return challenge
        key = Ed25519PrivateKey.from_private_bytes(identity.private)
        signature = key.sign(signing_input(hall, unit, challenge.nonce))
        bearer = await self._ask("/v1/token", TokenRequest(unit, challenge.nonce, signature), Bearer)
        if isinstance(bearer, Undelivered):
            return bearer
        self._bearer = bearer.bearer
        return None

    async def _known(self) -> _Identity | Undelivered:
        if self._identity is None:
            try:
                self._identity = msgspec.json.decode(self._identity_file.read_bytes(), type=_Identity)
            except FileNotFoundError:
                return await self._enrol()
            except (OSError, msgspec.MsgspecError):
                return Undelivered(f"{self._identity_file} cannot be read; remove it and enrol with a new token")
        return self._identity

    async def _enrol(self) -> _Identity | Undelivered:
        try:
            token = self._token_file.read_text().strip()
        except OSError as problem:
            return Undelivered(f"hub.parent_token_file {self._token_file}: {problem.strerror}")
        key = Ed25519PrivateKey.generate()
        request = EnrolRequest(token, key.public_key().public_bytes_raw())
        enrolled = await self._ask("/v1/enrol", request, Enrolled)
        if isinstance(enrolled, Undelivered):
            return enrolled
        self._identity = _Identity(key.private_bytes_raw(), enrolled)
        write_secret(self._identity_file, msgspec.json.encode(self._identity))
        return self._identity

    async def _ask(self, path: str, body: msgspec.Struct, wanted: type[Answer]) -> Answer | Undelivered:
        response = await self._post(path, msgspec.json.encode(body), {"Content-Type": "application/json"})
        return response if isinstance(response, Undelivered) else _read(response, wanted)

    async def _post(self, path: str, content: bytes, headers: dict[str, str]) -> httpx.Response | Undelivered:
        try:
            return await self._connected().post(path, content=content, headers=headers)
        except httpx.HTTPError as problem:
            return Undelivered(f"{self._url}: {type(problem).__name__} {problem}".strip())
        except OSError as problem:
            return Undelivered(f"hub.parent_ca {self._ca}: {problem.strerror or problem}")

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            trust = ssl.create_default_context(cafile=self._ca)
            self._client = httpx.AsyncClient(base_url=self._url, verify=trust, timeout=TIMEOUT_S, trust_env=False)
        return self._client


def _read(response: httpx.Response, wanted: type[Answer]) -> Answer | Undelivered:
    if response.is_success:
        try:
            return msgspec.json.decode(response.content, type=wanted)
        except msgspec.MsgspecError:
            return Undelivered("the parent answers in another form; is hub.parent_url a hall-server?")
    text = response.text[:200].replace("\n", " ")
    return Undelivered(f"the parent answers {response.status_code}: {text}", retry_after(response.headers, time.time()))


def retry_after(headers: httpx.Headers, now_s: float) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110 10.2.3: seconds or a date), or None."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now_s)
    except ValueError:
        return None
