"""The doctor on a hall that runs: green while the programs hold their ports, red when the hub is gone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from field.app import main
from field.story.day import Day
from tests.support.demo_at_work import demo_at_work
from tests.support.logs import logs_as_before  # noqa: F401 - an autouse fixture

UNITS = ("kiosk-c", "counter-2")


@pytest.fixture(scope="module")
def day() -> Iterator[Day]:
    with demo_at_work(UNITS) as day:
        day.kiosk.wait("screen_home", timeout_s=30)
        yield day


def findings(day: Day, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    main(["doctor", "--json", "--config", *(str(day.hall.demo.config(name)) for name in ("hall", *UNITS))])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_hall_at_work_is_green_and_one_without_a_hub_is_not(day: Day, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(day, capsys)
    assert [item for item in found if item["colour"] != "green"] == []
    held = {item["about"]: item["says"] for item in found if "in use by process" in item["says"]}
    assert {"kiosk-c.printer", "kiosk-c.reader", "kiosk-c.scanner", "counter-2.strip"} <= held.keys()
    assert {"kiosk-c.camera", "kiosk-c.pad"} <= held.keys(), "by their FIFOs, whose writers are no holders"
    for device in ("printer", "camera", "pad"):
        assert "hall-kiosk" in held[f"kiosk-c.{device}"]
        assert "ready" in held[f"kiosk-c.{device}"], "what the kiosk was told counts"
    assert "kiosk-c clock" in {item["about"] for item in found}, "the hub's clock is compared"
    day.hall.processes.stop("hub")
    reds = [item for item in findings(day, capsys) if item["colour"] == "red"]
    assert {item["about"] for item in reds} == {"kiosk-c hub", "counter-2 hub"}
    assert all("nobody listens there" in item["says"] for item in reds)
