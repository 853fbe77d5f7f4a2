"""One emulated machine: QEMU, its monitor (QMP), and the agent inside.

Always TCG. A /dev/kvm that opens may still emulate each instruction of an unprepared kernel (a minute of firmware was
seen), so it is never tried. Nehalem is the least processor that the Qt wheels run on (x86-64-v2).
"""

import base64
import itertools
import json
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.vm.image import PLACE, Image

MEMORY_MB = 2560
BOOT_S = 600.0
ANSWER_S = 30.0
"""How much later than a line's own limit its answer may come."""
GREETING_S = 3.0
QEMU = (
    *("nice", "-n", "5", "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg,thread=multi,tb-size=512"),
    *("-cpu", "Nehalem", "-smp", "2", "-m", str(MEMORY_MB), "-nodefaults", "-no-user-config", "-display", "none"),
    *(
        "-vga",
        "none",
        "-device",
        "virtio-gpu-pci,xres=1080,yres=1920",
        "-device",
        "virtio-rng-pci",
        "-device",
        "virtio-serial-pci",
    ),
    *("-device", "qemu-xhci,id=xhci,p2=8,p3=8", "-rtc", "base=utc"),
)
KERNEL = "root=/dev/vda rw console=ttyS0 quiet systemd.show_status=0 net.ifnames=0 mitigations=off"


class Trouble(Exception):
    """The machine did not do what it must for the bench to go on."""


@dataclass(frozen=True)
class Ran:
    """What a shell line in the machine ended with and said."""

    status: int
    said: str


class Monitor:
    """QMP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        self._socket = connected(path)
        self._file = self._socket.makefile("rb")
        self._file.readline()
        self("qmp_capabilities")

    def __call__(self, order: str, **arguments: Any) -> Any:
        """Carry out one command; return what came back."""
        self._socket.sendall(json.dumps({"execute": order, "arguments": arguments}).encode() + b"\n")
        while line := self._file.readline():
            answer = json.loads(line)
            if "error" in answer:
                raise Trouble(f"{order}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise Trouble(f"{order}: QEMU ended")

    def line(self, text: str) -> str:
        """Carry out one command of the human monitor, such as savevm; what it says is trouble."""
        said = str(self("human-monitor-command", **{"command-line": text}))
        if said.strip():
            raise Trouble(f"{text}: {said.strip()}")
        return said


class Machine:
    """A running machine. `disk` is QEMU's -drive without its id, so a file or a network disk."""

    def __init__(self, image: Image, name: str, disk: str, resume: str = "") -> None:
        self.folder = PLACE / "run" / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob("*"):
            left.unlink()
        self._log = (self.folder / "qemu.log").open("wb")
        command = [*QEMU, "-name", name, "-kernel", str(image.kernel), "-initrd", str(image.first_root)]
        command += ["-append", KERNEL, "-drive", f"if=none,id=root,{disk}", "-device", "virtio-blk-pci,drive=root"]
        command += ["-qmp", f"unix:{self.folder}/qmp,server=on,wait=off", "-serial", f"file:{self.folder}/console"]
        command += ["-chardev", f"socket,id=agent,path={self.folder}/agent,server=on,wait=off"]
        command += ["-device", "virtserialport,chardev=agent,name=bench"]
        command += ["-chardev", f"socket,id=acks,path={self.folder}/acks,server=on,wait=off"]
        command += ["-device", "virtserialport,chardev=acks,name=acks"]
        command += ["-loadvm", resume] if resume else []
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        try:
            self.monitor = Monitor(self.folder / "qmp")
            self._agent = Agent(self.folder / "agent")
            self._agent.greet(BOOT_S)
        except Trouble as trouble:
            self.cut()
            raise Trouble(f"{trouble}: {(self.folder / 'qemu.log').read_text()}") from trouble
        if resume:
            self.shell(f"date -s @{time.time():.0f}")

    def run(self, line: str, within_s: float = 120.0) -> Ran:
        """Run a line of bash as root."""
        answer = self._agent.ask(within_s, {"run": line, "within_s": str(within_s)})
        return Ran(int(answer["status"]), str(answer["said"]).rstrip("\n"))

    def shell(self, line: str, within_s: float = 120.0) -> str:
        """Run a line that must succeed; return what it printed."""
        ran = self.run(line, within_s)
        if ran.status:
            raise Trouble(f"{line}\nended with {ran.status}\n{ran.said}")
        return ran.said

    def put(self, path: str, data: str | bytes) -> None:
        """Write a file."""
        raw = data.encode() if isinstance(data, str) else data
        self._agent.ask(60.0, {"put": path, "base64": base64.b64encode(raw).decode()})

    def until(self, line: str, within_s: float = 120.0) -> float | None:
        """Ask again until a line succeeds; return the seconds that took, or None."""
        begun = time.monotonic()
        while time.monotonic() - begun < within_s:
            if self.run(line).status == 0:
                return time.monotonic() - begun
            time.sleep(0.3)
        return None

    def keys(self, *names: str) -> None:
        """Press keys of the machine's own keyboard together (QEMU's names: ctrl, alt, f2, sysrq, ...)."""
        self.monitor("send-key", keys=[{"type": "qcode", "data": name} for name in names])

    def picture(self, name: str) -> Path:
        """Take what the screen shows as a PNG."""
        path = PLACE / "pictures" / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        self.monitor("screendump", filename=str(path), format="png")
        return path

    def restart(self) -> None:
        """Have the machine start again by the handbook's `reboot`, and wait for its end and its new beginning."""
        which = "cat /proc/sys/kernel/random/boot_id"
        before = self.shell(which)
        self.run("systemctl reboot")
        begun = time.monotonic()
        while time.monotonic() - begun < BOOT_S:
            self._agent.greet(BOOT_S)
            try:
                now = self._agent.ask(GREETING_S - ANSWER_S, {"run": which, "within_s": "20"})
            except Trouble:
                continue  # it answered the greeting, and went down
            if str(now["said"]).strip() != before:
                return
            time.sleep(0.5)
        raise Trouble(f"it did not restart: {(self.folder / 'console').read_text(errors='replace')[-2000:]}")

    def save(self, name: str) -> None:
        """Keep the whole machine, to resume from."""
        self.monitor.line(f"savevm {name}")

    def cut(self) -> None:
        """Take its power away."""
        self.process.kill()
        self.process.wait()
        self._log.close()


