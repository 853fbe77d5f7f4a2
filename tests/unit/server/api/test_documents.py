"""Documents at the hub: durable before the answer, the same one twice is one, everything wrong is named."""

import asyncio
import os
import shutil
from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest

from hall.domain.ids import ClerkId, CommandKey, ItemCode, PersonRef, UnitId
from hall.domain.person import Person
from hall.wire.actor import Actor, Role
from hall.wire.commands import SubmitCase
from hall.wire.seal import new_private_key, public_key, seal, seal_person
from server.api.app import Front, make_app
from server.api.documents import document_routes
from server.api.persons import person_routes
from server.auth.keys import HallKey
from server.auth.roles import may_use
from server.auth.vault import Vault
from server.hub.core import Hub
from server.store.documents import Documents
from server.store.log import HubLog
from server.store.room import RESERVE
from server.store.shared_reader import SharedReader
from tests.support.halls import NOON, small_hall

LARGEST = 400_000
PDF = b"%PDF-1.4 " + b"x" * 300_000
NAME = sha256(PDF).hexdigest()
KIOSK = {"Authorization": "Bearer kiosk"}
ADMIN = {"Authorization": "Bearer administrator"}


class OneGate:
    """Believes a bearer that is a role, with the real matrix of routes."""

    clock = staticmethod(lambda: NOON)

    def actor(self, bearer: str, session: str | None = None) -> Actor | None:
        return Actor(UnitId("unit"), Role(bearer), ClerkId("c")) if bearer in set(Role) else None

    def may(self, actor: Actor, command: Any) -> bool:
        return True

    def may_use(self, actor: Actor, route: str) -> bool:
        return may_use(actor.role, route)


class Place:
    """The application with real vault, log and folder."""

    def __init__(self, folder: Path) -> None:
        self.private = new_private_key()
        self.key = public_key(self.private)
        self.folder = folder / "documents"
        self.documents = Documents(self.folder)
        self.hub = Hub(HubLog(folder / "hub.db"), small_hall(), Random(1), lambda: NOON)
        self.reader = SharedReader(folder / "hub.db")
        self.vault = Vault(HallKey(self.private), self.reader)
        gate: Any = OneGate()
        routes = [
            *document_routes(gate, self.documents, self.vault, LARGEST),
            *person_routes(gate, self.hub, self.vault, self.documents),
        ]
        self.front: Front = make_app(self.hub, gate, self.vault, routes)

    def sealed(self, plain: bytes = PDF) -> bytes:
        return seal(self.key, plain)

    def files(self) -> list[str]:
        """Return the documents; each has its sum beside it."""
        names = sorted(path.name for path in self.folder.iterdir())
        assert [name for name in names if name.endswith(".sum")] == [
            name.replace(".sealed", ".sum") for name in names if name.endswith(".sealed")
        ]
        return [name for name in names if not name.endswith(".sum")]


Story = Callable[[httpx.AsyncClient, Place], Coroutine[Any, Any, None]]


def run(folder: Path, story: Story) -> None:
    async def whole() -> None:
        place = Place(folder)
        await place.hub.open_today()
        transport = httpx.ASGITransport(app=place.front)  # type: ignore[arg-type]  # ASGI's own types
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            await story(client, place)
        place.reader.close()
        await place.hub.close()

    asyncio.run(whole())


async def put(client: httpx.AsyncClient, body: bytes, name: str = NAME, headers: Any = KIOSK) -> httpx.Response:
    return await client.put(f"/v1/documents/{name}", content=body, headers=headers)


def test_kept_sealed_and_the_same_one_again_changes_nothing(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, place: Place) -> None:
        first = place.sealed()
        assert [(await put(client, first)).status_code, (await put(client, place.sealed())).status_code] == [201, 200]
        assert place.files() == [f"{NAME}.sealed"]
        assert place.documents.read(NAME) == first
        assert b"%PDF" not in first
        assert place.vault.open_document(first) == PDF
        assert (place.folder / f"{NAME}.sealed").stat().st_mode & 0o777 == 0o600

    run(tmp_path, story)


