"""What everyone on the hall floor agrees on. It knows nobody: no app, driver, configuration or server.

structlog is imported here first, with `rich` hidden from it: where rich is installed (the web framework brings it
along), structlog loads it and pygments for coloured tracebacks, which cost every process 10 MB and 30 ms and which no
journal shows.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast


@contextmanager
def hidden(name: str) -> Iterator[None]:
    """Let an optional package look as if it were not installed, for the imports inside; a loaded one stays."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = cast(ModuleType, None)  # what `import` then raises is an ImportError
    try:
        yield
    finally:
        del sys.modules[name]


with hidden("rich"):
    import structlog  # noqa: F401 - for its place in sys.modules
