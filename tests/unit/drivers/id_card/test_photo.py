"""A vendor's photo decoder may do whatever it likes: the reading of the card goes on."""

import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from drivers.id_card.dialogue import Dialogue
from drivers.id_card.driver import Options, _photo_decoder
from drivers.id_card.layouts import write_text
from drivers.id_card.people import PEOPLE, placeholder_photo
from drivers.id_card.photo import LARGEST_BMP, ExternalDecoder, is_bmp
from drivers.id_card.protocol import Blocks, Reply, reply

HEAD = "import sys; given = sys.stdin.buffer.read(); "
BMP = "b'BM' + (54 + 308 * 126).to_bytes(4, 'little') + bytes(48 + 308 * 126)"
WRITE = f"sys.stdout.buffer.write({BMP})"


def program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", HEAD + code)


def decoded(code: str, limit_s: float = 20.0, **kwargs: bool) -> bytes:
    return ExternalDecoder(program(code), limit_s, **kwargs).decode(placeholder_photo(), bytes(1295))


def test_a_good_decoder_gives_a_bitmap():
    picture = decoded(f"assert len(given) == 1024; {WRITE}")
    assert is_bmp(picture)
    assert len(picture) == 38_862


def test_some_libraries_take_the_whole_reply():
    assert is_bmp(decoded(f"assert len(given) == 1295; {WRITE}", takes_reply=True))


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(3)",
        f"{WRITE}; sys.stdout.flush(); sys.exit(3)",
        "pass",
        "sys.stdout.buffer.write(b'BM' + bytes(100))",
        "sys.stdout.buffer.write(b'GIF89a' + bytes(38856))",
        "raise RuntimeError('given')",
        f"sys.stdout.buffer.write(bytes({LARGEST_BMP} + 1))",
        "import os; os.kill(os.getpid(), 9)",
    ],
)
def test_trouble_is_no_picture(code: str):
    assert decoded(code) == b""


@pytest.mark.parametrize(
    "code", ["import time; time.sleep(60)", f"{WRITE}; sys.stdout.close(); import time; time.sleep(60)"]
)
def test_a_decoder_that_hangs_is_ended(code: str):
    assert decoded(code, limit_s=0.3) == b""


def test_a_decoder_that_does_not_read():
    assert ExternalDecoder((sys.executable, "-c", "pass"), 20.0).decode(bytes(1024), b"") == b""


def test_a_missing_decoder_is_told_once() -> None:
    decoder = ExternalDecoder(("/nonexistent/wlt2bmp",), 1.0)
    with capture_logs() as told:
        assert decoder.decode(bytes(1024), b"") == b""
        assert decoder.decode(bytes(1024), b"") == b""
    assert [line["reason"] for line in told] == ["cannot be run: No such file or directory"]


def test_it_is_only_run_when_one_is_named(tmp_path: Path):
    assert _photo_decoder(Options()) is None
    assert _photo_decoder(Options(photo_decoder=("wlt2bmp", "-"))) is not None


class Port:
    """Answers every request in turn."""

    def __init__(self, *answers: Reply) -> None:
        self._answers = list(answers)
        self._waiting = b""

    def read(self, size: int, timeout_s: float) -> bytes:
        said, self._waiting = self._waiting, b""
        return said

    def write(self, data: bytes, timeout_s: float) -> None:
        self._waiting = self._answers.pop(0).to_bytes()

    def close(self) -> None:
        pass


class Noting:
    def __init__(self) -> None:
        self.given: list[tuple[bytes, bytes]] = []

    def decode(self, photo: bytes, reply: bytes) -> bytes:
        self.given.append((photo, reply))
        return b"picture"


@pytest.mark.parametrize("finger", [0, 512, 1024])
def test_the_card_carries_raw_photo_and_picture_whatever_the_fingerprint(finger: int):
    person = PEOPLE["zhang"]
    parts = Blocks(write_text(person.kind, person.fields), placeholder_photo(), bytes(finger))
    port, photos = Port(reply(0x90), reply(0x90, parts.to_bytes(fingerprint=True))), Noting()
    card = Dialogue(port, 0.0, photos).read(fingerprint=True, new_address=False)
    assert (card.name, card.photo, card.portrait) == ("张测试", placeholder_photo(), b"picture")
    ((photo, whole),) = photos.given
    assert (len(photo), len(whole)) == (1024, 1295)
