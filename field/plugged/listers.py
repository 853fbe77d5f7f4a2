"""The listers, one for each sort of device. Each takes the kernel's roots and returns what it finds, or nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from field.plugged.found import Found, Guess, Roots, UsbFacts, stable_names, text_of, usb_above, usb_facts
from field.plugged.papers import Ran, cups_printers
from field.plugged.table import catalogued, maker

PRINTER_CLASS, CARD_CLASS = "07", "0b"
"""USB classes of an interface: printer, and smart card (CCID)."""
_SERIAL_NODES = ("ttyS", "ttyUSB", "ttyACM", "ttyXRUSB", "ttyAMA", "ttyMXC", "ttyAP", "rfcomm")
_NO_PORT = ("platform",)
"""Subsystem of the built-in ports that the kernel lists whether or not a chip is there."""
_KEY_BITS_OF_LETTERS = (1 << 30) | (1 << 28)
"""KEY_A and KEY_ENTER: what types has both."""
_ABS_PRESSURE = 1 << 24
_ABS_SLOTS, _ABS_PLACE = 1 << 0x2F, 0b11
_BTN_TOUCH = 1 << 0x14A
_ANY_CARD_READER = Guess("smart_card", "pcsc-contact", "a reader of class CCID, behind PC/SC")
_DIGITIZERS = {
    "hid-digitizer": "it measures pressure: a pen pad",
    "multi-touch": "it takes several fingers: a pad, or the screen itself, which must not be grabbed",
    "single-touch": "it takes one touch: a pad, or the screen itself, which must not be grabbed",
}


def serial_ports(roots: Roots) -> Iterator[Found]:
    """Serial ports with their stable names, and which adapter they are."""
    for entry in _entries(roots.sys / "class" / "tty"):
        if not entry.name.startswith(_SERIAL_NODES) or not (entry / "device").exists():
            continue
        place = (entry / "device").resolve()
        if (place / "subsystem").resolve().name in _NO_PORT or text_of(entry / "type") == "0":
            continue
        node = roots.dev / entry.name
        names = stable_names(node, _folders(roots, "serial"))
        yield _serial(node, names, usb_above(place, roots.sys))


def _serial(node: Path, names: tuple[str, ...], usb: UsbFacts | None) -> Found:
    known = maker(usb.numbers) if usb else None
    guesses = catalogued(usb.numbers) if usb else ()
    if known and known.model:
        guesses = (*guesses, Guess(known.kind, known.model, known.says))
    note = "" if names or not usb else "no stable name: after plugging anew it may be another number"
    says = " ".join(part for part in (usb.says if usb else "built-in port", f"({known.says})" if known else "") if part)
    address = f"serial:{names[0] if names else node}"
    return Found("serial", str(node), address, says, usb.numbers if usb else "", names[1:], guesses, note)


def usb_devices(roots: Roots) -> Iterator[Found]:
    """USB devices that are driven directly: known by their numbers, every printer, every smart-card reader."""
    for folder in _entries(roots.sys / "bus" / "usb" / "devices"):
        if not (folder / "idVendor").is_file():
            continue
        usb = usb_facts(folder)
        guesses = catalogued(usb.numbers)
        if reports := catalogued(usb.numbers, "hid"):
            yield Found("usb", folder.name, f"hid:{usb.numbers}", usb.says, usb.numbers, (), reports)
            continue
        if _has_class(folder, CARD_CLASS):
            known = catalogued(usb.numbers, "ccid") or (_ANY_CARD_READER,)
            note = "install and start pcscd, which drives it and gives it the name that the address wants"
            yield Found("pcsc", folder.name, f"pcsc:{usb.says}", usb.says, usb.numbers, (), known, note)
            continue
        if not guesses and _has_class(folder, PRINTER_CLASS):
            guesses = (Guess("ticket_printer", "generic-no-status", "a USB printer that no row names: try a model"),)
        if guesses and not _is_serial(folder):
            address = f"usb:{usb.numbers}" + (f":{usb.serial}" if usb.serial else "")
            yield Found("usb", folder.name, address, usb.says, usb.numbers, (), guesses)


def _has_class(folder: Path, wanted: str) -> bool:
    return any(text_of(place / "bInterfaceClass") == wanted for place in _entries(folder))


def _is_serial(folder: Path) -> bool:
    return any(next(place.glob("tty*"), None) for place in _entries(folder) if place.is_dir())


def input_devices(roots: Roots) -> Iterator[Found]:
    """Keyboards, which may be scanners or pads that type, and digitizers."""
    for entry in _entries(roots.sys / "class" / "input"):
        place = entry / "device"
        if not entry.name.startswith("event") or not place.exists():
            continue
        node = roots.dev / "input" / entry.name
        keys, axes = _bits(place / "capabilities" / "key"), _bits(place / "capabilities" / "abs")
        types = keys & _KEY_BITS_OF_LETTERS == _KEY_BITS_OF_LETTERS
        drawn_on = "" if types else _digitizer(keys, axes)
        if types or drawn_on:
            names = stable_names(node, _folders(roots, "input"))
            yield _input(node, names, text_of(place / "name"), usb_above(place.resolve(), roots.sys), drawn_on)


def _digitizer(keys: int, axes: int) -> str:
    """Return the row of what is drawn on, or nothing."""
    if axes & _ABS_PRESSURE:
        return "hid-digitizer"
    if keys & _BTN_TOUCH and axes & _ABS_PLACE == _ABS_PLACE:
        return "multi-touch" if axes & _ABS_SLOTS else "single-touch"
    return ""


def _input(node: Path, names: tuple[str, ...], says: str, usb: UsbFacts | None, drawn_on: str) -> Found:
    types = not drawn_on
    known = maker(usb.numbers) if usb else None
    guesses: tuple[Guess, ...] = ()
    if types and known and known.hid_model:
        guesses = (Guess(known.kind, known.hid_model, known.says),)
    elif types and usb:
        guesses = (Guess("code_scanner", "hid-wedge", "it types letters: a scanner, or a person's keyboard"),)
        guesses = (*guesses, Guess("rating_pad", "hid-digits", "or an evaluator that types digits"))
    elif drawn_on:
        guesses = (Guess("signature_pad", drawn_on, _DIGITIZERS[drawn_on]),)
    note = "hold a code up (or press a key) to be sure; a keyboard must not be grabbed" if types else "a digitizer"
    address = f"evdev:{names[0] if names else node}"
    return Found("input", str(node), address, says, usb.numbers if usb else "", names[1:], guesses, note)


def _bits(path: Path) -> int:
    """Return a bitmap that the kernel writes as words of 64 bits, the highest first."""
    value = 0
    for word in text_of(path).split():
        try:
            value = value << 64 | int(word, 16)
        except ValueError:
            return 0
    return value


def cameras(roots: Roots) -> Iterator[Found]:
    """Cameras; a camera's second node carries only numbers about the pictures and is left out."""
    for entry in _entries(roots.sys / "class" / "video4linux"):
        if text_of(entry / "index") not in ("", "0"):
            continue
        node = roots.dev / entry.name
        names = stable_names(node, _folders(roots, "v4l"))
        usb = usb_above((entry / "device").resolve(), roots.sys)
        guesses = (
            Guess("code_scanner", "camera", "a camera can look for codes"),
            Guess("document_camera", "uvc", "a camera over a desk takes papers; nothing tells the two apart but you"),
        )
        address = f"camera:{names[0] if names else node}"
        says = text_of(entry / "name")
        yield Found("video", str(node), address, says, usb.numbers if usb else "", names[1:], guesses)


