"""The open test vectors of every device family: bytes with their meaning, from public sources."""

import json
from functools import cache
from pathlib import Path
from typing import Any

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
