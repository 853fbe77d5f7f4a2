"""What a device does to be looked at, and what a person does to be noticed by it. Nothing personal is printed."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, cast

from field.examine.opened import Opened
from field.examine.sheet import sheet
from hall.domain.ids import RatingUid
from hall.domain.slip import Align, Pair, Qr, Rule, Slip, Text
from hall.ports.code_scanner import CodeScanned, CodeScanner
from hall.ports.counter_screen import CounterScreen, NotShown, ScreenContent, ScreenState, Shown
from hall.ports.document_camera import DocumentCamera, PageNotTaken, PageTaken, Preview
from hall.ports.id_card import CardPresented, CardUnreadable, IdCardReader
from hall.ports.inputs import ContactChanged, Inputs
from hall.ports.page_printer import PagePrinter, SheetsNotPrinted
from hall.ports.page_scanner import NotScanned, PageScanner, PagesScanned
from hall.ports.rating_pad import RatingPad, RatingPressed
from hall.ports.signature_pad import PadKey, PenDown, PenUp, SignaturePad
from hall.ports.smart_card import IcCardPresented, IcCardUnreadable, SmartCardReader
from hall.ports.status import StatusChanged
from hall.ports.ticket_printer import NotPrinted, TicketPrinter
from hall.ports.ups import Power, PowerChanged
from hall.ports.voice import Announcement, NotSpoken, VoiceCaller

PERSON_S = 20.0
SHOW_S = 4.0
BLINK_S = 1.0
LAMP = "Does the document camera's lamp burn, without a glaring spot on the table?"
PATTERN = "测试 8888 TEST"
SLIP = Slip(
    "test",
    (
        Text("测试凭条 TEST", Align.CENTRE, width=2, height=2, bold=True),
        Rule(),
        Pair("左 left", "右 right"),
        Text("0123456789 ABCDEFGHIJ"),
        Text("一二三四五六七八九十"),
        Qr("HALLFLOOR TEST"),
    ),
)


class Exercised(NamedTuple):
    """How it went; `look` is what a person is asked, empty where nothing can be seen."""

    ok: bool
    says: str
    look: str = ""


class Wait(NamedTuple):
    """What a person is asked to do, and how it is noticed."""

    please: str
    act: Callable[[Opened], Exercised]


def _print(item: Opened) -> Exercised:
    outcome = cast(TicketPrinter, item.device).print(SLIP)
    if isinstance(outcome, NotPrinted):
        return Exercised(False, f"no slip: {outcome.status.word}: {outcome.status.reason}")
    sure = "and says that it is out" if outcome.confirmed else "and cannot say whether it is out"
    look = "Is the slip whole, with its large line, Chinese, QR code and cut?"
    return Exercised(True, f"test slip sent, {outcome.bytes_sent} bytes, {sure}", look)


def _show(item: Opened) -> Exercised:
    cast(CounterScreen, item.device).show(ScreenContent(ScreenState.CALLING, PATTERN))
    outcome = item.wait_for((Shown, NotShown), time.monotonic() + SHOW_S)
    if isinstance(outcome, Shown):
        said = "acknowledged" if outcome.acknowledged else "sent; this model never answers"
        return Exercised(True, f"pattern {said}", f"Does the strip show {PATTERN!r}?")
    return Exercised(False, f"not shown: {outcome.status.reason if outcome else 'no word from it'}")


def _say(item: Opened) -> Exercised:
    outcome = cast(VoiceCaller, item.device).say(Announcement((("zh", "语音测试，一二三"),), repeats=1))
    if isinstance(outcome, NotSpoken):
        return Exercised(False, f"not said: {outcome.status.reason or outcome.status.word}")
    return Exercised(True, f"said in {outcome.seconds:.1f} s", "Was the voice clear and loud enough?")


def _light(item: Opened) -> Exercised:
    scanner = cast(CodeScanner, item.device)
    scanner.trigger(True)
    scanner.trigger(False)
    return Exercised(True, "trigger on and off")


def _bus(item: Opened) -> Exercised:
    bus = cast(Any, item.device)
    for window in bus.windows:
        bus.show(window.counter, 888, 888)
        bus.beep(window.counter)
    return Exercised(True, f"{len(bus.windows)} windows told to show 888 and beep", "Do all callers show 888 and beep?")


def _blink(item: Opened) -> Exercised:
    """Switch every output on and off again, one after the other."""
    lamps = list(cast(Any, item.config.options).lamps)
    board = cast(Inputs, item.device)
    for on in (True, False):
        for lamp in lamps:
            board.switch(lamp, on)
        item.wait_for(ContactChanged, time.monotonic() + BLINK_S, lambda _event: False)
    if not item.status().usable:
        return Exercised(False, f"not switched: {item.status().reason}")
    return Exercised(True, f"{len(lamps)} outputs on and off", "Did each lamp light and go out?" if lamps else "")


def _contact(item: Opened) -> Exercised:
    """Wait for a contact that differs from its first state."""
    first: dict[str, bool] = {}

    def moved(event: ContactChanged) -> bool:
        return first.setdefault(event.contact, event.closed) is not event.closed

    event = item.wait_for(ContactChanged, time.monotonic() + PERSON_S, moved)
    return Exercised(True, f"{event.contact} moved") if event else Exercised(False, "no contact moved")


def _power(item: Opened) -> Exercised:
    event = item.wait_for(PowerChanged, time.monotonic() + SHOW_S)
    if event is None:
        return Exercised(False, f"it does not say where the current comes from: {item.status().reason}")
    charge = f", battery {event.charge_percent} %" if event.charge_percent >= 0 else ""
    runtime = f", {event.runtime_s // 60} min" if event.runtime_s >= 0 else ""
    return Exercised(True, f"on {event.power.value}{charge}{runtime}")


def _power_lost(item: Opened) -> Exercised:
    event = item.wait_for(PowerChanged, time.monotonic() + PERSON_S, lambda event: event.power is not Power.MAINS)
    return Exercised(True, "on battery was seen") if event else Exercised(False, "it stayed on the mains")


def _page(item: Opened) -> Exercised:
    outcome = cast(DocumentCamera, item.device).take_page()
    if isinstance(outcome, PageNotTaken):
        return Exercised(False, f"no page: {outcome.status.word}: {outcome.status.reason}")
    page, found = (
        outcome.page,
        "a paper was found" if outcome.found else "no paper was found, the whole picture is kept",
    )
    size = f"{page.width_px}x{page.height_px}" + (f" at {page.dpi} dpi" if page.dpi else "")
    return Exercised(True, f"page of {size}, {len(page.jpeg) // 1000} kB; {found}", LAMP)


def _paper(item: Opened) -> Exercised:
    """Wait for a live picture, so that the person has laid the sheet, then take a page: this time one must be found."""
    camera = cast(DocumentCamera, item.device)
    camera.preview(True)
    deadline = time.monotonic() + PERSON_S
    taken = camera.take_page()
    while time.monotonic() < deadline and not (isinstance(taken, PageTaken) and taken.found):
        taken = camera.take_page()
    live = any(isinstance(event, Preview) for event in item.events)
    camera.preview(False)
    if not isinstance(taken, PageTaken):
        return Exercised(False, f"no page: {taken.status.word}: {taken.status.reason}")
    if not live or not taken.found:
        return Exercised(False, "no paper was found" if live else "no live picture came")
    size = f"{taken.page.width_px}x{taken.page.height_px}"
    return Exercised(True, f"a paper was found and squared up to {size}")


def _sheet(item: Opened) -> Exercised:
    outcome = cast(PagePrinter, item.device).print(sheet(), "hallfloor test sheet")
    if isinstance(outcome, SheetsNotPrinted):
        out = "; some of it is out" if outcome.partial else ""
        return Exercised(False, f"no sheet: {outcome.status.word}: {outcome.status.reason}{out}")
    look = "Is the frame whole on all four sides, and can the smallest line be read?"
    return Exercised(True, f"test sheet printed as job {outcome.job}", look)


def _scan(item: Opened) -> Exercised:
    """What lies on the glass; of a scanner without glass, what lies in its feeder."""
    scanner = cast(PageScanner, item.device)
    outcome = scanner.scan()
    if isinstance(outcome, NotScanned) and "no glass" in outcome.status.reason:
        outcome = scanner.scan(feeder=True)
    return _scanned(outcome)


def _scan_feeder(item: Opened) -> Exercised:
    scanner = cast(PageScanner, item.device)
    outcome = scanner.scan(feeder=True)
    if isinstance(outcome, NotScanned) and "no feeder" in outcome.status.reason:
        outcome = scanner.scan()
    done = _scanned(outcome)
    if done.ok and isinstance(outcome, PagesScanned) and not outcome.pages:
        return Exercised(False, "only blank pages came: lay the written side where the scanner looks")
    return done


def _scanned(outcome: PagesScanned | NotScanned) -> Exercised:
    if isinstance(outcome, NotScanned):
        return Exercised(False, f"not scanned: {outcome.status.word}: {outcome.status.reason}")
    sizes = ", ".join(f"{page.width_px}x{page.height_px} at {page.dpi} dpi" for page in outcome.pages[:3])
    return Exercised(True, f"{len(outcome.pages)} pages{': ' if sizes else ''}{sizes}; {outcome.blank} blank left out")


def _card(item: Opened) -> Exercised:
    reader = cast(IdCardReader, item.device)
    reader.watch(True)
    event = item.wait_for((CardPresented, CardUnreadable), time.monotonic() + PERSON_S)
    reader.watch(False)
    if isinstance(event, CardPresented):
        return Exercised(True, f"a card of layout {event.card.kind.value} was read")
    return Exercised(False, f"card not readable: {event.reason}" if event else "no card came")


def _code(item: Opened) -> Exercised:
    scanner = cast(CodeScanner, item.device)
    scanner.trigger(True)
    event = item.wait_for(CodeScanned, time.monotonic() + PERSON_S)
    scanner.trigger(False)
    return Exercised(True, f"a code of {len(event.text)} characters") if event else Exercised(False, "no code came")


def _rate(item: Opened) -> Exercised:
    pad = cast(RatingPad, item.device)
    pad.invite(RatingUid("self-test"))
    event = item.wait_for(RatingPressed, time.monotonic() + PERSON_S)
    pad.end_invitation()
    return Exercised(True, f"level {event.level} was pressed") if event else Exercised(False, "no key came")


def _sign(item: Opened) -> Exercised:
    pad = cast(SignaturePad, item.device)
    pad.collect(True)
    event = item.wait_for((PenUp, PadKey), time.monotonic() + PERSON_S)
    pad.collect(False)
    strokes = sum(isinstance(told, PenDown) for told in item.events)
    return Exercised(True, f"{strokes} strokes or a key came") if event else Exercised(False, "no stroke came")


def _ic_card(item: Opened) -> Exercised:
    reader = cast(SmartCardReader, item.device)
    reader.watch(True)
    event = item.wait_for((IcCardPresented, IcCardUnreadable), time.monotonic() + PERSON_S)
    reader.watch(False)
    if isinstance(event, IcCardPresented):
        return Exercised(True, f"a card was read: {event.application or 'no social-security card'}")
    return Exercised(False, f"card not readable: {event.reason}" if event else "no card came")


def _key(item: Opened) -> Exercised:
    event = item.wait_for(object, time.monotonic() + PERSON_S, lambda event: not isinstance(event, StatusChanged))
    return Exercised(True, f"{type(event).__name__} came") if event else Exercised(False, "no key came")


EXERCISES: dict[str, Callable[[Opened], Exercised]] = {
    "ticket_printer": _print,
    "counter_screen": _show,
    "voice": _say,
    "code_scanner": _light,
    "ff68": _bus,
    "inputs": _blink,
    "ups": _power,
    "document_camera": _page,
    "page_printer": _sheet,
    "page_scanner": _scan,
}
WAITS: dict[str, Wait] = {
    "id_card": Wait("lay a card on the reader", _card),
    "code_scanner": Wait("hold a code up", _code),
    "ff68": Wait("press a key on any pad", _key),
    "rating_pad": Wait("press a key", _rate),
    "signature_pad": Wait("draw a stroke on the pad", _sign),
    "smart_card": Wait("put a card into the reader", _ic_card),
    "caller_pad": Wait("press a key", _key),
    "inputs": Wait("open or close a contact", _contact),
    "document_camera": Wait("lay an A4 sheet under the document camera", _paper),
    "ups": Wait("pull the supply's mains plug (its own, not the machine's)", _power_lost),
    "page_scanner": Wait("lay a written sheet into the feeder, or on the glass", _scan_feeder),
}
