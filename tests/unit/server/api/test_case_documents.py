"""Documents of a case: who may read them, what the log says about it, and what leaves the hub."""

import asyncio
from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest

from hall.domain.ids import ClerkId, CommandKey, CounterId, ItemCode, PersonRef, UnitId
from hall.domain.person import Person
from hall.wire.actor import Actor, Role
from hall.wire.commands import SubmitCase
from hall.wire.events import DocumentRead, Event, PersonErased
from hall.wire.seal import new_private_key, public_key, seal, seal_person
from server.api.app import make_app
from server.api.case_documents import CaseDocuments, case_document_routes
from server.auth.keys import HallKey
from server.auth.roles import may_use
from server.auth.vault import Vault
from server.hub.core import Hub
from server.hub.step import Persist
from server.store.documents import Documents
from server.store.log import HubLog, StoreFailed
from server.store.naming import name_documents
from server.store.shared_reader import SharedReader
from tests.support.halls import HUB, NOON, small_hall

PDF = b"%PDF-1.4 << /Type /Pages /Count 2 >> << /Type /Page >> <</Type/Page /X 1>> somebody's lease"
SIGNATURE = b'{"strokes": [], "signed": "lease"}'
PAPER, SIGN = (sha256(one).hexdigest() for one in (PDF, SIGNATURE))
LI = Person(name="张三", number="110101199003070017")


class Gate:
    """Believes a bearer ``role`` or ``role@counter``, with the real matrix of routes."""

    clock = staticmethod(lambda: NOON)

    def actor(self, bearer: str, session: str | None = None) -> Actor | None:
        role, _, counter = bearer.partition("@")
        return Actor(UnitId("unit"), Role(role), ClerkId("wang"), CounterId(counter) if counter else None)

    def may(self, actor: Actor, command: Any) -> bool:
        return True

    def may_use(self, actor: Actor, route: str) -> bool:
        return may_use(actor.role, route)


class Place:
    """The application with a self-service case for ``tax``, which counters 2 and 3 serve."""

    def __init__(self, folder: Path) -> None:
        private = new_private_key()
        self.key = public_key(private)
        self.documents = Documents(folder / "documents")
        self.hub = Hub(HubLog(folder / "hub.db"), small_hall(), Random(1), lambda: NOON)
        self.reader = SharedReader(folder / "hub.db")
        self.vault = Vault(HallKey(private), self.reader)
        gate: Any = Gate()
        found = CaseDocuments(self.reader, self.documents, self.vault)
        self.app = make_app(self.hub, gate, self.vault, case_document_routes(gate, self.hub, found))
        self.case = self.url = ""

    async def begin(self) -> None:
        await self.hub.open_today()
        form = {"answers": {"lease": PAPER, "hand": SIGN, "reason": "moved"}, "relation": "self"}
        command = SubmitCase(
            key=CommandKey("k-1"),
            item=ItemCode("tax"),
            sealed_person=seal_person(self.key, LI),
            sealed_form=seal(self.key, msgspec.json.encode(form)),
        )
        clean, persons, forms = self.vault.receive(command)
        reply = await self.hub.submit(clean, Actor(UnitId("kiosk-a"), Role.KIOSK), persons, forms)
        self.case = str(getattr(reply, "case", ""))
        self.url = f"/v1/cases/{self.case}/documents"
        for name, plain in ((PAPER, PDF), (SIGN, SIGNATURE)):
            self.documents.keep(name, seal(self.key, plain))

    def looks(self) -> list[tuple[Actor, DocumentRead]]:
        events = [msgspec.json.decode(raw, type=Event) for raw in self.hub.reader.every_row_from(1)]
        return [(event.actor, event.body) for event in events if isinstance(event.body, DocumentRead)]


Story = Callable[[Callable[..., Coroutine[Any, Any, httpx.Response]], Place], Coroutine[Any, Any, None]]


