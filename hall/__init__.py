"""What everyone on the hall floor agrees on. It knows nobody: no app, driver, configuration or server.

structlog is imported here first, with `rich` hidden from it: where rich is installed (the web framework brings it
along), structlog loads it and pygments for coloured tracebacks, which cost every process 10 MB and 40 ms and which no
journal shows.
"""

import sys
from types import ModuleType
from typing import cast


def _import_structlog_alone() -> None:
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    sys.modules["rich"] = cast(ModuleType, None)  # what `import rich` then raises is an ImportError
    try:
        import structlog  # noqa: F401 - for its place in sys.modules
    finally:
        del sys.modules["rich"]


_import_structlog_alone()
