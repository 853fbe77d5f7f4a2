"""Simulators at work: each `Player` puts one far end behind a real line; a `Stage` runs many in one thread.

The player owns what belongs to the wire and not to the device: speed, a wrong speed, noise, silence, a pulled
cable. It alone writes the device's state file, whole and by rename, at most 20 times a second.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from random import Random
from socket import socketpair
from typing import Any

import msgspec
import structlog

from drivers.control import ControlSocket
from drivers.far_end import FarEnd, ManyHosts, UnknownControl, UsbControlled
from drivers.far_lines.line import Watch
from drivers.far_lines.make import make_far_line
from drivers.far_lines.many_hosts import HostsLine
from drivers.far_lines.usb import UsbLine
from drivers.portions import HOW, Portions
from drivers.transport.usb_sim import STALLED

CHUNK_S = 0.005
"""Bytes on a paced line are handed over in portions of this much time, not one by one."""
STATE_EVERY_S = 0.05
INBOX_LIMIT = 4096
"""Like a UART driver's buffer: when it is full, the host has to wait."""
BITS_PER_BYTE = 10

WIRE_CONTROLS = {
    "plug": "Put the cable in.",
    "unplug": "Pull the cable out.",
    "garble": "Noise on the line in both directions: on=true or false, share=0..1 of the bytes (default 0.1).",
    "mute": "The device hears but nothing of its answers arrives: on=true or false.",
    "portions": "Hand answers over how=whole, single (byte by byte) or merged (many at once).",
    "slow": "Delay every answer: s=seconds (0 ends it).",
    "controls": "List all controls.",
    "state": "Return the state.",
}

log = structlog.get_logger("drivers.play")


class Paced:
    """Bytes on their way over a line of a given speed; without a speed they arrive at once."""

    def __init__(self, baud: int | None) -> None:
        self._byte_s = BITS_PER_BYTE / baud if baud else 0.0
        self._chunk = max(1, int(CHUNK_S / self._byte_s)) if baud else 1
        self._waiting = bytearray()
        self._clock = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def until(self) -> float:
        """When the byte that was taken last had arrived; exact, however late it was fetched."""
        return self._clock

    def push(self, data: bytes, now: float) -> None:
        """Put bytes on the line behind those that are on it already."""
        if not self._waiting:
            self._clock = max(self._clock, now)
        self._waiting += data

    def pop(self, now: float) -> bytes:
        """Take the bytes that have arrived by now."""
        count = len(self._waiting)
        if self._byte_s:
            count = max(0, min(count, int((now - self._clock) / self._byte_s + 1e-6)))
            self._clock += count * self._byte_s
        arrived = bytes(self._waiting[:count])
        del self._waiting[:count]
        return arrived

    def due(self) -> float | None:
        """When the next portion arrives, or None when the line is empty."""
        if not self._waiting:
            return None
        return self._clock + self._byte_s * min(len(self._waiting), self._chunk)

    def clear(self) -> None:
        """Lose what is on the line."""
        self._waiting.clear()