def run(folder: Path, story: Story) -> None:
    async def whole() -> None:
        place = Place(folder)
        await place.begin()
        transport = httpx.ASGITransport(app=place.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:

            def get(who: str, path: str = "") -> Coroutine[Any, Any, httpx.Response]:
                return client.get(f"{place.url}{path}", headers={"Authorization": f"Bearer {who}"})

            await story(get, place)
        place.reader.close()
        await place.hub.close()

    asyncio.run(whole())


def test_listed_by_field_and_read_with_an_event_before_the_first_byte(tmp_path: Path) -> None:
    async def story(get: Any, place: Place) -> None:
        listed = await get("clerk@2")
        assert [(one["field"], one["kind"], one["pages"], one["bytes"], one["here"]) for one in listed.json()] == [
            ("lease", "pdf", 2, len(PDF), True),
            ("hand", "signature", 0, len(SIGNATURE), True),
        ]
        assert place.looks() == []
        paper, hand = await get("clerk@2", f"/{PAPER}"), await get("supervisor", f"/{SIGN}")
        assert (paper.content, hand.content) == (PDF, SIGNATURE)
        assert [one.headers["content-type"] for one in (paper, hand)] == ["application/pdf", "application/json"]
        for answer in (listed, paper, hand):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert paper.headers["content-disposition"] == f'attachment; filename="{place.case}-1.pdf"'
        assert [(actor.role, actor.clerk, body.case, body.document) for actor, body in place.looks()] == [
            (Role.CLERK, "wang", place.case, 1),
            (Role.SUPERVISOR, "wang", place.case, 2),
        ]

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk@2", 200),
        ("clerk@3", 200),
        ("clerk@1", 404),
        ("clerk", 404),
        ("manager", 200),
        ("supervisor", 200),
        *((role, 403) for role in ("kiosk", "counter", "lobby", "hub", "attendant", "auditor", "technician")),
        ("administrator", 403),
    ],
)
def test_who_may_read(tmp_path: Path, who: str, status: int) -> None:
    async def story(get: Any, place: Place) -> None:
        assert [(await get(who)).status_code, (await get(who, f"/{PAPER}")).status_code] == [status, status]
        assert len(place.looks()) == (status == 200)

    run(tmp_path, story)


def test_no_document_without_its_case(tmp_path: Path) -> None:
    async def story(get: Any, place: Place) -> None:
        other = sha256(b"another case's").hexdigest()
        place.documents.keep(other, seal(place.key, b"another case's"))
        for path in (f"/{other}", f"/{PAPER.upper()}", "/..%2Fhub.db", "/x"):
            assert (await get("supervisor", path)).status_code == 404
        place.documents.forget([PAPER])
        assert [one["here"] for one in (await get("supervisor")).json()] == [False, True]
        assert (await get("supervisor", f"/{PAPER}")).status_code == 404
        assert place.looks() == []

    run(tmp_path, story)


def test_a_look_that_cannot_be_written_down_does_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(get: Any, place: Place) -> None:
        def full(_persist: Persist) -> None:
            raise StoreFailed("disk full")

        monkeypatch.setattr(place.hub.log, "append", full)
        answer = await get("supervisor", f"/{PAPER}")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_failed")
        assert b"lease" not in answer.content

    run(tmp_path, story)


def test_after_the_erasure_of_its_person_a_case_names_nothing(tmp_path: Path) -> None:
    async def story(get: Any, place: Place) -> None:
        ref = place.reader.person_by_tag(place.vault._key.tag(LI.number))
        assert set(place.reader.documents_of_person_alone(PersonRef(ref or ""))) == {PAPER, SIGN}
        await place.hub.record(PersonErased(PersonRef(ref or "")), HUB)
        place.vault.forget(PersonRef(ref or ""))
        assert (await get("supervisor")).json() == []
        assert (await get("supervisor", f"/{PAPER}")).status_code == 404

    run(tmp_path, story)


def test_forms_of_an_older_program_are_read_once_at_the_start(tmp_path: Path) -> None:
    async def story(get: Any, place: Place) -> None:
        log = place.hub.log
        before = log.documents_of_case(place.case)  # type: ignore[arg-type]  # NewType of str
        log._all("DELETE FROM named_document", ())
        name_documents(log, place.vault.named_by)
        assert list(log.named_documents()) == [], "nothing is read without need"
        log._all("INSERT INTO meta VALUES ('forms_unread', '1')", ())
        name_documents(log, place.vault.named_by)
        assert [sha for _, sha in log.named_documents()] == before == sorted([PAPER, SIGN])
        assert not log.forms_unread
        assert [one["field"] for one in (await get("manager")).json()] == ["lease", "hand"]

    run(tmp_path, story)


def test_the_openapi_document_says_so(tmp_path: Path) -> None:
    async def story(get: Any, place: Place) -> None:
        place.url = "/openapi.json"
        paths = (await get("supervisor")).json()["paths"]
        read = paths["/v1/cases/{case}/documents/{sha256}"]["get"]
        assert set(read["responses"]) >= {"200", "401", "403", "404", "503"}
        assert "application/pdf" in read["responses"]["200"]["content"]
        assert read["security"] == paths["/v1/cases/{case}/documents"]["get"]["security"] == [{"bearer": []}]

    run(tmp_path, story)
