"""An ID-card reader from the far end of its cable: a card comes and goes, is worn, forged, of the wrong kind.

It takes its own time like a real one (finding about 0.15 s, reading about 0.6 s), unless made `quick`. A card that was
read answers "no card" until it is lifted, as most readers do; a card pulled away in mid-reading turns the pending
answer into 41.
"""

from collections import deque
from random import Random
from typing import Any

from drivers.far_end import UnknownControl
from drivers.id_card.layouts import write_address, write_text
from drivers.id_card.model import Model, model_of
from drivers.id_card.people import PEOPLE, Invented, placeholder_photo
from drivers.id_card.protocol import (
    WRONG_LENGTH,
    Blocks,
    Command,
    Damaged,
    Reply,
    Request,
    RequestDecoder,
    reply,
    sam_id_bytes,
)
from hall.ports.id_card import CardKind

SAM_ID = "05.01-20260101-0000000001-0000000068"
BABBLE_EVERY_S = 0.1
_READINGS = frozenset({Command.READ, Command.READ_FINGERPRINT, Command.READ_ADDRESS})

CONTROLS = {
    "insert_card": f"Lay a card on: person = one of {', '.join(PEOPLE)}; or kind and fields of your own.",
    "remove_card": "Lift the card, also in the middle of a reading; silent=true: the reader then never answers that.",
    "worn": "The card is worn or forged: sw = 31, 32, 33 or 41 (hexadecimal text), 0 ends it.",
    "wrong_card": "It is some other chip card (a bus card): on=true or false.",
    "wrong_checksum": "The next n answers carry a wrong checksum: n.",
    "fault": "The module refuses everything: sw = 60 or 66, 0 ends it.",
    "stumble": "The next n readings answer 24 (unknown error): n.",
    "no_fingerprint": "An older module that does not know command 30 10: on=true or false.",
    "fingerprint": "How many bytes of fingerprint the card holds: size = 0, 512 or 1024 (default).",
    "say": "The next n answers (default 1) to one command: command = find, select, read, ...; sw (hexadecimal), n.",
    "silent": "It never answers: on=true or false.",
    "babble": "It sends garbage without end: on=true or false.",
    "quick": "Answer at once instead of in a reader's own time: on=true or false.",
}


