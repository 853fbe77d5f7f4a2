"""Flow files: the shipped ones are good; each thing that can be wrong is named with its place."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from config.flows_check import SHIPPED, load_flow, load_flows
from config.load import ConfigError, read_toml
from config.unit import KioskOptions


def changed(tmp_path: Path, name: str, change: Any) -> Path:
    values = read_toml(SHIPPED / f"{name}.toml")
    change(values)
    path = tmp_path / f"{name}.toml"
    path.write_text(tomli_w.dumps(values), encoding="utf-8")
    return path


def step(values: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in values["steps"] if one["id"] == name)


def put(name: str, key: str, value: Any) -> Any:
    return lambda values: step(values, name).__setitem__(key, value)


def field(key: str, value: Any) -> Any:
    return lambda values: step(values, "form")["schema"]["properties"]["phone"].__setitem__(key, value)


def test_shipped_flows_are_good() -> None:
    shipped = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    assert list(load_flows(shipped)) == shipped
    assert set(KioskOptions().flows) <= set(shipped)


CASES = [
    ("residence-proof", put("who", "title", {"zh": "身份"}), "steps[1].title has no text in 'en'"),
    ("residence-proof", put("form", "id", "who"), "id 'who' is used twice"),
    ("take-number", put("priority", "when", "chanel = priority"), "did you mean 'channel'?"),
    ("take-number", put("priority", "when", "channel = prority"), "did you mean 'priority'?"),
    ("take-number", put("priority", "when", "channel"), "must read 'field = value'"),
    ("residence-proof", lambda v: v.__setitem__("needs", ["id_card"]), "needs 'slip', which is not in needs"),
    ("residence-proof", lambda v: v.__setitem__("needs", ["slip"]), "needs 'id_card', which is not in needs"),
    ("residence-proof", lambda v: v["needs"].append("id_crad"), "did you mean 'id_card'?"),
    ("case-query", lambda v: v.__setitem__("needs", []), "needs 'hub', which is not in needs"),
    ("take-number", lambda v: v["steps"].insert(1, v["steps"].pop()), "prints a ticket before any submit"),
    ("residence-proof", lambda v: v.__setitem__("item", ""), "the flow names no item"),
    ("take-number", lambda v: v["steps"].pop(0), "when: no step before answers 'channel'"),
    ("residence-proof", field("type", "strng"), "schema.properties.phone.type"),
    ("residence-proof", field("x-keypad", "digit"), "did you mean 'digits'?"),
    ("residence-proof", field("x-from", "adress"), "did you mean 'address'?"),
    ("residence-proof", lambda v: step(v, "form")["schema"]["properties"]["phone"].pop("x-keypad"), "cannot be filled"),
    ("residence-proof", lambda v: step(v, "form")["schema"]["required"].append("fone"), "did you mean 'phone'?"),
    ("residence-proof", put("materials", "required", [2]), "there is no line 2"),
    ("case-query", put("case", "pattern", "[a-"), "no regular expression"),
    ("case-query", lambda v: v.__setitem__("steps", []), "steps is empty"),
    ("case-query", lambda v: v.__setitem__("code", "other"), "must be the file's name 'case-query'"),
    ("case-query", lambda v: v.__setitem__("ofline", True), "did you mean 'offline'?"),
]


@pytest.mark.parametrize(("name", "change", "said"), CASES, ids=[case[2] for case in CASES])
def test_what_is_wrong_is_named(tmp_path: Path, name: str, change: Any, said: str) -> None:
    path = changed(tmp_path, name, change)
    with pytest.raises(ConfigError) as told:
        load_flow(path)
    assert said in str(told.value)
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


def test_unknown_flow_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'take-number'"):
        load_flows(["take-numbers"])
