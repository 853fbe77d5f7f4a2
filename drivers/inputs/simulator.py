"""The far ends of boards: Modbus over RTU or TCP, a CH340 relay, a GPIO chip; steered by controls."""

from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.inputs import gpio_lines, protocol
from drivers.inputs.model import Model, model_of
from drivers.inputs.options import Channel, Contact, Options
from drivers.inputs.protocol import Ch340Decoder, Frame, MbapDecoder, Read, Request, RtuDecoder, SetCoil

THINKING_S = 0.005
PRESS_MS = 200
NO_FUNCTION, NO_PLACE = 1, 2
COMMON = {
    "contact": "Put a contact: name=, closed=true or false.",
    "press": "Leave rest and come back: name=, ms= (default 200).",
    "power": "The board's power: on=true or false; outputs fall off.",
}


class _Panel:
    """What all boards have: contacts, outputs, power, and the time at which a press ends."""

    def __init__(self, options: Options) -> None:
        self.contacts = options.contacts
        self.closed = {name: _rest(one) for name, one in options.contacts.items()}
        self.lamps = dict.fromkeys(options.lamps, False)
        self.powered = True
        self._places = {channel: name for name, channel in options.lamps.items()}
        self._releases: list[tuple[float, str]] = []

    def level(self, name: str) -> bool:
        """Return what the input reads."""
        return self.closed[name] is not self.contacts[name].active_low

    def light(self, channel: Channel, on: bool) -> None:
        """Switch an output."""
        if channel in self._places:
            self.lamps[self._places[channel]] = on

    def let_go(self, now: float) -> list[str]:
        """End the presses that are over; return their contacts."""
        over = [name for at, name in self._releases if at <= now]
        self._releases = [(at, name) for at, name in self._releases if at > now]
        for name in over:
            self.closed[name] = _rest(self.contacts[name])
        return over

    def next_release(self) -> float | None:
        """When a press ends."""
        return min((at for at, _name in self._releases), default=None)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> list[str]:
        """Carry out a common control; return the contacts that changed.

        Raises:
            UnknownControl: there is no such control.

        """
        if control == "power":
            self.powered = bool(arguments.get("on", True))
            self.lamps = dict.fromkeys(self.lamps, False)
            return []
        if control not in COMMON:
            raise UnknownControl(control, COMMON)
        name = str(arguments["name"])
        rest = _rest(self.contacts[name])
        self.closed[name] = bool(arguments["closed"]) if control == "contact" else not rest
        if control == "press":
            self._releases.append((now + int(arguments.get("ms", PRESS_MS)) / 1000, name))
        return [name]

    def state(self) -> dict[str, Any]:
        """Return what a person at the board sees."""
        return {"contacts": self.closed, "lamps": self.lamps, "powered": self.powered}


class SimulatedModbus:
    """A board at one address; frames to others are not answered."""

    def __init__(self, model: Model, options: Options) -> None:
        self._model, self._unit = model, options.unit
        self._panel = _Panel(options)
        self._tcp = model.protocol == "mbap"
        self._decoder: RtuDecoder | MbapDecoder = MbapDecoder() if self._tcp else RtuDecoder(from_host=True)
        self._channels = {one.channel: name for name, one in options.contacts.items()}
        self._coils = [False] * model.coils
        self._quantities = model.quantities_of(options)
        self._registers: dict[tuple[int, str, int], int] = {
            (one.unit, one.table, one.register): 200 for one in self._quantities.values()
        }
        self._transmitters = {one.unit for one in self._quantities.values()} - {0}
        """Addresses of transmitters on the same line; `silence` takes one off."""
        self._answers: list[tuple[float, bytes]] = []
        self._heard_at = 0.0
        self._refuse = self._asked = self._bad_frames = 0

    def receive(self, data: bytes, now: float) -> None:
        """Take what the host wrote; a pause ends what is no frame."""
        self._panel.let_go(now)
        if now - self._heard_at > THINKING_S * 4:
            self._bad_frames += bool(self._decoder.reset())
        self._heard_at = now
        for event in self._decoder.feed(data) if self._panel.powered else ():
            if not isinstance(event, Frame):
                self._bad_frames += 1
            elif event.unit == self._unit or event.unit in self._transmitters:
                self._answer(event, now)

    def outgoing(self, now: float) -> bytes:
        """Return the answers that are due."""
        self._panel.let_go(now)
        due = b"".join(raw for at, raw in self._answers if at <= now)
        self._answers = [(at, raw) for at, raw in self._answers if at > now]
        return due

    def next_due(self) -> float | None:
        """When an answer goes out, or a press ends."""
        times = [at for at, _raw in self._answers]
        release = self._panel.next_release()
        return min([*times, release] if release is not None else times, default=None)

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return {
            **COMMON,
            "value": "Set a measured value: name=, value= in its unit.",
            "unit": "Turn the address switches: unit=.",
            "silence": "A transmitter with an address of its own: unit=, on=true or false.",
            "refuse": "Refuse every request with code= (1 function, 2 address, 4 failure; 0 ends it).",
        }

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control == "value":
            one = self._quantities[str(arguments["name"])]
            self._registers[one.unit, one.table, one.register] = round(float(arguments["value"]) / one.scale) & 0xFFFF
        elif control == "unit":
            self._unit = int(arguments["unit"])
        elif control == "silence":
            change = self._transmitters.discard if arguments.get("on", True) else self._transmitters.add
            change(int(arguments["unit"]))
        elif control == "refuse":
            self._refuse = int(arguments["code"])
        elif control in COMMON:
            self._panel.do(control, arguments, now)
            self._coils = self._coils if self._panel.powered else [False] * len(self._coils)
        else:
            raise UnknownControl(control, self.controls())
        return {}

    def state(self) -> dict[str, Any]:
        """Return what a person at the board sees."""
        values = {
            name: protocol.as_signed(self._registers[one.unit, one.table, one.register]) * one.scale
            for name, one in self._quantities.items()
        }
        seen = {"values": values, "unit": self._unit, "asked": self._asked, "bad_frames": self._bad_frames}
        return {**self._panel.state(), "coils": self._coils, **seen}

    def _answer(self, frame: Frame, now: float) -> None:
        self._asked += 1
        request = protocol.request_in(frame.pdu)
        code = self._refuse or (NO_FUNCTION if request is None else 0)
        who = 0 if frame.unit == self._unit else frame.unit
        pdu = protocol.refusal_pdu(frame.function, code) if code or request is None else self._carried_out(request, who)
        raw = protocol.mbap(frame.unit, pdu, frame.transaction) if self._tcp else protocol.rtu(frame.unit, pdu)
        self._answers.append((now + THINKING_S, raw))

    def _carried_out(self, request: Request, unit: int) -> bytes:
        if isinstance(request, SetCoil):
            if unit or request.coil >= len(self._coils):
                return protocol.refusal_pdu(5, NO_PLACE)
            self._coils[request.coil] = request.on
            self._panel.light(request.coil + 1, request.on)
            return protocol.request_pdu(request)
        return self._read(request, unit)

    def _read(self, read: Read, unit: int) -> bytes:
        if read.table in ("coils", "inputs"):
            bits = [] if unit else self._coils if read.table == "coils" else self._inputs()
            if 0 < read.count <= len(bits) - read.first:
                return protocol.bits_pdu(read.table, bits[read.first : read.first + read.count])
        else:
            wanted = [(unit, read.table, read.first + step) for step in range(read.count)]
            if wanted and all(place in self._registers for place in wanted):
                return protocol.words_pdu(read.table, [self._registers[place] for place in wanted])
        return protocol.refusal_pdu(protocol.FUNCTIONS[read.table], NO_PLACE)

    def _inputs(self) -> list[bool]:
        return [
            place in self._channels and self._panel.level(self._channels[place])
            for place in range(1, self._model.inputs + 1)
        ]


