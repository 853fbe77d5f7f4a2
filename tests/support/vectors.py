"""The open test vectors of every device family: bytes with their meaning, from public sources."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from drivers import vocabulary
from drivers.vocabulary import Ask

VECTORS = Path(__file__).parent.parent / "captures" / "vectors.json"


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return found


def vectors(family: str, prefix: str = "") -> list[dict[str, Any]]:
    """Return a family's vectors whose id starts with the prefix; an empty answer is an error of the caller."""
    found = [vector for vector in _all()["vectors"] if vector["family"] == family and vector["id"].startswith(prefix)]
    assert found, f"no vectors of {family} {prefix}"
    return found


def vector_bytes(identity: str) -> bytes:
    """Return the bytes of one vector."""
    return bytes.fromhex(next(vector["hex"] for vector in _all()["vectors"] if vector["id"] == identity))


def ethnic_codes() -> dict[str, str]:
    """Return GB/T 3304 codes and names."""
    return dict(_all()["ethnic_codes"])


AUDITS = Path(__file__).parent.parent / "vectors"
PROSE = frozenset(("meaning", "note", "kind", "profile"))
"""Fields that are words about a frame and are not compared."""


def audit_vectors(family: str) -> list[dict[str, Any]]:
    """Return the vectors of `tests/vectors/audit_<family>.json`.

    They are shaped like the open ones. A list in ``decodes_to`` is one object per frame; ``{"error": ""}`` stands for
    any reason; ``"encodes": false`` marks bytes that no words make again (noise, damage).
    """
    found: list[dict[str, Any]] = json.loads((AUDITS / f"audit_{family}.json").read_text(encoding="utf-8"))["vectors"]
    assert found, f"no audit vectors of {family}"
    return found


def audit_ask(vector: dict[str, Any]) -> Ask:
    """Return what is said about a vector's bytes on the command line."""
    return Ask(vector.get("device", ""), vector.get("direction", ""), bytes.fromhex(vector.get("after", "")))


def decoded_audit(vector: dict[str, Any]) -> list[dict[str, Any]]:
    """Decode a vector's bytes (or its text, for what is printed and not sent)."""
    raw = bytes.fromhex(vector["hex"]) if "hex" in vector else vector["text"].encode()
    return vocabulary.decode(vector["family"], raw, audit_ask(vector))


def assert_decodes(vector: dict[str, Any]) -> None:
    """Every wanted field of every frame is there with its value; errors come where they are wanted, and only there."""
    found, wanted = decoded_audit(vector), _objects(vector)
    assert len(found) == len(wanted), found
    for got, want in zip(found, wanted, strict=True):
        if "error" in want:
            assert "error" in got, got
            continue
        facts = {name: value for name, value in want.items() if name not in PROSE}
        assert {name: got.get(name, "(missing)") for name in facts} == facts


def assert_encodes(vector: dict[str, Any]) -> None:
    """The vector's own words, and what decoding prints, both encode to exactly its bytes."""
    ask = audit_ask(vector)
    for objects in (_objects(vector), decoded_audit(vector)):
        made = b"".join(vocabulary.encode(vector["family"], described, ask) for described in objects)
        assert made.hex().upper() == vector["hex"].upper()


def encodes(vector: dict[str, Any]) -> bool:
    """Whether a vector's words say all of its bytes."""
    return "hex" in vector and vector.get("encodes", True) and not any("error" in want for want in _objects(vector))


def _objects(vector: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = vector["decodes_to"]
    return wanted if isinstance(wanted, list) else [wanted]
