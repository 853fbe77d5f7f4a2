"""Decoders of strips, pads, speech modules, code scanners, and of every shipped profile."""

from collections.abc import Callable
from itertools import count

from drivers import catalog, framing
from drivers.code_scanner.filter import Judge
from drivers.code_scanner.hid import HidDecoder, TypedCode
from drivers.code_scanner.protocol import DIALECTS, Answer, RawCode
from drivers.code_scanner.protocol import Decoder as CodeDecoder
from drivers.code_scanner.text import decoded
from drivers.counter_screen import protocol as onbon
from drivers.counter_screen import second
from drivers.ff68 import protocol as ff68
from drivers.input_records import RECORD
from drivers.jpeg_stream import JpegStream
from drivers.profile import LARGEST_FRAME, Profile, ends_in_silence, profile_of
from drivers.voice.protocol import Broken, Control, Dialect, FrameDecoder, dialect_of, replies, to_bytes
from tests.fuzz.subject import Subject, Subjects, hexes
from tests.support.vectors import vector_bytes, vectors

PROFILED = ("counter_screen", "rating_pad", "caller_pad")


def strip() -> Subject:
    """A controller's frames, both ways, down to the text of an area."""
    decoder, good = onbon.Decoder(), onbon.request(1, onbon.PING)

    def feed(piece: bytes) -> int:
        packets = [event for event in decoder.feed(piece) if isinstance(event, onbon.Packet)]
        return sum(onbon.area_text(packet.data) is not None or bool(packet.to_bytes()) for packet in packets)

    return Subject(decoder, feed, lambda: decoder.feed(good.to_bytes())[-1:] == [good])


def second_strip() -> Subject:
    """The same of the second generation."""
    decoder, good = second.decoder(), second.request(1, onbon.PING)

    def feed(piece: bytes) -> int:
        packets = [event for event in decoder.feed(piece) if isinstance(event, onbon.Packet)]
        return sum(second.area_text(packet.data) is not None or bool(packet.to_bytes()) for packet in packets)

    return Subject(decoder, feed, lambda: decoder.feed(good.to_bytes())[-1:] == [good])


def pad_bus() -> Subject:
    """The shared bus of caller pads and evaluators."""
    decoder, good = ff68.Decoder(), ff68.Frame(1, 1, b"\x0c")

    def feed(piece: bytes) -> int:
        frames = [event for event in decoder.feed(piece) if isinstance(event, ff68.Frame)]
        return sum(len(ff68.key_of(frame)) < LARGEST_FRAME for frame in frames)

    def in_step() -> bool:
        decoder.flush()
        return decoder.feed(good.to_bytes())[-1:] == [good]

    return Subject(decoder, feed, in_step)


def module(dialect: Dialect) -> Callable[[], Subject]:
    """What a speech module hears, in its dialect."""

    def make() -> Subject:
        decoder, good = FrameDecoder(dialect), Control("stop")

        def feed(piece: bytes) -> int:
            return sum(not isinstance(event, Broken) for event in decoder.feed(piece))

        def in_step() -> bool:
            decoder.drop()
            return decoder.feed(to_bytes(good, dialect)) == [good]

        return Subject(decoder, feed, in_step)

    return make


def spoken() -> Subject:
    """What a speech module answers."""
    return Subject(None, lambda piece: len(replies(piece)), lambda: len(replies(b"\x4f")) == 1)


def scanner(dialect: str) -> Callable[[], Subject]:
    """A scanner's codes and answers, down to what a flow may see."""

    def make() -> Subject:
        decoder, judge, clock = CodeDecoder(dialect), Judge(), count()

        def feed(piece: bytes) -> int:
            good = 0
            for event in [*decoder.feed(piece), *(decoder.idle() if next(clock) % 8 == 7 else [])]:
                good += isinstance(event, RawCode | Answer)
                if isinstance(event, RawCode) and (text := decoded(event.data)):
                    judge.judge(text.text, float(next(clock)))
            return good

        def in_step() -> bool:
            decoder.idle()
            return decoder.feed(b"A023\r") == [RawCode(b"A023")]

        return Subject(decoder, feed, in_step)

    return make


