"""Every test here calls the program's `main`."""

from tests.support.logs import logs_as_before
from tests.support.told_in_chinese import told_in_chinese

__all__ = ["logs_as_before", "told_in_chinese"]
