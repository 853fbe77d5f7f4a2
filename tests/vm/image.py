"""The disk of the emulated machine: Debian, its kernel, and the product up to the handbook's `pip install`.

Slow things are kept in .vm/ of the checkout: the Python packages, and the root folder under a key of all that it was
made from. The product itself is fetched anew into the kept root each time. Needs root, for owners and device nodes.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.vm import handbook
from tests.vm.handbook import CHECKOUT

PLACE = CHECKOUT / ".vm"
ROOT = PLACE / "root"
WHEELS = PLACE / "wheels"
PRODUCT = "opt/hallfloor"
DISK_MB = 6144
# What a Debian that somebody installed has and mmdebstrap's smallest has not; weston is for the variant of that name.
SYSTEM = (
    *("systemd-sysv", "udev", "dbus", "kmod", "sudo", "iproute2", "procps", "e2fsprogs", "locales", "ca-certificates"),
    *("python3", "weston", "seatd"),
)
TOOLS = ("busybox-static",)  # for the bench alone: its first root
BUILDERS = ("setuptools", "wheel", "swig")  # what packages that come as source ask for to be built
FIRST_MODULES = ("virtio_pci", "virtio_blk", "crc32c_generic", "ext4")
FIRST_PROGRAM = """#!/bin/sh
B=/bin/busybox
$B mount -t proc proc /proc; $B mount -t sysfs sysfs /sys; $B mount -t devtmpfs dev /dev
for module in /modules/*; do $B insmod $module; done
tries=0; while [ ! -b /dev/vda ] && [ $tries -lt 100 ]; do $B sleep 0.1; tries=$((tries+1)); done
$B mount -t ext4 -o rw /dev/vda /root
$B umount /proc /sys; $B mount -o move /dev /root/dev
exec $B switch_root /root /lib/systemd/systemd
"""
AGENT_UNIT = """[Unit]
Description=The bench's own hands in this machine (no part of the product)
After=systemd-udevd.service
[Service]
ExecStart=/usr/bin/python3 /opt/bench/agent.py
Restart=always
[Install]
WantedBy=multi-user.target
"""
# The hall's network: one machine has both ends of it.
NETWORK_UNIT = """[Unit]
Description=The hall's network, on one machine (no part of the product)
Before=network-online.target
[Service]
Type=oneshot
ExecStart=/usr/sbin/ip address add 192.168.8.10/24 dev lo
[Install]
WantedBy=network-online.target multi-user.target
"""


@dataclass(frozen=True)
class Image:
    """What QEMU starts from."""

    kernel: Path
    first_root: Path
    disk: Path


def build(anew: bool) -> Image:
    """Make the disk, from what is kept where it still fits."""
    PLACE.mkdir(exist_ok=True)
    _fetch_wheels()
    _once("debian", anew, " ".join((*SYSTEM, *TOOLS, *handbook.packages())), _debian)
    _once("installed", anew, _dependencies(), _install)
    _renew_product()
    _bench_parts()
    return Image(PLACE / "vmlinuz", PLACE / "first-root", _disk())


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, flush=True)


def _once(name: str, anew: bool, made_from: str, make: Callable[[], None]) -> None:
    """Make a part of the root unless the kept one was made from the same; a later part falls with an earlier one."""
    stamp, wanted = PLACE / f"{name}.key", hashlib.sha256(made_from.encode()).hexdigest()
    if not anew and stamp.exists() and stamp.read_text() == wanted:
        return
    for later in PLACE.glob("*.key"):
        if later.name >= stamp.name:
            later.unlink()
    make()
    stamp.write_text(wanted)


def _dependencies() -> str:
    """Return all that decides what is installed beside the product itself."""
    texts = [(CHECKOUT / name).read_text(encoding="utf-8") for name in ("constraints.txt", "pyproject.toml")]
    return "\0".join(["\n".join(handbook.block("git clone")), *texts])


def _fetch_wheels() -> None:
    """Fetch the Python packages by the very hashes of the product, and what builds those that come as source."""
    stamp, wanted = WHEELS / ".fetched", hashlib.sha256((CHECKOUT / "constraints.txt").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("fetching Python packages")
    pip = [str(CHECKOUT / ".venv/bin/pip"), "download", "--quiet", "--dest", str(WHEELS)]
    run([*pip, "--require-hashes", "-r", str(CHECKOUT / "constraints.txt")])
    run([*pip, "--no-deps", *BUILDERS])
    stamp.write_text(wanted)


def _debian() -> None:
    say("making a Debian (some minutes)")
    shutil.rmtree(ROOT, ignore_errors=True)
    fetch_kernel = (
        'chroot "$1" sh -c "cd /var/tmp && apt-get download -q '
        "\\$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p')\""
    )
    options = ["--variant=minbase", "--mode=root", "--dpkgopt=force-unsafe-io", '--aptopt=Acquire::Languages "none"']
    options += [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("man", "locale", "doc")]
    names = ",".join((*SYSTEM, *TOOLS, *handbook.packages()))
    command = ["mmdebstrap", *options, f"--include={names}", f"--customize-hook={fetch_kernel}", _suite(), str(ROOT)]
    run([*command, *_sources()])
    (ROOT / "etc/hostname").write_text("hall\n")
    (ROOT / "etc/hosts").write_text("127.0.0.1 localhost hall\n")
    _kernel()


def _suite() -> str:
    facts = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return facts["VERSION_CODENAME"]


def _sources() -> list[str]:
    """Return where this machine itself has its Debian from."""
    listed = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("debian*"))]
    return [str(path) for path in listed if path.exists() and path.stat().st_size]


def _kernel() -> None:
    """Unpack the kernel beside the root (not installed: nothing need build an initrd), and a small first root."""
    (package,) = (ROOT / "var/tmp").glob("linux-image-*.deb")
    unpacked = PLACE / "kernel"
    shutil.rmtree(unpacked, ignore_errors=True)
    run(["dpkg-deb", "-x", str(package), str(unpacked)])
    package.unlink()
    (version,) = (path.name for path in (unpacked / "lib/modules").iterdir())
    shutil.copytree(unpacked / "lib/modules" / version, ROOT / "lib/modules" / version, symlinks=True)
    shutil.copy(next((unpacked / "boot").glob("vmlinuz-*")), PLACE / "vmlinuz")
    run(["depmod", "-b", str(ROOT), version])
    _first_root(version)
    shutil.rmtree(unpacked)


def _first_root(version: str) -> None:
    folder = ROOT / "var/tmp/first"
    for name in ("bin", "proc", "sys", "dev", "root", "modules"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "bin/busybox", folder / "bin/busybox")
    (folder / "bin/sh").symlink_to("busybox")
    for number, module in enumerate(_in_order(version)):
        shutil.copy(module, folder / "modules" / f"{number:02d}-{module.name}")
    (folder / "init").write_text(FIRST_PROGRAM)
    (folder / "init").chmod(0o755)
    packed = chroot("cd /var/tmp/first && find . | busybox cpio -o -H newc")
    (PLACE / "first-root").write_bytes(packed)
    shutil.rmtree(folder)


def _in_order(version: str) -> list[Path]:
    """Return the modules that mount the disk, each behind what it needs."""
    wanted: dict[str, None] = {}
    for name in FIRST_MODULES:
        shown = run(["modprobe", "-d", str(ROOT), "-S", version, "--show-depends", name]).decode()
        wanted.update(dict.fromkeys(line.split()[1] for line in shown.splitlines() if line.startswith("insmod")))
    return [Path(path) for path in wanted]


def _install() -> None:
    """Type the handbook's first block into the root: at this machine's speed, from kept packages, without a network."""
    shutil.rmtree(ROOT / PRODUCT, ignore_errors=True)
    with _inside():
        for line in handbook.typed(handbook.block("git clone")):
            say(f"  {line}")
            chroot(f"cd /{PRODUCT} 2>/dev/null; {line.replace('ADDRESS-OF-THE-SOFTWARE', '/mnt/software')}")


@contextmanager
def _inside() -> Iterator[None]:
    """Have /proc, the packages and the checkout's history inside the root, for a while."""
    software = PLACE / "software"
    shutil.rmtree(software, ignore_errors=True)
    run(["git", "clone", "--quiet", "--bare", str(CHECKOUT), str(software)])
    mounts = [(["-t", "proc", "proc"], "proc"), (["--bind", str(WHEELS)], "srv"), (["--bind", str(software)], "mnt")]
    done: list[str] = []
    # sudo hands no variables on, so pip is told where packages are by its file.
    (ROOT / "etc/pip.conf").write_text("[global]\nno-index = true\nfind-links = /srv\n")
    try:
        for source, place in mounts:
            folder = ROOT / place / ("software" if place == "mnt" else "")
            folder.mkdir(exist_ok=True)
            run(["mount", *source, str(folder)])
            done.append(str(folder))
        yield
    finally:
        (ROOT / "etc/pip.conf").unlink()
        for place in reversed(done):
            run(["umount", place])


def _renew_product() -> None:
    """Bring the kept root to the checkout's last commit."""
    with _inside():
        chroot(
            f"cd /{PRODUCT} && git -c safe.directory='*' fetch -q /mnt/software HEAD && git reset -q --hard FETCH_HEAD"
        )


def _bench_parts() -> None:
    """Put in what the bench itself needs: hands, and both ends of the hall's network."""
    (ROOT / "opt/bench").mkdir(exist_ok=True)
    shutil.copy(Path(__file__).parent / "agent.py", ROOT / "opt/bench/agent.py")
    for name, text in (("bench-agent", AGENT_UNIT), ("bench-network", NETWORK_UNIT)):
        (ROOT / f"etc/systemd/system/{name}.service").write_text(text)
        wants = ROOT / f"etc/systemd/system/multi-user.target.wants/{name}.service"
        wants.parent.mkdir(exist_ok=True)
        wants.unlink(missing_ok=True)
        wants.symlink_to(f"/etc/systemd/system/{name}.service")
    (ROOT / "etc/fstab").write_text("/dev/vda / ext4 defaults 0 1\n")


def _disk() -> Path:
    disk = PLACE / "disk.raw"
    disk.unlink(missing_ok=True)
    with disk.open("wb") as file:
        file.truncate(DISK_MB * 1024 * 1024)
    lazy = "lazy_itable_init=1,lazy_journal_init=1"
    run(["mke2fs", "-q", "-t", "ext4", "-L", "hall", "-E", lazy, "-d", str(ROOT), str(disk)])
    return disk


def chroot(line: str) -> bytes:
    """Run a shell line in the root and return what it printed."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    surroundings = {"PATH": path, "HOME": "/root", "LC_ALL": "C.UTF-8"}
    return run(["chroot", str(ROOT), "sh", "-c", line], surroundings)


def run(command: list[str], surroundings: dict[str, str] | None = None) -> bytes:
    """Run a program at low priority; what it said of a failure is part of the error."""
    done = subprocess.run(
        ["nice", "-n", "5", *command], capture_output=True, env=surroundings or dict(os.environ), check=False
    )
    if done.returncode:
        raise SystemExit(
            f"{' '.join(command)}\nended with {done.returncode}\n{done.stderr.decode(errors='replace')[-3000:]}"
        )
    return done.stdout
