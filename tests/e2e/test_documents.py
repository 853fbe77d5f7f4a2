"""A document from a unit to the real hub over TLS: handed in while the hub is dead, there after it was killed again."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from hall.store.documents import Backlog, DocumentShelf
from hall.sync import link
from hall.sync.enrol import enrol
from hall.wire.enrolment import Enrolled
from hall.wire.seal import seal
from tests.e2e.test_link import Kiosk, restart
from tests.support.line import Line
from tests.support.server_process import ServerProcess, hall_file, token_for

pytestmark = pytest.mark.timeout(120)
NOW = 1_795_000_000_000
PDF = b"%PDF-1.4 " + b"the lease of nobody " * 100_000
LARGE = b"x" * 2_600_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(hall_file(tmp_path_factory.mktemp("documents"), document_bytes=2_500_000))
    yield running
    running.stop()


def hand_in(shelf: DocumentShelf, key: bytes, *documents: bytes) -> list[str]:
    names = [sha256(document).hexdigest() for document in documents]
    for name, document in zip(names, documents, strict=True):
        assert shelf.hold(name, seal(key, document), NOW) is None
    assert shelf.release(names, NOW) is True
    return names


def test_handed_in_without_a_hub_it_is_there_after_both_came_back(server: ServerProcess, tmp_path: Path) -> None:
    with Line(server.port) as line:
        enrolled = enrol(line.url, token_for(server, "kiosk", "kiosk-d", "--series", "D"), tmp_path / "kiosk")
        assert isinstance(enrolled, Enrolled)
        kiosk = Kiosk(tmp_path / "kiosk", line.url)
        try:
            kiosk.wait(link.ViewChanged)
            server.kill()
            kiosk.wait(link.HubAway)
            name, too_large = hand_in(kiosk.store.documents, enrolled.hub_key, PDF, LARGE)
            restart(server, line)
            kiosk.wait(link.HubBack)
            for _ in range(600):
                backlog = kiosk.store.documents.backlog()
                assert isinstance(backlog, Backlog)
                if not backlog.waiting:
                    break
                kiosk.link.ask(link.Question(id="beat", method="GET", path="/health"))
                kiosk.wait(link.Answered)
            assert backlog == Backlog(refused=1)
        finally:
            kiosk.stop()
    server.kill()
    files = sorted(path.name for path in (server.state / "documents").iterdir())
    assert files == [f"{name}.sealed"]
    assert b"lease" not in (server.state / "documents" / files[0]).read_bytes()
    assert too_large not in server.log.read_text()
    server.start()
