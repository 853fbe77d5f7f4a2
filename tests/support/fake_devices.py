"""Devices in memory, by the ports of the hall: a printer, a card reader, a code scanner."""

from collections.abc import Callable

from hall.domain.ids import DeviceName
from hall.domain.slip import Slip
from hall.ports.code_scanner import CodeScanned
from hall.ports.id_card import CardKind, CardPresented, CardRemoved, IdCard
from hall.ports.status import Status, StatusChanged, StatusWord
from hall.ports.ticket_printer import NotPrinted, PaperUsed, Printed, PrinterCapabilities, PrintOutcome, RollChanged

READY = Status(StatusWord.READY)


class FakeDevice:
    """What all of them share. `emit` is where their events go."""

    def __init__(self, name: str, emit: Callable[[object], None]) -> None:
        self.name = DeviceName(name)
        self.emit = emit
        self._status = READY
        self.closed = False

    def status(self) -> Status:
        return self._status

    def become(self, word: StatusWord) -> None:
        """Change the status and tell so."""
        self._status = Status(word)
        self.emit(StatusChanged(self.name, self._status))

    def close(self) -> None:
        self.closed = True


class FakePrinter(FakeDevice):
    """Prints into `slips`; `outcome` is what the next prints come to, None for what the status says."""

    capabilities = PrinterCapabilities(columns=48, dots=576, cutter=True, native_qr=True, presenter=False)

    def __init__(self, name: str, emit: Callable[[object], None]) -> None:
        super().__init__(name, emit)
        self.slips: list[Slip] = []
        self.outcome: PrintOutcome | None = None
        self.recovered = 0
        self.roll_mm = 0.0

    def check(self) -> Status:
        return self._status

    def print(self, slip: Slip) -> PrintOutcome:
        if self.outcome is not None:
            return self.outcome
        if not self._status.usable:
            return NotPrinted(self._status)
        self.slips.append(slip)
        return Printed(bytes_sent=100, confirmed=True)

    def recover(self) -> Status:
        self.recovered += 1
        self._status = READY
        return self._status

    def resume_roll(self, roll_mm: float) -> None:
        self.roll_mm += roll_mm

    def new_roll(self) -> None:
        self.end_roll(to_the_end=False)

    def use(self, slip_mm: float) -> None:
        """Have printed a slip of this length."""
        self.roll_mm += slip_mm
        self.emit(PaperUsed(self.name, slip_mm, self.roll_mm))

    def end_roll(self, *, to_the_end: bool = True) -> None:
        """Have a new roll."""
        used_mm, self.roll_mm = self.roll_mm, 0.0
        self.emit(RollChanged(self.name, used_mm, to_the_end))


class FakeReader(FakeDevice):
    """A card reader that only sees cards while it is told to watch."""

    def __init__(self, name: str, emit: Callable[[object], None]) -> None:
        super().__init__(name, emit)
        self.watching = False

    def watch(self, on: bool) -> None:
        self.watching = on

    def lay(self, card: IdCard) -> None:
        """Lay a card on it."""
        if self.watching:
            self.emit(CardPresented(self.name, card))

    def lift(self) -> None:
        """Take the card away."""
        self.emit(CardRemoved(self.name))


class FakeScanner(FakeDevice):
    """A code scanner."""

    def __init__(self, name: str, emit: Callable[[object], None]) -> None:
        super().__init__(name, emit)
        self.lit = False

    def trigger(self, on: bool) -> None:
        self.lit = on

    def hold(self, text: str) -> None:
        """Hold a code before it."""
        self.emit(CodeScanned(self.name, text))


def card(name: str = "张三丰", number: str = "110101199003070017", address: str = "滨江区柳林村8号") -> IdCard:
    """Return a plainly invented card."""
    return IdCard(kind=CardKind.CITIZEN, name=name, number=number, address=address, sex="男", birth="19900307")
