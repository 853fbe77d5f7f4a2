"""Which program holds a port, from /proc. Only processes that we may look into are seen."""

from pathlib import Path
from typing import NamedTuple

from field.plugged.found import Roots, text_of, usb_facts

_BY_PATH = ("serial", "evdev", "fifo", "camera", "hidraw")


class Holder(NamedTuple):
    """A process that has the node open."""

    pid: int
    command: str

    @property
    def ours(self) -> bool:
        """Whether it is a program of the hall."""
        return any(word in self.command for word in ("hall-", "kiosk.app", "counter.app", "counter.lobby.app"))


def node_of(address: str, roots: Roots) -> Path | None:
    """Return the node of this machine that an address stands for, or None where it is none (TCP, a queue, sound)."""
    scheme, _, rest = address.partition(":")
    if scheme in _BY_PATH:
        return Path(rest) if rest.startswith("/") else None
    return _usb_node(rest, roots) if scheme == "usb" else None


def _usb_node(numbers: str, roots: Roots) -> Path | None:
    listed = roots.sys / "bus" / "usb" / "devices"
    for folder in sorted(listed.iterdir()) if listed.is_dir() else ():
        usb = usb_facts(folder)
        if numbers.upper() in (usb.numbers, f"{usb.numbers}:{usb.serial}".upper()):
            bus, device = text_of(folder / "busnum"), text_of(folder / "devnum")
            if bus.isdigit() and device.isdigit():
                return roots.dev / "bus" / "usb" / f"{int(bus):03}" / f"{int(device):03}"
    return None


def holder_of(node: Path, own_pid: int, proc: Path = Path("/proc")) -> Holder | None:
    """Return the first other process that has a node open."""
    target = str(node.resolve())
    for folder in sorted(proc.glob("[0-9]*"), key=lambda path: int(path.name)):
        if int(folder.name) != own_pid and _holds(folder, target):
            return Holder(int(folder.name), text_of(folder / "cmdline").replace("\0", " ").strip())
    return None


def _holds(folder: Path, target: str) -> bool:
    """Whether the process uses the node; who holds a pty's master is its far end and keeps the node open too."""
    try:
        links = {str(link.readlink()) for link in (folder / "fd").iterdir()}
    except OSError:
        return False  # ended meanwhile, or another user's
    return target in links and not ("/pts/" in target and any(link.endswith("/ptmx") for link in links))
