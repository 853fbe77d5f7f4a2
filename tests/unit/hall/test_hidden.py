"""Optional packages can be hidden from an import, and are there afterwards."""

import importlib
import sys

import pytest

from hall import hidden

NOT_LOADED = "this"
"""A module of the standard library that nothing imports."""


def test_what_is_not_loaded_looks_not_installed_and_is_no_worse_for_it() -> None:
    assert NOT_LOADED not in sys.modules
    with hidden(NOT_LOADED), pytest.raises(ImportError):
        importlib.import_module(NOT_LOADED)
    assert NOT_LOADED not in sys.modules


def test_it_is_back_after_trouble() -> None:
    with pytest.raises(ValueError, match="trouble"), hidden(NOT_LOADED):
        raise ValueError("trouble")
    assert NOT_LOADED not in sys.modules


def test_what_is_loaded_stays() -> None:
    with hidden("json"):
        assert importlib.import_module("json") is sys.modules["json"]
    assert sys.modules["json"] is not None
