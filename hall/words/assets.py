"""Where pictures, sounds and words lie: found by name, never by a path of the machine."""

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "assets"
"""The project's `assets` folder."""


class MissingAsset(FileNotFoundError):
    """A file that the program names is not there; a test walks all names, so this is a broken installation."""


@cache
def asset(name: str) -> Path:
    """Return the file or folder `name` (``icons/ticket.svg``) under `assets`.

    Raises:
        MissingAsset: it does not exist.

    """
    path = ROOT / name
    if not path.exists():
        raise MissingAsset(f"assets/{name} is missing; the installation is not complete")
    return path
