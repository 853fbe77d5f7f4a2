"""The generated pages are those of the declarations."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from field.reference import PAGES, _rows
from hall.wire.events import catalogue

DOCS = Path(__file__).parents[3] / "docs"


class Part(msgspec.Struct):
    """[part] One of them."""

    depth: Annotated[int, msgspec.Meta(ge=1)] = 3
    """How deep | how far."""


class Whole(Part, kw_only=True):
    """A file."""

    name: str
    parts: tuple[Part, ...] = ()


@pytest.mark.parametrize(("name", "page"), PAGES.items())
def test_a_page_is_current(name: str, page: Callable[[], str]) -> None:
    found = (DOCS / name).read_text(encoding="utf-8")
    assert found == page(), "run: python -m field.reference"


def test_each_event_type_stands_with_its_help() -> None:
    page = PAGES["events.md"]()
    for tag, help_ in catalogue().items():
        assert f"## {tag}\n" in page
        assert help_.split("``")[0] in page


def test_a_row_tells_type_bounds_default_and_help_also_of_the_base() -> None:
    depth, parts = (next(row for row in _rows(Whole) if row.name == name) for name in ("depth", "parts"))
    assert depth == ("depth", "whole number (at least 1)", "`3`", "How deep | how far.")
    assert (parts.kind, parts.default) == ("list of table, see `[part]`", "`[]`")
