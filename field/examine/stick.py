"""A file onto a USB stick so that it is really there when the stick is pulled: found, written, synced, looked at."""

import os
import re
from pathlib import Path

PLACES = (Path("/media"), Path("/run/media"))
MOUNTS = Path("/proc/self/mounts")
NO_STICK = (
    "no USB stick is mounted below /media or /run/media: put one in; where nothing mounts it by itself, "
    "sudo mount /dev/sda1 /media; or name its folder with --to FOLDER"
)


def sticks(places: tuple[Path, ...] = PLACES, mounts: Path = MOUNTS) -> list[Path]:
    """Return where removable media are mounted, by the kernel's own list."""
    lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    points = [Path(_plain(line.split(" ")[1])) for line in lines if line.count(" ") > 2]
    return sorted({point for point in points for place in places if point.is_relative_to(place)})


def the_stick(places: tuple[Path, ...] = PLACES, mounts: Path = MOUNTS) -> Path | str:
    """Return the one stick there is; or say what to do."""
    found = sticks(places, mounts)
    if not found:
        return NO_STICK
    if len(found) > 1:
        return f"several sticks are in: {', '.join(map(str, found))}; pull one, or name the right one with --to FOLDER"
    return found[0]


def onto(folder: Path, name: str, content: bytes) -> Path | str:
    """Write a file whole, through all caches, and read its size back; or say why not. No half file stays."""
    path, fresh = folder / name, folder / f"{name}.part"
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_folder(folder)
        if path.stat().st_size != len(content):
            return f"{path}: less came to stand there than was written; the stick is bad, take another"
    except OSError as problem:
        _forget(fresh)
        return f"{path}: {problem.strerror}; is the stick in, not full, and not write-protected?"
    return path


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the stick was pulled: there is nothing to forget


def _plain(text: str) -> str:
    r"""Undo the kernel's \040 for a blank and the like."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