class Agent:
    """The conversation with the agent inside."""

    def __init__(self, path: Path) -> None:
        self._path, self._socket = path, connected(path)
        self._numbers = itertools.count(1)
        self._unread = b""

    def ask(self, within_s: float, asked: dict[str, str]) -> dict[str, Any]:
        """Ask and wait for the answer of the same number."""
        number = f"{time.monotonic_ns()}-{next(self._numbers)}"
        self._socket.settimeout(within_s + ANSWER_S)
        try:
            self._socket.sendall(json.dumps({"number": number, **asked}).encode() + b"\n")
            while True:
                answer: dict[str, Any] = json.loads(self._line())
                if answer.get("number") == number:
                    return answer
        except TimeoutError as problem:
            raise Trouble(f"no answer from inside the machine to {asked.get('run', asked.get('put'))}") from problem

    def greet(self, within_s: float) -> None:
        """Connect and ask until somebody answers: what is said before the agent runs is lost, with the connection."""
        begun = time.monotonic()
        while time.monotonic() - begun < within_s:
            self._socket.close()
            self._socket, self._unread = connected(self._path), b""
            try:
                self.ask(GREETING_S - ANSWER_S, {"run": "true", "within_s": "20"})
            except Trouble:
                continue
            return
        raise Trouble("nobody answers inside the machine")

    def _line(self) -> bytes:
        while b"\n" not in self._unread:
            heard = self._socket.recv(1 << 20)
            if not heard:
                raise Trouble("the machine ended")
            self._unread += heard
        line, self._unread = self._unread.split(b"\n", 1)
        return line


def connected(path: Path, within_s: float = 30.0) -> socket.socket:
    """Connect to a socket that QEMU is about to make."""
    begun = time.monotonic()
    while True:
        door = socket.socket(socket.AF_UNIX)
        try:
            door.connect(str(path))
        except OSError as problem:
            door.close()
            if time.monotonic() - begun > within_s:
                raise Trouble(f"QEMU does not answer at {path}") from problem
            time.sleep(0.05)
        else:
            return door


def overlay(base: Path, name: str) -> Path:
    """Make a disk that keeps its own changes to another."""
    path = PLACE / f"{name}.qcow2"
    path.unlink(missing_ok=True)
    form = "raw" if base.suffix == ".raw" else "qcow2"
    command = ["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", form, str(path)]
    subprocess.run(command, check=True)
    return path


def waited(true: Callable[[], object], within_s: float) -> float | None:
    """Ask this side until something is true; return the seconds, or None."""
    begun = time.monotonic()
    while time.monotonic() - begun < within_s:
        if true():
            return time.monotonic() - begun
        time.sleep(0.1)
    return None
