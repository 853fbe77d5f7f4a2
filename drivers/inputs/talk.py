"""What is said to a board: questions with answers (Modbus), orders into the dark (CH340), lines that speak up (GPIO).

A talk belongs to one open port. A turn does what is due and returns what was heard; only `TransportLost` is raised.
"""

import time
from collections.abc import Mapping
from itertools import count
from typing import NamedTuple, Protocol

from drivers.inputs import gpio_lines, protocol
from drivers.inputs.model import Model
from drivers.inputs.options import Channel, Options, Quantity
from drivers.inputs.protocol import (
    Answer,
    Bits,
    Done,
    Frame,
    MbapDecoder,
    Read,
    Refused,
    Request,
    RtuDecoder,
    SetCoil,
    Words,
)
from drivers.transport import Transport
from hall.ports.status import Status, StatusWord

WRITE_S = 1.0
ANSWER_S = 0.3
"""A board answers within some milliseconds; serial servers on a network add up to a tenth of a second."""
SHORTEST_GAP_S = 0.00175
GAP_BITS = 38.5
"""RTU wants 3.5 characters of quiet in front of a frame, 1.75 ms above 19200 baud (Modbus over Serial Line 1.02,
2.5.1.1); a board that was asked sooner misses the question."""
ATTEMPTS = 3
LOOK_EVERY_S = 0.8
"""Values, and outputs that the board may have lost with its power."""
LAST_NEIGHBOUR = 16
"""Addresses 1 to this one are asked who is there, one after the other, while the own one is silent."""
SEARCH_EVERY_S = 1.8
DEAF_S = 10.0
READ_SIZE = 256
READY = Status(StatusWord.READY)
SILENT = Status(StatusWord.OFFLINE, "the board does not answer; check its power, A and B, its address and baud rate")
DARK = Status(StatusWord.UNKNOWN, "line open; this relay never answers")


class Heard(NamedTuple):
    """What a turn brought: the status, inputs in the order in which they were seen, registers by value's name."""

    status: Status
    levels: tuple[tuple[Channel, bool], ...] = ()
    registers: tuple[tuple[str, int], ...] = ()


class Talk(Protocol):
    """A way to speak to a board."""

    def turn(self, lamps: Mapping[Channel, bool]) -> Heard:
        """Bring the outputs to what is wanted, and read what is due."""

    def rest(self, seconds: float) -> None:
        """Wait; a wake-up of the port ends it."""


class Deaf:
    """A transmitter on the board's line. One that misses answers is asked seldom, so that contacts are read in time."""

    def __init__(self) -> None:
        self.until = 0.0
        self._missed = 0

    def hears(self) -> None:
        """It has answered."""
        self._missed, self.until = 0, 0.0

    def missed(self, now: float) -> None:
        """It has not."""
        self._missed += 1
        if self._missed >= ATTEMPTS:
            self.until = now + DEAF_S

    def trouble(self, name: str, unit: int) -> Status | None:
        """Return what is to be said of it, once it has missed several answers in a row."""
        if self._missed < ATTEMPTS:
            return None
        return Status(StatusWord.FAULT, f"{name}: address {unit} does not answer; check its power and address")