def keyboard(alt_codes: str) -> Callable[[], Subject]:
    """A scanner that types: the kernel's records, of which it never hands out a part."""
    good = vector_bytes("scan.evdev.A023")

    def make() -> Subject:
        decoder, turn = HidDecoder(alt_codes=alt_codes), count()

        def feed(piece: bytes) -> int:
            whole = piece + bytes(-len(piece) % RECORD.size)
            found = [*decoder.feed(whole), *(decoder.idle() if next(turn) % 8 == 7 else [])]
            return sum(isinstance(event, TypedCode) for event in found)

        def in_step() -> bool:
            decoder.idle()
            return any(isinstance(event, TypedCode) for event in decoder.feed(good + good))

        return Subject(decoder, feed, in_step)

    return make


def pictures() -> Subject:
    """Whole JPEG pictures out of a camera's stream."""
    stream, good = JpegStream(), b"\xff\xd8\xff\xe0picture\xff\xd9"
    return Subject(
        stream, lambda piece: len(stream.feed(piece)), lambda: stream.feed(b"\xff\xd9" + good)[-1:] == [good]
    )


def profiled(profile: Profile) -> Callable[[], Subject]:
    """Any frame described as data."""

    def make() -> Subject:
        decoder = framing.Decoder(profile)

        def feed(piece: bytes) -> int:
            return sum(isinstance(event, framing.Decoded) for event in decoder.feed(piece))

        def in_step() -> bool:
            decoder.feed(b"", ended=True)
            frames = [(example(profile, name), ends_in_silence(shape)) for name, shape in profile.frames.items()]
            return all(
                any(isinstance(event, framing.Decoded) for event in decoder.feed(raw, ended=ends))
                for raw, ends in frames
            )

        return Subject(decoder, feed, in_step)

    return make


def example(profile: Profile, name: str) -> bytes:
    """Return a frame of a shape, with the smallest values that it allows."""
    shape = profile.frames[name]
    fields: dict[str, object] = {}
    for part in shape.parts:
        if part.number:
            fields[part.number] = min(part.among) if part.among else int(next(iter(part.names), "1"))
        if part.text:
            fields[part.text] = [1, 2] if part.encoding == "registers" else "A001"
    return framing.encode(shape, fields)


def _of_profiles() -> Subjects:
    found: Subjects = {}
    for kind in PROFILED:
        known = [vector for family in ("led", "evaluator", "caller") for vector in vectors(family)]
        for name, row in catalog.models(kind).items():
            if "profile" not in row:
                continue
            profile = profile_of(row)
            captured = [bytes.fromhex(vector["hex"]) for vector in known if vector["device"] == row["device"]]
            made = [example(profile, shape) for shape in profile.frames]
            found[f"profile {name}"] = (profiled(profile), captured + made)
    return found


def _of_modules() -> Subjects:
    frames = hexes("voice", "voice.", "host->chip")
    dialects = {name: dialect_of(row) for name, row in catalog.models("voice").items() if "dialect" in row}
    found: Subjects = {f"voice.FrameDecoder, {name}": (module(one), frames) for name, one in dialects.items()}
    return {**found, "voice.replies": (spoken, hexes("voice", "voice.", "chip->host"))}


FROM_SCANNER = [*hexes("scanner", "scan.", "scanner->host"), b"]C100012345\r", "号票A023\r\n".encode("gbk")]
PICTURES = [b"\xff\xd8\xff\xe0" + bytes(range(251)) * size + b"\xff\xd9" for size in (1, 4, 12)]
SUBJECTS: Subjects = {
    "counter_screen.Decoder": (strip, hexes("led", "led.bx5")),
    "counter_screen.Decoder, second generation": (
        second_strip,
        [
            second.request(1, onbon.PING).to_bytes(),
            second.show_area(1, onbon.Area("请A023号到3号窗口".encode("gbk"), 128, 32)).to_bytes(),
        ],
    ),
    "ff68.Decoder": (pad_bus, hexes("caller", "caller.") + hexes("evaluator", "eval.ff68")),
    **_of_modules(),
    **{f"code_scanner.Decoder, {dialect}": (scanner(dialect), FROM_SCANNER) for dialect in DIALECTS},
    "code_scanner.HidDecoder, gbk": (keyboard("gbk"), [vector_bytes("scan.evdev.A023")]),
    "code_scanner.HidDecoder, unicode": (keyboard("unicode"), [vector_bytes("scan.evdev.A023")]),
    "code_scanner.JpegStream": (pictures, PICTURES),
    **_of_profiles(),
}
