"""The stage of the scripted day: apps, simulators and the witness, with the gestures that many chapters share."""

import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.catalog import model
from drivers.ticket_printer.model import Model, model_of
from field.demo.hall import HUB, DemoHall
from field.demo.plan import Demo, DeviceAt
from field.demo.wire import NotDone, Remote, Simulator
from field.demo.witness import Witness
from field.story import far_ends
from field.story.book import Book

CALL_KEY = "1"
"""Of a caller pad with a cable of its own: call the next one."""
SLOW_FINGER_S = 1.0
"""Longer than any shipped pad's `duplicate_ms` (see `Profile`)."""
CLERKS = {"1": ("1001", "1001"), "2": ("1002", "1002")}


class Day:
    """What a chapter can touch and look at."""

    def __init__(self, hall: DemoHall, book: Book, folder: Path) -> None:
        self.hall, self.book, self.folder = hall, book, folder
        self._pictures = itertools.count(1)
        self._pressed: dict[str, float] = {}
        self.witness = Witness(self.demo.hub_url, self.demo.state("witness"), self._witness_token("hall"))
        self.centre = self.witness
        if self.demo.centre_port is not None:
            url = f"https://127.0.0.1:{self.demo.centre_port}"
            self.centre = Witness(url, self.demo.state("centre-witness"), self._witness_token("centre"))

    @property
    def demo(self) -> Demo:
        """The plan."""
        return self.hall.demo

    @property
    def kiosk(self) -> Remote:
        """The kiosk's hands and eyes."""
        return self.hall.remotes["kiosk-c"]

    @property
    def lobby(self) -> Remote:
        """The lobby screen's eyes."""
        return self.hall.remotes["lobby-1"]

    def counter(self, number: str) -> Remote:
        """Return a counter's hands and eyes."""
        return self.hall.remotes[f"counter-{number}"]

    def device(self, key: str) -> Simulator:
        """Return a simulator by ``unit.device``."""
        return self.hall.simulators[key]

    @property
    def printer(self) -> Simulator:
        """The kiosk's printer."""
        return self.device("kiosk-c.printer")

    @property
    def reader(self) -> Simulator:
        """The kiosk's ID-card reader."""
        return self.device("kiosk-c.reader")

    @property
    def bus(self) -> Simulator:
        """The pads of counters 1 and 2 that share a cable."""
        return self.device("bus-1.bus")

    @property
    def board(self) -> Simulator:
        """The board of the room: button, door, lamps."""
        return self.device("bus-1.board")

    @property
    def camera(self) -> Simulator:
        """What lies before the kiosk's document camera."""
        return self.device("kiosk-c.camera")

    @property
    def sheets(self) -> Simulator:
        """The kiosk's A4 printer."""
        return self.device("kiosk-c.sheets")

    @property
    def printer_model(self) -> Model:
        """The kiosk's printer as its row says."""
        return model_of(self._row(self.demo.device("kiosk-c.printer")))

    def picture(self, app: Remote, name: str) -> None:
        """Grab a window into the story's folder, numbered in the order of the day."""
        file = f"{next(self._pictures):02d}-{name}.png"
        app.grab(self.folder / file)
        self.book.picture(file)

    def sign_in(self, counter: str) -> None:
        """Sign a clerk in at a counter that nobody is signed in at."""
        clerk, pin = CLERKS[counter]
        self.sign_in_as(counter, clerk, pin)

    def sign_in_as(self, counter: str, clerk: str, pin: str) -> None:
        """Sign a certain clerk in."""
        desk = self.counter(counter)
        desk.wait("sign_in.go", timeout_s=15)
        desk.type("sign_in.clerk", clerk)
        desk.type("sign_in.pin", pin)
        desk.tap("sign_in.go")
        desk.wait("current.number", timeout_s=10)

    def call_next(self, counter: str) -> str:
        """Press F2, or the key of the counter's own pad, and return the number that the desk shows."""
        desk = self.counter(counter)
        before = desk.wait("current.number")
        if (pad := self._pad(counter, "caller")) is not None:
            self._press(counter, "caller", pad, CALL_KEY)
        else:
            desk.press("F2")
        return desk.wait("current.number", f"^(?!{re.escape(before)}$)[A-Z]", timeout_s=8)

    def start_service(self, counter: str) -> None:
        """Press F5 and wait for the desk to serve."""
        self.counter(counter).press("F5")
        self.counter(counter).wait("pill.state", "办理中", timeout_s=8)

    def finish(self, counter: str) -> None:
        """Press F8 and wait until the desk is free."""
        self.counter(counter).press("F8")
        self.counter(counter).wait("pill.state", "空闲", timeout_s=8)

    def serve_to_the_end(self, counter: str) -> None:
        """Start and finish the called visitor."""
        self.start_service(counter)
        self.finish(counter)

    def rate(self, counter: str, level: int) -> None:
        """Press a level on the evaluator of a counter."""
        if (pad := self._pad(counter, "rating")) is not None:
            self._press(counter, "rating", pad, str(level))
        else:
            self.bus.do("rate", counter=counter, level=level)

    def wait_invited(self, counter: str) -> None:
        """Return when the evaluator of a counter was opened for the newest invitation.

        The one on the bus is told, and says so; a pad with a cable of its own is told nothing, its counter's desk is.
        """
        wanted = sum(body.get("counter") == counter for body in self.witness.of("rating.invited"))
        if self._pad(counter, "rating") is None:
            self.book.until("the evaluator is opened", lambda: self._openings(counter) >= wanted)
        else:
            self.book.until("the desk waits for the rating", lambda: self.counter(counter).shows("pill.rating"))

    def clear_counter(self, counter: str) -> None:
        """Bring a counter to free, whatever it holds: the next chapter starts from there."""
        desk = self.counter(counter)
        state = desk.wait("pill.state")
        if "呼叫中" in state:
            desk.press("F5")
            desk.wait("pill.state", "办理中", timeout_s=8)
            state = "办理中"
        if "办理中" in state:
            self.finish(counter)

    def slip_count(self) -> int:
        """Return how many slips the printer has cut so far."""
        return int(self.printer.device()["count"])

    def last_slip(self) -> dict[str, Any]:
        """Return the newest slip as decoded from its bytes: `lines`, `qr`, `bytes`, `complete`."""
        slips: list[dict[str, Any]] = self.printer.do("slips", last=1)["slips"]
        if not slips:
            raise NotDone("no slip has come out yet")
        return slips[-1] | {"qr": far_ends.codes(slips[-1], self.printer_model)}

    def new_slip(self, before: int, timeout_s: float = 12.0) -> dict[str, Any]:
        """Return the slip that came out after `before` slips."""
        if not self.book.until("a slip comes out", lambda: self.slip_count() > before, timeout_s):
            raise NotDone("no slip came out")
        return self.last_slip()

    def strip_text(self, counter: str) -> str:
        """Return what a strip shows, decoded from the bytes it received."""
        return str(self.device(f"counter-{counter}.strip").device().get("text", ""))

    def strip_calls(self, counter: str, number: str) -> str:
        """Return what a strip shows if it calls `number`, else nothing."""
        shown = self.strip_text(counter)
        row = self._row(self.demo.device(f"counter-{counter}.strip"))
        return shown if far_ends.strip_shows(row, shown, number) else ""

    def spoken(self) -> dict[str, list[str]]:
        """Return what each of the lobby's voices has said: sound files by name, texts of a speech module."""
        voices = [device for device in self.demo.of("lobby-1") if device.kind == "voice"]
        return {voice.name: self._said_by(voice) for voice in voices}

    def _said_by(self, voice: DeviceAt) -> list[str]:
        if not voice.simulated:
            return sorted(path.name for path in Path(voice.address.partition(":")[2]).glob("*.wav"))
        state = self.device(voice.key).device()
        return [str(said["text"]) for said in state["spoken"] if not said["cut"]]

    def settle(self, there: Callable[[], bool], timeout_s: float = 15.0) -> None:
        """Wait for something that is no sight of its own.

        Raises:
            NotDone: it did not come.

        """
        end = time.monotonic() + timeout_s
        while not there():
            if time.monotonic() > end:
                raise NotDone("waited in vain for the screen to fill")
            time.sleep(0.1)

    def hub_back(self) -> None:
        """Start the hub again after a kill."""
        self.hall.restart_hub()

    def kill_hub(self) -> None:
        """End the hub as a power cut would."""
        self.hall.processes.kill(HUB)

    def _row(self, device: DeviceAt) -> dict[str, Any]:
        return model(device.kind, device.model)

    def _pad(self, counter: str, name: str) -> Simulator | None:
        """Return a counter's pad with a cable of its own."""
        return self.hall.simulators.get(f"counter-{counter}.{name}")

    def _press(self, counter: str, name: str, pad: Simulator, key: str) -> None:
        """Press as a person does: the same key again only after the time in which it would be taken for a retry."""
        place = f"counter-{counter}.{name}"
        time.sleep(max(0.0, self._pressed.get(place, 0.0) + SLOW_FINGER_S - time.monotonic()))
        pad.do("press", key=key)
        self._pressed[place] = time.monotonic()

    def _openings(self, counter: str) -> int:
        return int(self.bus.device()["evaluators"][counter]["openings"])

    def _witness_token(self, server: str) -> str:
        return str(self.hall.server_act(server, "token", "--kind", "auditor", "--name", "witness")["token"])
