"""Every test here calls the program's `main`."""

from tests.support.logs import logs_as_before

__all__ = ["logs_as_before"]
