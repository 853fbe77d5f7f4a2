"""Where sound goes: `sound:default`, `sound:hw:0` (one `aplay` each time), or `sound-file:/folder`.

It has the shape of a Transport so that the supervisor opens, watches and reopens it like any cable: `read` waits and
looks whether the device is still there.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Protocol

from drivers.transport.base import Transport, TransportLost

CARDS = Path("/proc/asound")
SPARE_S = 5.0


class SoundPort(Transport, Protocol):
    """A Transport that plays whole WAV files."""

    def play(self, wav: bytes, seconds: float, cut: threading.Event) -> bool:
        """Play to the end, or until `cut` is set; return whether it was heard whole.

        Raises:
            TransportLost: the device is gone or refuses.

        """


def open_sound(address: str, *, realtime: bool) -> SoundPort:
    """Open what the address names.

    Raises:
        TransportLost: no aplay, no sound device, no folder; in words.

    """
    scheme, _, rest = address.partition(":")
    if scheme == "sound" and rest:
        return AplayPort(address, rest)
    if scheme == "sound-file" and rest:
        return FilePort(address, Path(rest), realtime=realtime)
    raise TransportLost(f"{address}: not a sound address; write sound:default, sound:hw:0 or sound-file:/folder")


class _Watched(ABC):
    """The Transport's part that is the same for both."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._closed = threading.Event()

    @abstractmethod
    def trouble(self) -> str:
        """Return why nothing can be heard now, or nothing."""

    def read(self, size: int, timeout_s: float) -> bytes:
        """Wait, and look whether the device is there.

        Raises:
            TransportLost: it is gone, or the port was closed.

        """
        del size
        if self._closed.wait(timeout_s):
            raise TransportLost(f"{self.address}: closed")
        self._check()
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """Refuse: sound is played by `play`, which knows how long it lasts."""
        del data, timeout_s
        raise TransportLost(f"{self.address}: not a byte stream")

    def close(self) -> None:
        """End everything that plays."""
        self._closed.set()

    def _check(self) -> None:
        if trouble := self.trouble():
            raise TransportLost(f"{self.address}: {trouble}")


class AplayPort(_Watched):
    """An ALSA device, played by one `aplay` process for each announcement."""

    def __init__(self, address: str, device: str) -> None:
        super().__init__(address)
        self._device = device
        self._check()

    def trouble(self) -> str:
        """Say what is missing, and what to do."""
        if shutil.which("aplay") is None:
            return "aplay is not installed; apt-get install alsa-utils"
        card = _card_of(self._device)
        if card is None:
            return "" if _any_sound() else "no sound device (noDevice); plug in a sound card or start the sound server"
        return "" if (CARDS / card).exists() else f"sound card {card} is not there; see `aplay -l`"

    def play(self, wav: bytes, seconds: float, cut: threading.Event) -> bool:
        """Run aplay until it ends."""
        process = subprocess.Popen(
            ["aplay", "-q", "-D", self._device, "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        feeder = threading.Thread(target=_feed, args=(process, wav), name="aplay-feeder", daemon=True)
        feeder.start()
        try:
            whole = self._wait(process, time.monotonic() + seconds + SPARE_S, cut)
        finally:
            process.kill()
            process.wait()
            feeder.join()
            message = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
            _close_pipes(process)
        if whole and process.returncode:
            raise TransportLost(f"{self.address}: aplay: {message.splitlines()[-1] if message else 'failed'}")
        return whole and process.returncode == 0

    def _wait(self, process: subprocess.Popen[bytes], deadline: float, cut: threading.Event) -> bool:
        while process.poll() is None:
            if cut.wait(0.02) or self._closed.is_set():
                return False
            if time.monotonic() > deadline:
                raise TransportLost(f"{self.address}: aplay does not end; the device is stuck")
        return True


def _feed(process: subprocess.Popen[bytes], wav: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(wav)
        process.stdin.close()
    except OSError:
        return  # aplay ended early; its exit code and words tell why


def _close_pipes(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stderr):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:
            continue  # what was still unwritten goes to nobody


def _card_of(device: str) -> str | None:
    """Return the card's entry below /proc/asound of ``hw:0``, ``plughw:CARD=Device,DEV=0``; None for named devices."""
    found = re.fullmatch(r"(?:plug)?hw:(?:CARD=)?([A-Za-z0-9_-]+)(?:,.*)?", device)
    if found is None:
        return None
    card = found.group(1)
    return f"card{card}" if card.isdigit() else card


def _any_sound() -> bool:
    if any(CARDS.glob("card[0-9]*")):
        return True
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    return (runtime / "pulse" / "native").exists() or (runtime / "pipewire-0").exists()


class FilePort(_Watched):
    """A folder that gets one WAV file for each announcement: announcement-0001.wav, ..."""

    def __init__(self, address: str, folder: Path, *, realtime: bool) -> None:
        super().__init__(address)
        self._folder = folder
        self._realtime = realtime
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise TransportLost(f"{address}: {problem.strerror}") from problem

    def trouble(self) -> str:
        """Say whether the folder is there."""
        return "" if self._folder.is_dir() else "the folder is gone"

    def play(self, wav: bytes, seconds: float, cut: threading.Event) -> bool:
        """Write the file whole or not at all."""
        number = 1 + max((int(name.stem[-4:]) for name in self._folder.glob("announcement-[0-9]*.wav")), default=0)
        new = self._folder / f".announcement-{number:04}.new"
        try:
            new.write_bytes(wav)
            new.replace(self._folder / f"announcement-{number:04}.wav")
        except OSError as problem:
            raise TransportLost(f"{self.address}: {problem.strerror}") from problem
        return not (self._realtime and cut.wait(seconds))