class SimulatedCh340:
    """A relay that obeys and never answers."""

    def __init__(self, options: Options) -> None:
        self._panel = _Panel(options)
        self._decoder = Ch340Decoder()
        self._orders = 0

    def receive(self, data: bytes, now: float) -> None:  # noqa: ARG002 - the contract of every far end
        """Take what the host wrote."""
        for channel, on in self._decoder.feed(data) if self._panel.powered else ():
            self._orders += 1
            self._panel.light(channel, on)

    def outgoing(self, now: float) -> bytes:  # noqa: ARG002 - the contract of every far end
        """Say nothing, ever."""
        return b""

    def next_due(self) -> float | None:
        """Nothing is ever due."""
        return None

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return {"power": COMMON["power"]}

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control not in self.controls():
            raise UnknownControl(control, self.controls())
        self._panel.do(control, arguments, now)
        return {}

    def state(self) -> dict[str, Any]:
        """Return what a person at the relay sees."""
        return {**self._panel.state(), "orders": self._orders}


class SimulatedGpio:
    """A chip whose lines are those of the options; it tells every change of an input that was asked for."""

    def __init__(self, options: Options) -> None:
        self._panel = _Panel(options)
        self._names = {str(one.channel): name for name, one in options.contacts.items()}
        self._messages = gpio_lines.Messages()
        self._watched: list[str] = []
        self._begun = False
        self._said = b""

    def receive(self, data: bytes, now: float) -> None:
        """Take what the host wrote."""
        self._let_go(now)
        for words in self._messages.feed(data) if self._panel.powered else ():
            self._obey(words)

    def outgoing(self, now: float) -> bytes:
        """Return levels and refusals."""
        self._let_go(now)
        said, self._said = self._said, b""
        return said

    def next_due(self) -> float | None:
        """When there is something to say, or a press ends."""
        return 0.0 if self._said else self._panel.next_release()

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return dict(COMMON)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        self._tell(self._panel.do(control, arguments, now))
        return {}

    def state(self) -> dict[str, Any]:
        """Return what a person at the board sees."""
        return {**self._panel.state(), "watched": self._watched}

    def _let_go(self, now: float) -> None:
        self._tell(self._panel.let_go(now))

    def _tell(self, changed: list[str]) -> None:
        lines = {name: line for line, name in self._names.items() if line in self._watched}
        for name in changed if self._begun and self._panel.powered else ():
            if name in lines:
                self._said += gpio_lines.said("level", lines[name], self._panel.level(name))

    def _obey(self, words: list[str]) -> None:
        match words:
            case ["in", line, _] if line in self._names:
                self._watched.append(line)
            case ["in", line, _]:
                self._said += gpio_lines.said("refused", f"no line {line}")
            case ["out" | "set", line, level]:
                self._panel.light(gpio_lines.channel_of(line), level == "1")
            case ["begin" | "get"]:
                self._begun = True
                self._watched = list(dict.fromkeys(self._watched))
                self._tell([self._names[line] for line in self._watched])


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the board of a model."""
    model = model_of(row)
    if model.protocol == "gpio":
        return SimulatedGpio(options)
    if model.protocol == "ch340":
        return SimulatedCh340(options)
    return SimulatedModbus(model, options)


def _rest(declared: Contact) -> bool:
    return declared.normally == "closed"