class ModbusTalk:
    """One question at a time, by RTU or TCP frames."""

    def __init__(self, port: Transport, model: Model, options: Options) -> None:
        self._port, self._model, self._options = port, model, options
        self._tcp = model.protocol == "mbap"
        self._gap_s = 0.0 if self._tcp else max(SHORTEST_GAP_S, GAP_BITS / (options.baud or model.baud))
        self._decoder: RtuDecoder | MbapDecoder = MbapDecoder() if self._tcp else RtuDecoder(from_host=False)
        self._transactions = count(1)
        self._set: dict[Channel, bool] = {}
        """Outputs as the board has confirmed them."""
        self._look_at = self._search_at = 0.0
        self._silent = 0
        """Questions in a row without an answer."""
        self._values_due = False
        self._values_trouble: Status | None = None
        self._deaf: dict[int, Deaf] = {}
        """Transmitters at addresses of their own."""
        self._neighbours = count(0)
        self._neighbour = 0

    def turn(self, lamps: Mapping[Channel, bool]) -> Heard:
        """Set what is not as wanted, read the inputs, and now and then outputs and values."""
        if self._silent >= ATTEMPTS:
            return Heard(self._search())
        registers: list[tuple[str, int]] = []
        levels: list[tuple[Channel, bool]] = []
        trouble = self._look() or self._switch(lamps) or self._read(levels) or self._values(registers)
        return Heard(trouble or READY, tuple(levels), tuple(registers))

    def rest(self, seconds: float) -> None:
        """Wait; what comes unasked is dropped."""
        if seconds > 0 and self._port.read(READ_SIZE, seconds):
            self._decoder.reset()

    def _look(self) -> Status | None:
        """Read the outputs if it is time: the board's heartbeat, and how its own power cut is noticed."""
        if time.monotonic() < self._look_at:
            return None
        if self._model.coils:
            answer = self._ask(Read("coils", 0, self._model.coils))
            if not isinstance(answer, Bits):
                return _trouble(answer)
            self._set = {place + 1: on for place, on in enumerate(answer.values)}
        self._look_at = time.monotonic() + LOOK_EVERY_S
        self._values_due = True
        return None

    def _values(self, registers: list[tuple[str, int]]) -> Status | None:
        """Read the values if it is time; what was wrong with them stays so until they are read again."""
        if not self._values_due:
            return self._values_trouble
        self._values_due = False
        wanted = self._model.quantities_of(self._options).items()
        troubles = [self._value(name, one, registers) for name, one in wanted]
        self._values_trouble = next((trouble for trouble in troubles if trouble is not None), None)
        return self._values_trouble

    def _value(self, name: str, one: Quantity, registers: list[tuple[str, int]]) -> Status | None:
        deaf = self._deaf.setdefault(one.unit, Deaf())
        if time.monotonic() < deaf.until:
            return deaf.trouble(name, one.unit)
        answer = self._ask(Read(one.table, one.register, 1), one.unit)
        if isinstance(answer, Words):
            registers.append((name, answer.values[0]))
            deaf.hears()
            return None
        if answer is not None or not one.unit:
            return _trouble(answer)
        deaf.missed(time.monotonic())
        return deaf.trouble(name, one.unit)

    def _switch(self, lamps: Mapping[Channel, bool]) -> Status | None:
        for channel, on in lamps.items():
            if self._set.get(channel) is on:
                continue
            answer = self._ask(SetCoil(_place(channel), on))
            if not isinstance(answer, Done):
                return _trouble(answer)
            self._set[channel] = on
        return None

    def _read(self, levels: list[tuple[Channel, bool]]) -> Status | None:
        if not self._options.contacts:
            return None
        answer = self._ask(Read("inputs", 0, self._model.inputs))
        if not isinstance(answer, Bits):
            return _trouble(answer)
        levels += [(place + 1, on) for place, on in enumerate(answer.values[: self._model.inputs])]
        return None

    def _search(self) -> Status:
        """Now and then ask the silent board, and one other address: a switch on the board may stand wrong.

        Between two questions is more time than any answer is late, so that none passes for the next one's.
        """
        if time.monotonic() < self._search_at:
            return self._lost()
        self._search_at = time.monotonic() + SEARCH_EVERY_S
        if self._ask(self._question()) is not None:
            self._look_at, self._neighbour, self._values_trouble = 0.0, 0, None
            return READY
        unit = next(self._neighbours) % LAST_NEIGHBOUR + 1
        if unit != self._options.unit and self._ask(self._question(), unit) is not None:
            self._neighbour = unit
        return self._lost()

    def _lost(self) -> Status:
        if not self._neighbour:
            return SILENT
        says = f"address {self._neighbour} answers, {self._options.unit} does not; set the board's switches or `unit`"
        return Status(StatusWord.FAULT, says)

    def _question(self) -> Request:
        if self._model.coils:
            return Read("coils", 0, self._model.coils)
        one = next(iter(self._model.quantities_of(self._options).values()))
        return Read(one.table, one.register, 1)

    def _ask(self, request: Request, neighbour: int = 0) -> Answer | None:
        """Return the answer of our board, or of a neighbour; None when none came in time."""
        for _attempt in range(1 if self._silent or neighbour else ATTEMPTS):
            answer = self._asked_once(request, neighbour or self._options.unit)
            if answer is not None:
                self._silent = self._silent if neighbour else 0
                return answer
            self._silent += not neighbour
        return None

    def _asked_once(self, request: Request, unit: int) -> Answer | None:
        self._let_quiet()
        pdu, transaction = protocol.request_pdu(request), next(self._transactions) & 0xFFFF
        self._port.write(protocol.mbap(unit, pdu, transaction) if self._tcp else protocol.rtu(unit, pdu), WRITE_S)
        deadline = time.monotonic() + ANSWER_S
        while (left_s := deadline - time.monotonic()) > 0:
            for event in self._decoder.feed(self._port.read(READ_SIZE, left_s)):
                if isinstance(event, Frame) and (not self._tcp or event.transaction == transaction):
                    answer = self._answer(request, event, unit)
                    if answer is not None:
                        return answer
        return None

    def _let_quiet(self) -> None:
        """Drop late answers to questions of before, until the line is quiet; a babbling one is asked all the same."""
        deadline = time.monotonic() + ANSWER_S
        while self._port.read(READ_SIZE, self._gap_s) and time.monotonic() < deadline:
            pass
        self._decoder.reset()

    def _answer(self, request: Request, frame: Frame, unit: int) -> Answer | None:
        if frame.unit == unit:
            return protocol.answer_to(request, frame.pdu)
        if frame.unit != self._options.unit and protocol.answer_to(request, frame.pdu) is not None:
            self._neighbour = frame.unit
        return None


