"""A unit's report left at its hub, under the unit's own credential."""

import ssl
from pathlib import Path
from typing import Any

import msgspec

from config.unit import UnitConfig
from hall.sync.credential import Credential, NoCredential, load_credential, pinned_ca
from hall.wire.enrolment import BEARER_HEADER, Bearer, Challenge, ChallengeRequest, Problem

TIMEOUT_S = 20.0


class NotLeft(msgspec.Struct, frozen=True):
    """The hub does not have it; `reason` says what to do."""

    reason: str


def leave(config: UnitConfig, content: bytes) -> NotLeft | None:
    """Put a PDF on the hub's shelf as this unit's newest report."""
    import httpx

    state = Path(config.unit.state_dir)
    credential = load_credential(state)
    if isinstance(credential, NoCredential):
        return NotLeft(credential.reason)
    url = config.unit.hub_url
    ca = Path(config.unit.hub_ca) if config.unit.hub_ca else pinned_ca(state)
    try:
        trust: Any = ssl.create_default_context(cafile=str(ca)) if ca and url.startswith("https:") else True
        with httpx.Client(base_url=url, verify=trust, trust_env=False, timeout=TIMEOUT_S) as http:
            return _left(http, credential, content)
    except (httpx.HTTPError, OSError) as problem:
        return NotLeft(f"{url}: no answer ({type(problem).__name__}); is the hub running, and the network cable in?")
    except msgspec.MsgspecError:
        return NotLeft(f"{url}: what answered is no hub of this version")


def _left(http: Any, credential: Credential, content: bytes) -> NotLeft | None:
    asked = http.post("/v1/challenge", content=msgspec.json.encode(ChallengeRequest(credential.unit)), headers=_JSON)
    nonce = msgspec.json.decode(asked.content, type=Challenge).nonce
    bought = http.post("/v1/token", content=msgspec.json.encode(credential.sign(nonce)), headers=_JSON)
    if not bought.is_success:
        return NotLeft(_why(bought))
    bearer = msgspec.json.decode(bought.content, type=Bearer).bearer
    headers = {BEARER_HEADER: f"Bearer {bearer}", "Content-Type": "application/pdf"}
    answer = http.put(f"/v1/reports/{credential.unit}", content=content, headers=headers)
    return None if answer.is_success else NotLeft(_why(answer))


_JSON = {"Content-Type": "application/json"}


def _why(answer: Any) -> str:
    try:
        return msgspec.json.decode(answer.content, type=Problem).message
    except msgspec.MsgspecError:
        return f"the hub said HTTP {answer.status_code}"
