"""An attendant's card at a real kiosk and hub: registered once by PIN, four touches from then on; lost, taken away."""

from pathlib import Path

import httpx
import msgspec
import pytest

from field.story.day import Day
from hall.wire.enrolment import SessionRequest
from hall.wire.seal import seal
from hall.wire.staff_card import CardRequest, card_bytes
from tests.e2e.test_privacy import left_behind
from tests.support.demo_at_work import demo_at_work
from tests.support.server_process import ServerProcess, Unit, hall_file, run_server

pytestmark = pytest.mark.timeout(240)


def _staff_screen(day: Day) -> None:
    day.kiosk.wait("screen_home", timeout_s=30)
    day.kiosk.hold("clock", 2.2)
    day.kiosk.wait("screen_pin", timeout_s=10)


def test_a_card_is_registered_after_a_pin_and_opens_the_screen_from_then_on() -> None:
    with demo_at_work(("kiosk-c",)) as day:
        kiosk = day.kiosk
        _staff_screen(day)
        day.reader.do("insert_card", person="zhang")
        kiosk.wait("problem", "没有登记", timeout_s=15)
        day.reader.do("remove_card")
        for number in ("2001", "2001"):
            for key in number:
                kiosk.tap(f"key_{key}")
            kiosk.tap("next")
        kiosk.wait("screen_attendant", timeout_s=10)
        kiosk.tap("act_my_card")
        kiosk.wait("screen_staff_card", timeout_s=10)
        day.picture(kiosk, "staff-card")
        day.reader.do("insert_card", person="zhang")
        kiosk.wait("done", "已登记", timeout_s=15)
        day.picture(kiosk, "attendant-card-registered")
        kiosk.tap("next")
        day.reader.do("remove_card")

        _staff_screen(day)
        day.reader.do("insert_card", person="zhang")
        kiosk.wait("screen_attendant", timeout_s=15)
        assert not kiosk.shows("act_my_card")
        kiosk.tap("act_test_line")
        kiosk.wait("done", "测试", timeout_s=10)
        kiosk.tap("next")
        day.reader.do("remove_card")

        hall = day.demo.config("hall")
        found, _searched = left_behind(day.demo.root)
        assert not found
        assert run_server("card", "--config", hall, "--remove", "2001").returncode == 0
        _staff_screen(day)
        day.reader.do("insert_card", person="zhang")
        kiosk.wait("problem", "没有登记", timeout_s=15)


def test_the_hubs_routes_and_its_command_line(tmp_path: Path) -> None:
    server = ServerProcess(hall_file(tmp_path))
    try:
        kiosk = Unit(server, "kiosk", "kiosk-c", "--series", "C")
        card = seal(kiosk.enrolled.hub_key, card_bytes("kiosk-c", "uid:04a2b3c4"))

        def put() -> httpx.Response:
            return kiosk.http.put("/v1/cards", json=msgspec.to_builtins(CardRequest(card)), headers=kiosk.headers())

        assert put().status_code == 403, "a kiosk by itself"
        assert kiosk.post("/v1/sessions", SessionRequest(sealed_card=card)).json()["code"] == "unknown_card"
        kiosk.session = kiosk.post("/v1/sessions", SessionRequest("2001", "2001")).json()["session"]
        assert put().status_code == 204
        laid = kiosk.post("/v1/sessions", SessionRequest(sealed_card=card))
        assert (laid.status_code, laid.json()["role"], laid.json()["expires_s"]) == (201, "attendant", 900)
        kiosk.session = laid.json()["session"]
        assert (put().status_code, put().json()["code"]) == (403, "pin_wanted")
        listed = run_server("card", "--config", server.config).stdout
        assert listed.startswith("2001  since ")
        assert run_server("card", "--config", server.config, "--remove", "1001").returncode == 2
        assert run_server("pin", "--config", server.config, "--clerk", "2001", stdin="864209\n").returncode == 0
        assert "nobody has registered a card" in run_server("card", "--config", server.config).stdout
        assert kiosk.post("/v1/sessions", SessionRequest(sealed_card=card)).status_code == 401
        assert "04a2b3c4" not in server.log.read_text()
        document = kiosk.http.get("/openapi.json").json()
        assert "put" in document["paths"]["/v1/cards"]
        assert "sealed_card" in str(document["components"]["schemas"]["SessionRequest"])
        kiosk.close()
    finally:
        server.stop()