def test_everything_wrong_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, place: Place) -> None:
        good, other = place.sealed(), seal(public_key(new_private_key()), PDF)
        cases = [
            (await put(client, good, "0" * 64), 400, "malformed"),
            (await put(client, good, NAME.upper()), 400, "malformed"),
            (await put(client, good, "..%2F..%2Fhub.db"), 404, None),
            (await put(client, other), 400, "malformed"),
            (await put(client, b""), 400, "malformed"),
            (await put(client, good[:-1] + bytes([good[-1] ^ 1])), 400, "malformed"),
            (await put(client, place.sealed(b"y" * (LARGEST + 1))), 413, "too_large"),
            (await put(client, good, headers={}), 401, "bad_token"),
            (await put(client, good, headers={"Authorization": "Bearer lobby"}), 403, "forbidden"),
        ]
        for reply, status, code in cases:
            assert reply.status_code == status, reply.text
            assert code is None or reply.json()["code"] == code
        assert place.files() == []

    run(tmp_path, story)


def test_a_disk_that_refuses_is_a_hub_to_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(client: httpx.AsyncClient, place: Place) -> None:
        def full(_handle: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", full)
            reply = await put(client, place.sealed())
        assert (reply.status_code, reply.json()["code"], place.files()) == (503, "store_failed", [])
        assert (await put(client, place.sealed())).status_code == 201

    run(tmp_path, story)


def test_a_nearly_full_disk_belongs_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(client: httpx.AsyncClient, place: Place) -> None:
        kept = await put(client, place.sealed())
        usage, other = shutil.disk_usage(tmp_path), sha256(b"another").hexdigest()
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=RESERVE + 5))
            refused = await put(client, place.sealed(b"another"), other)
            again = await put(client, place.sealed())
        assert (kept.status_code, again.status_code) == (201, 200), "what is here costs nothing"
        assert (refused.status_code, refused.json()["code"], len(place.files())) == (503, "store_failed", 1)
        assert (await put(client, place.sealed(b"another"), other)).status_code == 201

    run(tmp_path, story)


def test_file_and_folder_are_flushed_before_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real_sync, real_replace = os.fsync, os.replace
    documents = Documents(tmp_path / "d")
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), real_sync(handle))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (order.append("rename"), real_replace(a, b))[1])
    assert documents.keep(NAME, b"sealed")
    assert order == ["fsync", "rename", "fsync", "rename", "fsync"]


def test_what_a_power_cut_broke_off_is_swept_at_the_next_start(tmp_path: Path) -> None:
    documents = Documents(tmp_path / "d")
    documents.keep(NAME, b"sealed")
    (tmp_path / "d" / f"{'1' * 64}.ab.part").write_bytes(b"half")
    again = Documents(tmp_path / "d")
    assert sorted(path.name for path in (tmp_path / "d").iterdir()) == [f"{NAME}.sealed", f"{NAME}.sum"]
    assert again.read("1" * 64) is None
    with pytest.raises(ValueError, match="64 digits"):
        again.read("../hub.db")


def test_an_erased_persons_documents_go_and_others_stay(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, place: Place) -> None:
        refs = {}
        for name, number, document in (("a", "110101199003070017", b"one"), ("b", "110101198808080028", b"two")):
            digest = sha256(document).hexdigest()
            assert (await put(client, place.sealed(document), digest)).status_code == 201
            form = b'{"answers":{"lease":"%s"}}' % digest.encode()
            command = SubmitCase(
                key=CommandKey(f"k-{name}"),
                item=ItemCode("social"),
                sealed_person=seal_person(place.key, Person(name="张三", number=number)),
                sealed_form=seal(place.key, form),
            )
            reply = await client.post("/v1/commands", content=msgspec.json.encode(command), headers=KIOSK)
            assert reply.status_code == 200, reply.text
            refs[name] = place.vault._find(place.vault._key.tag(number))
        assert len(place.files()) == 2
        gone: PersonRef | None = refs["a"]
        assert (await client.delete(f"/v1/persons/{gone}", headers=ADMIN)).status_code == 204
        assert place.files() == [f"{sha256(b'two').hexdigest()}.sealed"]

    run(tmp_path, story)


def test_the_document_says_so(tmp_path: Path) -> None:
    async def story(client: httpx.AsyncClient, place: Place) -> None:
        described = (await client.get("/openapi.json")).json()["paths"]["/v1/documents/{sha256}"]["put"]
        assert set(described["responses"]) >= {"200", "201", "400", "413", "503"}
        assert "application/octet-stream" in described["requestBody"]["content"]
        assert described["security"] == [{"bearer": []}]

    run(tmp_path, story)
