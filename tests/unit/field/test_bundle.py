"""The bundle: what helps is in it, and nothing of a person or a secret, in any encoding."""

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load import read_toml
from drivers.id_card.people import PEOPLE
from field.app import main
from field.examine.redacted import configuration, log_line, text_without_people
from hall.store.unit_store import UnitStore, open_store
from tests.unit.field.doctored import SECRET_KEY, Lab, lab

PHONE, TOKEN = "13800000000", "tok-9f8e7d6c5b4a39281706f5e4d3c2b1a0"
CARD = PEOPLE["zhang"].fields
PERSON = [CARD[field] for field in ("name", "number", "address")] + [PHONE, TOKEN]
STAFF = ["林知夏", "程望舒"]


def forms(secret: str) -> list[bytes]:
    return [*(secret.encode(name) for name in ("utf-8", "gb18030", "utf-16-le")), json.dumps(secret)[1:-1].encode()]


def spoilt_log(path: Path) -> None:
    """A log as no program of ours writes it, with a person in every field."""
    said = f"{CARD['name']} {CARD['number']} {CARD['address']} {PHONE} Bearer {TOKEN}"
    lines = [
        {"event": "device status", "level": "info", "device": "printer", "status": "no_paper", "reason": said},
        {"event": said, "body": said, "who": CARD["name"], "seq": 7},
        {"event": "driver failed", "trace": [said], "ms": int(PHONE)},
    ]
    path.write_text(
        "".join(json.dumps(line, ensure_ascii=index % 2 == 0) + "\n" for index, line in enumerate(lines))
        + f"Traceback: {said}\n",
        encoding="utf-8",
    )


@pytest.fixture
def bundled(tmp_path: Path) -> dict[str, bytes]:
    """The bundle of a demo unit and its hub's file, with spoilt logs and a person's file in the folder."""
    out = tmp_path / "out.zip"
    with lab(tmp_path, "kiosk-c") as found:
        prepare(found)
        given = ["bundle", "--config", str(found.config("kiosk-c")), str(found.config("hall")), "--out", str(out)]
        assert main([*given, "--logs", str(found.demo.root / "logs")]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


DOCUMENT = b"sealed: a page that a citizen handed in"


def with_documents(state: Path) -> None:
    """A unit's store with a sealed document, a copy of another's being rescued, and a report of the hub's."""
    store = open_store(state / "unit.db")
    assert isinstance(store, UnitStore)
    assert store.documents.hold("ab" * 32, DOCUMENT, 1) is None
    (state / "rescue").mkdir()
    assert store.copy_to(state / "rescue" / "unit.db") is None
    store.close()


def prepare(found: Lab) -> None:
    with_documents(found.demo.state("kiosk-c"))
    left = Path(read_toml(found.config("hall"))["hub"]["state_dir"]) / "reports" / "kiosk-c"
    left.mkdir(parents=True)
    (left / "20261121-093000-000.pdf").write_bytes(b"%PDF-" + DOCUMENT)
    spoilt_log(found.demo.root / "logs" / "kiosk-c.log")
    (found.demo.state("kiosk-c") / f"{CARD['name']}.db").write_text(CARD["number"])
    found.change("kiosk-c", unit__hub_ca="", devices__printer__options={})


def test_what_helps_is_in_it(bundled: dict[str, bytes]) -> None:
    findings = json.loads(bundled["findings.json"])
    assert {"kiosk-c.printer", "kiosk-c hub"} <= {finding["about"] for finding in findings}
    assert json.loads(bundled["about.json"])["packages"]["pyserial"]
    assert b'address = "serial:' in bundled["config/kiosk-c.toml"]
    log = [json.loads(line) for line in bundled["logs/kiosk-c.log.jsonl"].splitlines()]
    assert log[0] | {"reason": ""} == {
        "event": "device status", "level": "info", "device": "printer", "status": "no_paper", "reason": "",
    }  # fmt: skip
    assert log[-1]["event"].startswith("1 lines left out")
    names = [entry["name"] for entry in json.loads(bundled["state.json"])["kiosk-c.toml"]]
    assert {"unit.key", "unit.db", "rescue/unit.db"} <= set(names)


def test_nothing_personal_and_no_secret_is_in_it(bundled: dict[str, bytes]) -> None:
    everything = b"\n".join([*bundled.values(), *(name.encode() for name in bundled)])
    for secret in [*PERSON, *STAFF]:
        for needle in forms(secret):
            assert needle not in everything, secret
    for needle in (SECRET_KEY, SECRET_KEY.hex().encode(), base64.b64encode(SECRET_KEY)[:-4]):
        assert needle not in everything
    assert b'pin = "1001"' not in everything
    assert DOCUMENT not in everything
    assert base64.b64encode(DOCUMENT)[:-4] not in everything
    assert b"SQLite format" not in everything


def test_the_search_would_find_them(tmp_path: Path) -> None:
    """The unredacted files do hold what was searched for."""
    with lab(tmp_path) as found:
        prepare(found)
        state = found.demo.state("kiosk-c")
        assert any(DOCUMENT in path.read_bytes() for path in state.glob("unit.db*"))
        assert DOCUMENT in (state / "rescue" / "unit.db").read_bytes()
        raw = found.config("hall").read_bytes() + (found.demo.root / "logs" / "kiosk-c.log").read_bytes()
    assert all(any(needle in raw for needle in forms(secret)) for secret in [*PERSON, *STAFF])


def test_a_file_that_is_wrong_is_bundled_by_its_one_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[unit\n")
    out = tmp_path / "out.zip"
    assert main(["bundle", "--config", str(bad), "--out", str(out), "--logs", str(tmp_path / "none.log")]) == 0
    with zipfile.ZipFile(out) as archive:
        assert b"not valid TOML" in archive.read("config/bad.toml")
        assert json.loads(archive.read("findings.json"))[0]["colour"] == "red"
    assert main(["bundle", "--config", str(bad), "--out", str(tmp_path / "no" / "out.zip")]) == 2


def test_the_configuration_keeps_places_and_loses_secrets() -> None:
    kept = configuration(
        {
            "hub": {"token": "x", "listen": "127.0.0.1:1", "centre_store": "postgresql://u:pw@db/x"},
            "clerks": [{"name": "林知夏", "pin": "1001"}],
            "units": [{"api_key": "y", "name": "kiosk-c"}],
        }
    )
    assert kept["hub"] == {"token": "(removed)", "listen": "127.0.0.1:1", "centre_store": "postgresql://(removed)@db/x"}
    assert kept["clerks"] == "1 entries (removed)"
    assert kept["units"] == [{"api_key": "(removed)", "name": "kiosk-c"}]


def test_the_shipped_demo_hall_loses_its_staff_only() -> None:
    values: dict[str, Any] = read_toml(Path("config/examples/demo/hall.toml"))
    kept = configuration(values)
    assert kept["items"] == values["items"]
    assert "1001" not in json.dumps(kept["clerks"])


@given(st.text(st.sampled_from("张三李四0123456789Xx "), max_size=60))
def test_no_name_and_no_long_number_passes(text: str) -> None:
    passed = text_without_people(text)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in passed)
    assert not any(len(word) >= 11 and word.isdigit() for word in passed.replace("X", " ").replace("x", " ").split())


@given(st.binary(max_size=80))
def test_any_line_passes_or_does_not(line: bytes) -> None:
    passed = log_line(line)
    assert passed is None or isinstance(passed, dict)