class Ch340Talk:
    """Orders that nobody acknowledges. They are all given again now and then, since the board may have lost power."""

    def __init__(self, port: Transport) -> None:
        self._port = port
        self._given: dict[Channel, bool] = {}
        self._again_at = 0.0

    def turn(self, lamps: Mapping[Channel, bool]) -> Heard:
        """Give the orders that are new, or all."""
        if time.monotonic() >= self._again_at:
            self._given, self._again_at = {}, time.monotonic() + LOOK_EVERY_S
        for channel, on in lamps.items():
            if self._given.get(channel) is not on:
                self._port.write(protocol.ch340(_place(channel) + 1, on), WRITE_S)
                self._given[channel] = on
        return Heard(DARK)

    def rest(self, seconds: float) -> None:
        """Wait, and notice a lost port."""
        self._port.read(READ_SIZE, max(0.0, seconds))


class GpioTalk:
    """Lines of a chip: they speak up at each edge, and are all read again now and then."""

    def __init__(self, port: Transport, options: Options) -> None:
        self._port, self._options = port, options
        self._messages = gpio_lines.Messages()
        self._set: dict[Channel, bool] = {}
        self._edges: list[tuple[Channel, bool]] = []
        self._levels: dict[Channel, bool] = {}
        self._begun, self._heard_at, self._refused = False, 0.0, ""
        self._get_at = 0.0

    def turn(self, lamps: Mapping[Channel, bool]) -> Heard:
        """Switch, and return the levels heard since the turn before, in order."""
        if not self._begun:
            self._begin(lamps)
        for channel, on in lamps.items():
            if self._set.get(channel) is not on:
                self._say("set", channel, on)
                self._set[channel] = on
        if time.monotonic() >= self._get_at:
            self._get_at = time.monotonic() + LOOK_EVERY_S
            self._say("get")
        self._listen(0.0)
        # Edges come once: a state that must last is seen to last by being said again each turn.
        levels, self._edges = (*self._edges, *self._levels.items()), []
        return Heard(self._status(), levels)

    def rest(self, seconds: float) -> None:
        """Wait for edges."""
        self._listen(max(0.0, seconds))

    def _begin(self, lamps: Mapping[Channel, bool]) -> None:
        for contact in self._options.contacts.values():
            self._say("in", contact.channel, self._options.bias)
        for channel in self._options.lamps.values():
            self._set[channel] = lamps.get(channel, False)
            self._say("out", channel, self._set[channel])
        self._say("begin")
        self._begun = True

    def _listen(self, seconds: float) -> None:
        for words in self._messages.feed(self._port.read(READ_SIZE, seconds)):
            event = gpio_lines.from_chip(words)
            if isinstance(event, gpio_lines.Level):
                self._heard_at, self._refused = time.monotonic(), ""
                self._edges.append((event.line, event.high))
                self._levels[event.line] = event.high
            elif event is not None:
                self._refused = event.reason

    def _status(self) -> Status:
        if self._refused:
            return Status(StatusWord.FAULT, f"the chip refuses: {self._refused}; see `gpioinfo` for names and holders")
        if not self._options.contacts:
            return Status(StatusWord.UNKNOWN, "lines held; outputs alone say nothing")
        if not self._heard_at:
            return Status(StatusWord.UNKNOWN, "no level was read yet")
        silent = time.monotonic() - self._heard_at > LOOK_EVERY_S + ANSWER_S
        return Status(StatusWord.OFFLINE, "the chip does not answer; unload and load its module") if silent else READY

    def _say(self, *words: object) -> None:
        self._port.write(gpio_lines.said(*words), WRITE_S)


def _trouble(answer: Answer | None) -> Status:
    if isinstance(answer, Refused):
        says = f"the board refuses: {answer.text} ({answer.code}); check model, channels and registers"
        return Status(StatusWord.FAULT, says)
    return SILENT


def _place(channel: Channel) -> int:
    """Return the coil of a channel that is counted from 1; `misfit` has refused any other."""
    assert isinstance(channel, int)
    return channel - 1