class SimulatedIdCardReader:
    """A FarEnd."""

    def __init__(self, model: Model, *, quick: bool = False) -> None:
        self._model, self._quick = model, quick
        self._decoder = RequestDecoder(tells_lengths=True)
        self._pending: deque[tuple[float, Command | None, Reply]] = deque()
        self._out = bytearray()
        self._card: Invented | None = None
        self._person = ""
        self._selected = self._was_read = False
        self._worn = self._fault = 0
        self._wrong_card = self._silent = self._no_fingerprint = False
        self._wrong_checksums = self._stumbles = 0
        self._finger_size = 1024
        self._said: dict[str, list[Reply]] = {}
        self._babble_at: float | None = None
        self._noise = Random(450)  # noqa: S311 - garbage on a wire, repeatable on purpose
        self._counts: dict[str, int] = {}

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes in any split."""
        for request in self._decoder.feed(data):
            if isinstance(request, Damaged):
                command, answer = None, reply(0x11 if request.why == WRONG_LENGTH else 0x10)
            else:
                command, answer = request.command, self._answer(request)
            self._pending.append((now + self._own_time(command), command, answer))

    def outgoing(self, now: float) -> bytes:
        """Return the answers that are due."""
        while self._pending and self._pending[0][0] <= now:
            _due, command, answer = self._pending.popleft()
            self._say(answer)
            if command in (Command.READ, Command.READ_FINGERPRINT) and answer.sw3 == 0x90:
                self._was_read = True
        if self._babble_at is not None and now >= self._babble_at:
            self._babble_at = now + BABBLE_EVERY_S
            self._out += self._noise.randbytes(self._noise.randrange(1, 40))
        said = bytes(self._out)
        self._out.clear()
        return said

    def next_due(self) -> float | None:
        """When the next answer or garbage comes."""
        times = [self._pending[0][0]] if self._pending else []
        times += [] if self._babble_at is None else [self._babble_at]
        return min(times, default=None)

    def controls(self) -> dict[str, str]:
        """What a person can do to it."""
        return dict(CONTROLS)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is none of that name.

        """
        if control not in CONTROLS:
            raise UnknownControl(control, CONTROLS)
        switch = bool(arguments.get("on", True))
        match control:
            case "insert_card":
                self._insert(arguments)
            case "remove_card":
                self._remove(silent=bool(arguments.get("silent", False)))
            case "worn" | "fault":
                setattr(self, f"_{control}", int(str(arguments["sw"]), 16))
            case "wrong_checksum":
                self._wrong_checksums = max(0, int(arguments["n"]))
            case "stumble":
                self._stumbles = max(0, int(arguments["n"]))
            case "fingerprint":
                self._finger_size = max(0, int(arguments["size"]))
            case "say":
                self._say_next(arguments)
            case "babble":
                self._babble_at = now if switch else None
            case _:
                setattr(self, f"_{control}", switch)
        return {}

    def state(self) -> dict[str, Any]:
        """Everything a dock, a test or a trainer may see; the person only by the invented card's label."""
        return {
            "model": self._model.title,
            "card": self._person if self._card is not None else None,
            "kind": self._card.kind.value if self._card is not None else None,
            "was_read": self._was_read,
            "silent": self._silent,
            "asked": dict(self._counts),
        }

    def _own_time(self, command: Command | None) -> float:
        if self._quick or command is None:
            return 0.0
        if command in (Command.READ, Command.READ_FINGERPRINT):
            return self._model.read_s
        return self._model.find_s if command in (Command.FIND, Command.SELECT, Command.READ_ADDRESS) else 0.02

    def _answer(self, request: Request) -> Reply:
        command = request.command
        if command is None:
            return reply(0x21)
        self._counts[command.name.lower()] = self._counts.get(command.name.lower(), 0) + 1
        if self._said.get(command.name.lower()):
            return self._said[command.name.lower()].pop()
        if self._fault:
            return reply(self._fault)
        match command:
            case Command.SAM_ID:
                return reply(0x90, sam_id_bytes(SAM_ID))
            case Command.FIND:
                return self._find()
            case Command.SELECT:
                self._selected = self._card is not None
                return reply(0x90, bytes(8)) if self._selected else reply(0x81)
            case Command.READ | Command.READ_FINGERPRINT | Command.READ_ADDRESS:
                return self._read(command)
            case Command.RESET:
                self._selected = False
                return reply(0x90)
            case _:
                return reply(0x90)

    def _find(self) -> Reply:
        hidden = self._was_read and not self._model.finds_again
        return reply(0x80) if self._card is None or hidden else reply(0x9F, bytes(4))

    def _read(self, command: Command) -> Reply:
        if self._no_fingerprint and command is Command.READ_FINGERPRINT:
            return reply(0x21)
        if self._stumbles:
            self._stumbles -= 1
            return reply(0x24)
        if self._card is None or not self._selected:
            return reply(0x41)
        if self._wrong_card or self._worn:
            return reply(0x40 if self._wrong_card else self._worn)
        if command is Command.READ_ADDRESS:
            address = self._card.new_address
            return reply(0x90, write_address(address)) if address else reply(0x91)
        text = write_text(self._card.kind, self._card.fields)
        finger = command is Command.READ_FINGERPRINT
        return reply(
            0x90,
            Blocks(text, placeholder_photo(), bytes(self._finger_size) if finger else b"").to_bytes(fingerprint=finger),
        )

    def _say_next(self, arguments: dict[str, Any]) -> None:
        name = Command[str(arguments["command"]).upper()].name.lower()
        words = bytes.fromhex(str(arguments["sw"])).rjust(3, b"\0")
        self._said[name] = [Reply(words[0], words[1], words[2])] * max(1, int(arguments.get("n", 1)))

    def _insert(self, arguments: dict[str, Any]) -> None:
        self._remove(silent=False)
        if "fields" in arguments:
            kind = CardKind(arguments.get("kind", CardKind.CITIZEN.value))
            self._card = Invented(kind, dict(arguments["fields"]), str(arguments.get("new_address", "")))
            self._person = "own"
        else:
            self._person = str(arguments.get("person", "zhang"))
            self._card = PEOPLE[self._person]

    def _remove(self, *, silent: bool) -> None:
        self._card, self._selected, self._was_read = None, False, False
        kept = [entry for entry in self._pending if entry[1] not in _READINGS]
        torn = (
            [] if silent else [(due, command, reply(0x41)) for due, command, _ in self._pending if command in _READINGS]
        )
        self._pending = deque(sorted([*kept, *torn], key=lambda entry: entry[0]))

    def _say(self, answer: Reply) -> None:
        if self._silent:
            return
        frame = bytearray(answer.to_bytes())
        if self._wrong_checksums:
            self._wrong_checksums -= 1
            frame[-1] ^= 0x55
        self._out += frame


def far_end(row: dict[str, Any], options: Any) -> SimulatedIdCardReader:  # noqa: ARG001 - the catalogue's signature
    """Make the simulator of a model."""
    return SimulatedIdCardReader(model_of(row))
