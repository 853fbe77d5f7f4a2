"""Personal data: opened nowhere else, one person one reference, erased by one key."""

import msgspec
import pytest

from hall.domain.ids import PersonRef
from hall.domain.person import Person
from hall.wire import commands as c
from hall.wire.seal import SealError, new_private_key, public_key, seal, seal_person, unseal_person
from server.auth.keys import HallKey
from server.auth.vault import Vault
from server.hub.step import PersonRow

KEY = HallKey(new_private_key())
LI = Person("欧阳虚构", "11010519491231002X", phone="13900000000")
WANG = Person("王虚构", "440524188001010014")
FORM = '{"address": "虚构路一号"}'.encode()


class Stored:
    """The store's two questions over a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[str, PersonRow] = {}

    def keep(self, rows: tuple[PersonRow, ...]) -> None:
        self.rows |= {row.ref: row for row in rows}

    def person(self, ref: PersonRef) -> PersonRow | None:
        return self.rows.get(ref)

    def person_by_tag(self, tag: bytes) -> PersonRef | None:
        return next((row.ref for row in self.rows.values() if row.tag == tag), None)


def issue(person: Person, key: str = "k1") -> c.IssueTicket:
    return c.IssueTicket(key=c.CommandKey(key), item=c.ItemCode("a"), sealed_person=seal_person(KEY.public, person))


def admitted(vault: Vault, person: Person) -> tuple[PersonRef, tuple[PersonRow, ...]]:
    command, rows, _ = vault.receive(issue(person))
    assert isinstance(command, c.IssueTicket)
    assert command.person is not None
    return command.person, rows


def test_a_person_becomes_a_reference_and_a_sealed_row() -> None:
    stored = Stored()
    vault = Vault(KEY, stored)
    command, rows, forms = vault.receive(issue(LI))
    assert isinstance(command, c.IssueTicket)
    assert command.sealed_person is None
    assert forms == ()
    everything = msgspec.json.encode(command) + msgspec.msgpack.encode(rows)
    for text in (LI.name, LI.number, LI.phone):
        assert text.encode() not in everything
    stored.keep(rows)
    assert command.person is not None
    assert vault.open_person(command.person) == LI


def test_the_same_person_is_the_same_reference_before_and_after_storing_and_a_restart() -> None:
    stored = Stored()
    vault = Vault(KEY, stored)
    first, rows = admitted(vault, LI)
    assert admitted(vault, LI)[0] == first
    stored.keep(rows)
    assert admitted(Vault(KEY, stored), LI)[0] == first
    assert admitted(vault, WANG)[0] != first
    assert vault.ref_of_number(seal(KEY.public, LI.number.lower().encode())) == first


def test_erasing_the_row_erases_person_and_forms_for_ever() -> None:
    stored = Stored()
    vault = Vault(KEY, stored)
    command = c.SubmitCase(
        key=c.CommandKey("k"),
        item=c.ItemCode("a"),
        sealed_person=seal_person(KEY.public, LI),
        sealed_form=seal(KEY.public, FORM),
    )
    clean, rows, forms = vault.receive(command)
    assert isinstance(clean, c.SubmitCase)
    assert clean.sealed_form is None
    assert FORM not in forms[0].sealed_form
    stored.keep(rows)
    assert vault.open_form(forms[0].sealed_form) == FORM
    assert clean.person is not None
    stored.rows.clear()
    vault.forget(clean.person)
    assert vault.open_person(clean.person) is None
    assert vault.open_form(forms[0].sealed_form) is None
    assert admitted(vault, LI)[0] != clean.person, "a later visit must not be joined to what was erased"


def test_a_later_visit_keeps_older_forms_readable() -> None:
    stored = Stored()
    vault = Vault(KEY, stored)
    command = c.SubmitCase(
        key=c.CommandKey("k"),
        item=c.ItemCode("a"),
        sealed_person=seal_person(KEY.public, LI),
        sealed_form=seal(KEY.public, FORM),
    )
    _, rows, forms = vault.receive(command)
    stored.keep(rows)
    moved = msgspec.structs.replace(LI, address="新址")
    ref, rows = admitted(Vault(KEY, stored), moved)
    stored.keep(rows)
    assert vault.open_form(forms[0].sealed_form) == FORM
    assert vault.open_person(ref) == moved


def test_a_form_without_a_person_opens_too() -> None:
    vault = Vault(KEY, Stored())
    sealed = seal(KEY.public, FORM)
    _, rows, forms = vault.receive(c.SubmitCase(key=c.CommandKey("k"), item=c.ItemCode("a"), sealed_form=sealed))
    assert rows == ()
    assert vault.open_form(forms[0].sealed_form) == FORM


def test_a_reference_named_by_a_unit_is_dropped() -> None:
    vault = Vault(KEY, Stored())
    forged = PersonRef("p-somebody")
    for command in (
        c.IssueTicket(key=c.CommandKey("k"), item=c.ItemCode("a"), person=forged),
        c.SubmitCase(key=c.CommandKey("k"), item=c.ItemCode("a"), person=forged),
        c.ReprintTicket(key=c.CommandKey("k"), person=forged),
    ):
        clean, _, _ = vault.receive(command)
        assert clean.person is None  # type: ignore[union-attr] # all three have the field


def test_a_reprint_looks_up_and_never_adds() -> None:
    stored = Stored()
    vault = Vault(KEY, stored)
    command = c.ReprintTicket(key=c.CommandKey("k"), sealed_person=seal_person(KEY.public, LI))
    stranger, rows, _ = vault.receive(command)
    assert rows == ()
    assert isinstance(stranger, c.ReprintTicket)
    known, rows = admitted(vault, LI)
    assert stranger.person not in (None, known)
    stored.keep(rows)
    found, _, _ = vault.receive(command)
    assert isinstance(found, c.ReprintTicket)
    assert found.person == known


def test_offline_tickets_bring_their_people() -> None:
    tickets = tuple(
        c.OfflineTicket(
            uid=c.TicketUid(f"u{number}"),
            number=c.TicketNumber(f"A-C0{number}"),
            item=c.ItemCode("a"),
            token="t",
            age_ms=1,
            sealed_person=sealed,
        )
        for number, sealed in enumerate([seal_person(KEY.public, LI), None, seal_person(KEY.public, LI)])
    )
    clean, rows, _ = Vault(KEY, Stored()).receive(c.UploadOffline(key=c.CommandKey("k"), tickets=tickets))
    assert isinstance(clean, c.UploadOffline)
    people = [ticket.person for ticket in clean.tickets]
    assert people[0] is not None
    assert people[0] == people[2]
    assert people[1] is None
    assert len(rows) == 2


def test_sealed_to_the_parent_the_parent_reads() -> None:
    stored, parent = Stored(), new_private_key()
    vault = Vault(KEY, stored)
    ref, rows = admitted(vault, LI)
    stored.keep(rows)
    sealed = vault.sealed_to(ref, public_key(parent))
    assert sealed is not None
    assert unseal_person(parent, sealed.sealed) == LI
    assert vault.sealed_to(PersonRef("p-nobody"), public_key(parent)) is None


def test_what_was_sealed_to_another_hall_is_refused() -> None:
    other = public_key(new_private_key())
    command = c.IssueTicket(key=c.CommandKey("k"), item=c.ItemCode("a"), sealed_person=seal_person(other, LI))
    with pytest.raises(SealError):
        Vault(KEY, Stored()).receive(command)


def test_a_row_put_in_anothers_place_is_noticed() -> None:
    stored = Stored()
    vault = Vault(KEY, stored)
    mine, rows = admitted(vault, LI)
    stored.keep(rows)
    other = PersonRef("p-other")
    stored.keep((msgspec.structs.replace(rows[0], ref=other),))
    assert vault.open_person(mine) == LI
    with pytest.raises(SealError):
        vault.open_person(other)
