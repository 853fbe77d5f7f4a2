"""One thing that is plugged in, where it was read from, and what it probably is."""

from pathlib import Path

import msgspec


class Roots(msgspec.Struct, frozen=True):
    """Where the kernel shows its devices; tests give their own."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys")
    proc: Path = Path("/proc")


class Guess(msgspec.Struct, frozen=True):
    """What it may be: a row of the catalogue, and why."""

    kind: str
    model: str
    why: str


class Found(msgspec.Struct, frozen=True):
    """Something plugged in. `node` may change at every plugging, `address` is written into the configuration."""

    sort: str
    """``serial``, ``usb``, ``input``, ``video``, ``sound``, ``pcsc``, ``cups`` or ``sane``."""
    node: str
    address: str
    says: str = ""
    """What it calls itself."""
    usb: str = ""
    """VID:PID, or empty."""
    also: tuple[str, ...] = ()
    """Its other names, e.g. by-id beside by-path."""
    guesses: tuple[Guess, ...] = ()
    note: str = ""
    """What a technician should know about this address."""


class UsbFacts(msgspec.Struct, frozen=True):
    """What a USB device says in its descriptor."""

    folder: Path
    numbers: str
    says: str
    serial: str


def text_of(path: Path) -> str:
    """Return the first line of a small kernel file, or nothing."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    except OSError:
        return ""


def usb_above(place: Path, stop: Path) -> UsbFacts | None:
    """Return the USB device that a node belongs to, looking upwards from it in /sys."""
    for folder in (place, *place.parents):
        if (folder / "idVendor").is_file():
            return usb_facts(folder)
        if folder == stop:
            break
    return None


def usb_facts(folder: Path) -> UsbFacts:
    """Read one USB device's folder."""
    numbers = f"{text_of(folder / 'idVendor')}:{text_of(folder / 'idProduct')}".upper()
    words = [text_of(folder / name) for name in ("manufacturer", "product")]
    return UsbFacts(folder, numbers, " ".join(word for word in words if word), text_of(folder / "serial"))


def stable_names(node: Path, folders: tuple[Path, ...]) -> tuple[str, ...]:
    """Return the links to a node, in the order of the folders: by-path first, since it names the socket."""
    names = []
    for folder in folders:
        links = sorted(folder.iterdir()) if folder.is_dir() else []
        names += [str(link) for link in links if link.is_symlink() and link.resolve() == node.resolve()]
    return tuple(names)
