"""The way up over HTTP: what the parent may answer, and what it may not cost."""

import asyncio
from pathlib import Path

import httpx
import pytest

from server.ship.courier import Undelivered
from server.ship.http import HttpCourier, retry_after

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), ("30", 30.0), ("soon", None), ("-1", None), ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0)],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry_after(httpx.Headers({"Retry-After": text} if text else {}), NOW) == seconds


def test_a_date_that_is_over_means_now() -> None:
    assert retry_after(httpx.Headers({"Retry-After": "Fri, 01 Jan 2027 08:00:30 GMT"}), NOW) == 0.0


def told(courier: HttpCourier) -> str:
    async def go() -> str:
        answer = await courier.deliver(b"batch")
        await courier.close()
        assert isinstance(answer, Undelivered)
        return answer.reason

    return asyncio.run(go())


def test_each_trouble_is_one_line_that_names_its_key(tmp_path: Path) -> None:
    token, identity = tmp_path / "token", tmp_path / "parent.key"
    assert "hub.parent_token_file" in told(HttpCourier("https://127.0.0.1:1", token, None, identity))
    token.write_text("0" * 40)
    assert "https://127.0.0.1:1" in told(HttpCourier("https://127.0.0.1:1", token, None, identity))
    missing = tmp_path / "no.pem"
    assert "hub.parent_ca" in told(HttpCourier("https://127.0.0.1:1", token, missing, identity))
    identity.write_text("nonsense")
    assert "enrol with a new token" in told(HttpCourier("https://127.0.0.1:1", token, None, identity))
