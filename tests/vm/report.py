"""What was looked at and what was seen, and docs/vm.md made of it."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.vm.handbook import CHECKOUT
from tests.vm.image import say

PAGE = CHECKOUT / "docs/vm.md"
MARKS = {True: "yes", False: "**NO**"}


INTRODUCTION = (
    "Written by `./run vm` (tests/vm): an emulated PC with Debian's kernel, systemd and udev, installed by the",
    "commands of docs/handbook/en/install.md and restarted. USB devices are the product's simulators behind the plug,",
    "so usblp, ftdi_sio, usbhid and evdev are real. Emulation (TCG) makes it some fifteen times slower than a",
    "weak PC: `TimeoutStartSec` alone is raised, by a drop-in, and times only tell what came first.",
)

NOT_SEEN = (
    "- power cuts of a kiosk's or counter's machine (here it is the hub's), sectors torn within 4 KiB, other than ext4",
    "- cables of the other units (they are started without theirs), and kills of them: the same lines as the kiosk's",
    "- the weston variant: it was started once, found without its XDG_RUNTIME_DIR and mended; not seen drawing since",
    "- linuxfb from a cold start (here it takes over from a running X server), cameras, sound, HID card readers",
)


@dataclass
class Report:
    """Rows in the order of looking, below the part that they belong to."""

    rows: list[tuple[str, str, bool, str]] = field(default_factory=list)
    part: str = ""
    machine: str = ""
    """What the machine is, in one line."""
    typed: list[str] = field(default_factory=list)
    """The commands that installed it."""

    def saw(self, what: str, held: object, seen: object = "") -> None:
        """Note one thing that must hold."""
        self.rows.append((self.part, what, bool(held), " ".join(str(seen).split())))
        say(f"  {MARKS[bool(held)]:8} {what}: {seen}")

    def failed(self) -> list[str]:
        """Return what did not hold."""
        return [f"{part}: {what}" for part, what, held, _seen in self.rows if not held]

    def write(self, path: Path = PAGE) -> None:
        """Write the page."""
        lines = [
            "# The units in a real machine",
            "",
            *INTRODUCTION,
            "",
            self.machine,
        ]
        part = ""
        for of_part, what, held, seen in self.rows:
            if of_part != part:
                part = of_part
                lines += ["", f"## {part}", "", "| What must hold | Held | Seen |", "|---|---|---|"]
            lines.append(f"| {what} | {MARKS[held]} | {seen.replace('|', '/')} |")
        lines += ["", "## Not looked at", "", *NOT_SEEN]
        lines += ["", "## Typed, in this order", "", *(f"    {line}" for line in self.typed)]
        lines += ["", "Left out of the typed lines: `apt-get` (no network inside), and what writes the two files.", ""]
        path.write_text("\n".join(lines), encoding="utf-8")