class Player:
    """One simulated device behind one address. Its methods belong to the stage's thread."""

    def __init__(
        self,
        far_end: FarEnd,
        address: str,
        watch: Watch,
        control_path: Path | None = None,
        state_path: Path | None = None,
        baud: int | None = None,
    ) -> None:
        self.far_end = far_end
        self.line = make_far_line(address, watch, self._took)
        if isinstance(self.line, UsbLine):
            self.line.answer_control = self._control_transfer
        if isinstance(self.line, HostsLine):
            self.line.heard = self._host_said
        self.failed = ""
        self._baud, self._state_path = baud, state_path
        self._inbox, self._outbox, self._portions = Paced(baud), Paced(baud), Portions()
        self._plugged, self._mute, self._slow_s, self._garble_share = False, False, 0.0, 0.0
        self._held: list[tuple[float, bytes]] = []
        self._held_for: list[tuple[float, int, bytes]] = []
        self._noise = Random(68)  # noqa: S311 - damage on a wire, repeatable on purpose
        self._dirty, self._written, self._last_state = True, 0.0, b""
        self._control = ControlSocket(control_path, watch, self.answer) if control_path else None

    @property
    def address(self) -> str:
        """What the host opens (a TCP port 0 is the real one after plugging)."""
        return self.line.address

    @property
    def heard_until(self) -> float:
        """When the last byte that the device was handed had left the (paced) line."""
        return self._inbox.until

    @property
    def busy(self) -> bool:
        """Whether bytes are on the line, in either direction."""
        return bool(self._inbox or self._outbox)

    def plug(self) -> None:
        """Put the cable in."""
        self.line.plug()
        self._plugged = self._dirty = True

    def unplug(self) -> None:
        """Pull the cable; what was on the line is lost."""
        self._plugged, self._dirty = False, True
        self._inbox.clear()
        self._outbox.clear()
        self._portions.clear()
        self._held.clear()
        self._held_for.clear()
        self.line.unplug()

    def turn(self, now: float) -> None:
        """Hand over what has arrived by now, in both directions; write the state file if it is time."""
        arrived = self._inbox.pop(now)
        if arrived:
            self._dirty = True
            self.line.listen(True)
            self.far_end.receive(self._damaged(arrived), now)
        said = self.far_end.outgoing(now)
        if said:
            self._dirty = True
            self._held.append((now + self._slow_s, said))
        while self._held and self._held[0][0] <= now:
            self._outbox.push(self._held.pop(0)[1], now)
        self._portions.push(self._outbox.pop(now), now)
        ready = self._portions.pop(now)
        if ready and self._plugged and not self._mute:
            self.line.send(self._damaged(ready))
        if isinstance(self.line, HostsLine):
            self._turn_hosts(self.line, now)
        if self._dirty and now >= self._written + STATE_EVERY_S:
            self._write_state(now)

    def due(self, now: float) -> float | None:
        """When the next turn is needed, or None while only the host can wake it."""
        times = [self._inbox.due(), self._outbox.due(), self._portions.due(), self.far_end.next_due()]
        times += [held[0][0] for held in (self._held, self._held_for) if held]
        times += [self._written + STATE_EVERY_S] if self._dirty else []
        wanted = [moment for moment in times if moment is not None]
        return max(now, min(wanted)) if wanted else None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request of the control socket."""
        arguments = dict(request)
        control = arguments.pop("do", None)
        self._dirty = True
        try:
            return {"ok": True, **self.do(str(control), arguments)}
        except UnknownControl as problem:
            return {"ok": False, "error": str(problem)}
        except (KeyError, TypeError, ValueError) as problem:
            return {"ok": False, "error": f"{control}: wrong arguments ({type(problem).__name__}: {problem})"}

    def do(self, control: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Carry out a control of the wire or of the device.

        Raises:
            UnknownControl: neither has it.

        """
        if control in WIRE_CONTROLS:
            found: dict[str, Any] = getattr(self, f"_do_{control}")(arguments)
            return found
        if control not in self.far_end.controls():
            raise UnknownControl(control, [*WIRE_CONTROLS, *self.far_end.controls()])
        return self.far_end.do(control, arguments, time.monotonic())

    def state(self) -> dict[str, Any]:
        """Return the wire's and the device's state as JSON values."""
        wire = {
            "address": self.address,
            "plugged": self._plugged,
            "mute": self._mute,
            "slow_s": self._slow_s,
            "garble_share": self._garble_share,
            "wrong_baud": self._wrong_baud(),
            "failed": self.failed,
        }
        return {"wire": wire, "device": self.far_end.state()}

    def close(self) -> None:
        """Unplug, and remove the control socket; the last state stays."""
        self.unplug()
        self._write_state(time.monotonic())
        if self._control is not None:
            self._control.close()
            self._control = None

    def _took(self, data: bytes) -> None:
        self._inbox.push(data, time.monotonic())
        if len(self._inbox) >= INBOX_LIMIT:
            self.line.listen(False)

    def _host_said(self, host: int, data: bytes) -> None:
        self._dirty = True
        if isinstance(self.far_end, ManyHosts):
            self.far_end.heard(host, self._damaged(data), time.monotonic())

    def _turn_hosts(self, line: HostsLine, now: float) -> None:
        """The same for a line of many hosts: what each is told, late or damaged as the wire is."""
        said = self.far_end.said(now) if isinstance(self.far_end, ManyHosts) else []
        self._dirty = self._dirty or bool(said)
        self._held_for += [(now + self._slow_s, host, data) for host, data in said]
        while self._held_for and self._held_for[0][0] <= now:
            _at, host, data = self._held_for.pop(0)
            if self._plugged and not self._mute:
                line.send_to(host, self._damaged(data))

    def _control_transfer(self, setup: bytes, data: bytes) -> bytes | None:
        self._dirty = True
        if self._mute:
            return None
        far_end = self.far_end
        answer = far_end.usb_control(setup, data, time.monotonic()) if isinstance(far_end, UsbControlled) else None
        return STALLED if answer is None else b"\0" + answer

    def _wrong_baud(self) -> bool:
        if not self._plugged or self._baud is None:
            return False
        host = self.line.host_baud()
        return host is not None and host != self._baud

    def _damaged(self, data: bytes) -> bytes:
        if self._wrong_baud():
            # A UART at another speed sees other bits and other byte borders.
            return bytes((byte * 7 ^ 0xA6) & 0xFF for byte in data[::2])
        if not self._garble_share:
            return data
        share, noise = self._garble_share, self._noise
        return bytes(byte ^ noise.randrange(1, 256) if noise.random() < share else byte for byte in data)

    def _do_plug(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        self.plug()
        return {}

    def _do_unplug(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        self.unplug()
        return {}

    def _do_garble(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self._garble_share = float(arguments.get("share", 0.1)) if arguments.get("on", True) else 0.0
        return {}

    def _do_mute(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self._mute = bool(arguments.get("on", True))
        return {}

    def _do_slow(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self._slow_s = max(0.0, float(arguments["s"]))
        return {}

    def _do_portions(self, arguments: dict[str, Any]) -> dict[str, Any]:
        how = str(arguments["how"])
        if how not in HOW:
            raise ValueError(f"how is one of {', '.join(HOW)}")
        self._portions.how = how
        return {}

    def _do_controls(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"controls": {**WIRE_CONTROLS, **self.far_end.controls()}}

    def _do_state(self, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"state": self.state()}

    def _write_state(self, now: float) -> None:
        self._dirty, self._written = False, now
        if self._state_path is None:
            return
        state = msgspec.json.encode(self.state())
        if state != self._last_state:
            self._last_state = state
            self._state_path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._state_path.with_name(f".{self._state_path.name}.new")
            fresh.write_bytes(state)
            fresh.replace(self._state_path)


class Stage:
    """Runs players in one thread until stopped."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.players: list[Player] = []
        self._stopping = threading.Event()
        self._wake, self._wakes = socketpair()
        self._wakes.setblocking(False)
        self._calls: list[Callable[[], None]] = []
        self._calls_lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.watch.add(self._wakes.fileno(), lambda: void(self._wakes.recv(64)))

    def add(
        self,
        far_end: FarEnd,
        address: str,
        control_path: Path | None = None,
        state_path: Path | None = None,
        baud: int | None = None,
    ) -> Player:
        """Put a far end behind an address and plug it in; before `start` or from the loop's own thread."""
        player = Player(far_end, address, self.watch, control_path, state_path, baud)
        player.plug()
        self.players.append(player)
        return player

    def start(self) -> None:
        """Run in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="stage", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Run until `stop`, then unplug everything."""
        while not self._stopping.is_set():
            now = time.monotonic()
            times = [moment for player in self.players if (moment := player.due(now)) is not None]
            self.watch.run_ready(max(0.0, min(times) - now) if times else None)
            self._run_calls()
            for player in self.players:
                self._turn(player)
        self._run_calls()
        self.close()

    def stop(self) -> None:
        """End the loop (idempotent) and wait for its thread, if it has one."""
        self._stopping.set()
        self._poke()
        if self._thread is None:
            return
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    def do(self, player: Player, control: str, **arguments: Any) -> dict[str, Any]:
        """Carry out a control from another thread and return its result.

        Raises:
            UnknownControl: the player has no such control.

        """
        return self._called(lambda: player.do(control, arguments))

    def state(self, player: Player) -> dict[str, Any]:
        """Return a player's state, from another thread."""
        return self._called(player.state)

    def _called(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        outcome: Future[dict[str, Any]] = Future()

        def carry_out() -> None:
            try:
                outcome.set_result(call())
            except Exception as problem:
                outcome.set_exception(problem)

        with self._calls_lock:
            self._calls.append(carry_out)
        self._poke()
        return outcome.result(timeout=5)

    def _run_calls(self) -> None:
        with self._calls_lock:
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def _turn(self, player: Player) -> None:
        """A bug in one simulator must not take the others along: that one is unplugged and says why."""
        if player.failed:
            return
        try:
            player.turn(time.monotonic())
        except Exception as problem:
            log.exception("simulator failed", address=player.address)
            player.failed = f"{type(problem).__name__}: {problem}"
            player.unplug()

    def _poke(self) -> None:
        try:
            self._wake.send(b"x")
        except OSError:
            return  # the loop has ended already

    def close(self) -> None:
        """Unplug everything; for a stage that never ran (`run` does it by itself)."""
        for player in self.players:
            player.close()
        self.watch.close()
        self._wake.close()
        self._wakes.close()


def void(_value: object) -> None:
    """Drop a value on purpose (a wake-up byte)."""
