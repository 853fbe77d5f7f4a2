"""`enrol URL TOKEN`: the one time that a unit talks to a hub it does not know yet.

The token's second half is the SHA-256 of the hub's CA certificate, so the CA fetched over an unverified line is
checked before anything secret is sent; without that half (demo tokens) the first use is trusted. From then on the
unit trusts that CA alone. Blocking; used by a command line, never by a face.
"""

import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from hall.sync.credential import CA_FILE, ENROLLED_FILE, KEY_FILE, keep
from hall.wire.enrolment import Enrolled, EnrolRequest, Problem, split_token

TIMEOUT_S = 10.0


@dataclass(frozen=True)
class NotEnrolled:
    """Enrolment failed and nothing was changed; `reason` is for the technician."""

    reason: str


def enrol(url: str, token: str, state_dir: Path, unit: str = "") -> Enrolled | NotEnrolled:
    """Make the unit's key, exchange the one-time token, pin the CA, and keep all three in `state_dir`.

    A token that would make this machine another unit than `unit` is refused by the hub, and stays good.
    """
    import httpx
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret, fingerprint = split_token(token)
    key = Ed25519PrivateKey.generate()
    try:
        ca = _fetch_ca(url, fingerprint) if url.startswith("https:") else ""
        if isinstance(ca, NotEnrolled):
            return ca
        trust: Any = ssl.create_default_context(cadata=ca) if ca else True
        request = EnrolRequest(token=secret, public_key=key.public_key().public_bytes_raw(), unit=unit)
        with httpx.Client(base_url=url, verify=trust, trust_env=False, timeout=TIMEOUT_S) as http:
            answer = http.post(
                "/v1/enrol", content=msgspec.json.encode(request), headers={"Content-Type": "application/json"}
            )
    except (httpx.HTTPError, ssl.SSLError) as problem:
        return NotEnrolled(_no_talk(url, problem))
    if not answer.is_success:
        return NotEnrolled(f"{url}: {_why(answer.status_code, answer.content)}")
    try:
        enrolled = msgspec.json.decode(answer.content, type=Enrolled)
    except msgspec.MsgspecError as problem:
        return NotEnrolled(f"{url}: the answer is not one of a hub of this version ({problem})")
    return _keep_all(state_dir, enrolled, key.private_bytes_raw(), ca)


def _fetch_ca(url: str, fingerprint: str) -> str | NotEnrolled:
    import httpx

    # The certificate cannot be verified before it is known; its fingerprint is what is checked.
    with httpx.Client(base_url=url, verify=False, trust_env=False, timeout=TIMEOUT_S) as http:  # noqa: S501  # see above
        answer = http.get("/v1/ca")
    if not answer.is_success:
        return NotEnrolled(f"{url}: no CA certificate (HTTP {answer.status_code})")
    try:
        der = ssl.PEM_cert_to_DER_cert(answer.text.strip())
    except ValueError:
        return NotEnrolled(f"{url}: what came is no CA certificate")
    if fingerprint and hashlib.sha256(der).hexdigest() != fingerprint:
        return NotEnrolled(f"{url}: this hub's CA is not the one of the token; is it the right hub?")
    return answer.text


def _no_talk(url: str, problem: Exception) -> str:
    """Say what a technician looks at when there is no conversation at all."""
    if "CERTIFICATE_VERIFY_FAILED" in str(problem):
        return f"{url}: its certificate is not of the hub that made the token, or for another address ({problem})"
    return f"{url}: no answer ({type(problem).__name__}); is the address right, is the hub running, and the cable in?"


def _why(status: int, body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Problem).message
    except msgspec.MsgspecError:
        return f"HTTP {status}"


def _keep_all(state_dir: Path, enrolled: Enrolled, key: bytes, ca: str) -> Enrolled | NotEnrolled:
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        keep(state_dir / KEY_FILE, key)
        if ca:
            keep(state_dir / CA_FILE, ca.encode())
        keep(state_dir / ENROLLED_FILE, msgspec.json.encode(enrolled))
    except OSError as problem:
        return NotEnrolled(f"{state_dir}: the token is used up, but nothing could be kept ({problem.strerror})")
    return enrolled