def sound_cards(roots: Roots) -> Iterator[Found]:
    """Sound cards that can play."""
    for entry in _entries(roots.proc / "asound"):
        if not entry.name.startswith("card") or not entry.is_dir() or not any(entry.glob("pcm*p")):
            continue
        identity = text_of(entry / "id")
        guess = Guess("voice", "sound-card", "a card that can play")
        yield Found("sound", entry.name, f"sound:plughw:CARD={identity}", identity, guesses=(guess,))


def gpio_chips(roots: Roots) -> Iterator[Found]:
    """GPIO chips; most are the processor's own and lead nowhere, so each is only listed with its label."""
    for entry in _entries(roots.sys / "bus" / "gpio" / "devices"):
        if entry.name.startswith("gpiochip"):
            label = text_of(entry / "label") or text_of(entry / "of_node" / "label") or "GPIO chip"
            guess = Guess("inputs", "gpio", "lines of this machine: see `gpioinfo` and the board's manual")
            yield Found("gpio", str(roots.dev / entry.name), f"gpio:{roots.dev / entry.name}", label, guesses=(guess,))


def supplies(ran: Ran | None = None) -> Iterator[Found]:
    """Supplies of the NUT server on this machine; none where there is no server."""
    for line in (ran or run_quietly)(["upsc", "-l"]).splitlines():
        if name := line.strip():
            guess = Guess("ups", "nut", "a supply of the NUT server here; of several, name it in the options")
            yield Found("ups", name, "tcp:127.0.0.1:3493", f"NUT supply {name}", guesses=(guess,))


def card_readers(ran: Ran | None = None) -> Iterator[Found]:
    """Readers of IC cards by the names that pcscd gives them; none where it does not run."""
    for line in (ran or run_quietly)([sys.executable, "-m", "drivers.smart_card.worker", "--list"]).splitlines():
        if name := line.strip():
            sam = "SAM" in name.upper()
            model = "pcsc-contactless" if "contactless" in name.casefold() else "pcsc-contact"
            guesses = () if sam else (Guess("smart_card", model, "pcscd knows it"),)
            note = "a slot for a security module, which we never use" if sam else ""
            yield Found("pcsc", name, f"pcsc:{name}", name, "", (), guesses, note)


def run_quietly(command: list[str]) -> str:
    """Return what a program printed, or nothing where it is missing, fails or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def everything(roots: Roots, ran: Ran | None = None) -> list[Found]:
    """Return all that is plugged in, sort by sort."""
    by_kernel = (serial_ports, usb_devices, input_devices, cameras, sound_cards, gpio_chips)
    found = [item for lister in by_kernel for item in lister(roots)]
    if named := list(card_readers(ran)):
        # By their names in PC/SC they are all there, with every slot.
        found = [item for item in found if item.sort != "pcsc"]
    return [*found, *named, *cups_printers(ran or run_quietly), *supplies(ran)]


def _folders(roots: Roots, sort: str) -> tuple[Path, ...]:
    """Return where stable names stand, the best first: those of our own udev rules."""
    return (roots.dev / "hall", roots.dev / sort / "by-path", roots.dev / sort / "by-id")


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: (len(path.name), path.name))
    except OSError:
        return []
