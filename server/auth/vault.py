"""Personal data between the wire and the store: opened for a moment, sealed again, never in a command's events.

A person's record is encrypted with its own random key, and that key is sealed by the hall's key: deleting the row
key deletes the person, and with it every form that the person handed in. The same person is found again by a keyed
hash of the document number, so that "one open number per person" needs no name.
"""

import os
import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from hall.domain.ids import PersonRef
from hall.domain.person import Person
from hall.wire import commands as c
from hall.wire.ingest import SealedPerson
from hall.wire.seal import SealError, seal, unseal, unseal_person
from server.auth.keys import HallKey
from server.hub.step import FormRow, PersonRow

RECENT = 1000
"""People remembered by tag while their rows may not be stored yet."""
_NONCE = 12
_NAMED = re.compile(rb'"([0-9a-f]{64})"')
"""A document in a form's answers: the whole value is a SHA-256."""


class People(Protocol):
    """What the vault reads of the store."""

    def person(self, ref: PersonRef) -> PersonRow | None:
        """Return a sealed person."""

    def person_by_tag(self, tag: bytes) -> PersonRef | None:
        """Return who has this keyed hash."""


class _Form(msgspec.Struct, frozen=True, array_like=True):
    """A form as stored: encrypted with its person's key, or, without a person, sealed to the hall."""

    person: PersonRef | None
    data: bytes


class Vault:
    """The only place where a person is in clear, for the length of one call. Used from one thread."""

    def __init__(self, key: HallKey, people: People) -> None:
        self._key = key
        self._people = people
        self._recent: OrderedDict[bytes, tuple[PersonRef, bytes]] = OrderedDict()

    def receive(self, command: c.AnyCommand) -> tuple[c.AnyCommand, tuple[PersonRow, ...], tuple[FormRow, ...]]:
        """Replace what a unit sealed by references; return the rows that belong into the same transaction.

        A `person` that a unit names itself is dropped: references are the hub's alone.

        Raises:
            SealError: sealed to another key, or changed on the way; the unit must fetch the hub's key anew.

        """
        match command:
            case c.ReprintTicket():
                return self._reprint(command), (), ()
            case c.UploadOffline():
                return self._offline(command)
            case c.SubmitCase():
                return self._case(command)
            case c.IssueTicket():
                ref, rows = self._admit(command.sealed_person)
                return msgspec.structs.replace(command, sealed_person=None, person=ref), rows, ()
        return command, (), ()

    def ref_of_number(self, sealed_number: bytes) -> PersonRef | None:
        """Return whose document number was sealed, or None if the hall does not know the person.

        Raises:
            SealError: as `receive`.

        """
        number = unseal(self._key.private, sealed_number).decode("utf-8", "replace")
        return self._find(self._key.tag(number))

    def open_person(self, ref: PersonRef) -> Person | None:
        """Return a person in clear, or None if unknown or erased."""
        row = self._people.person(ref)
        return None if row is None else self._open_row(row)[0]

    def sealed_to(self, ref: PersonRef, other_key: bytes) -> SealedPerson | None:
        """Return a person sealed to somebody else's public key, or None if unknown or erased."""
        row = self._people.person(ref)
        if row is None:
            return None
        return SealedPerson(ref, seal(other_key, msgspec.json.encode(self._open_row(row)[0])))

    def open_form(self, stored: bytes) -> bytes | None:
        """Return a form's answers, or None when its person was erased.

        Raises:
            SealError: the form was altered.

        """
        form = msgspec.msgpack.decode(stored, type=_Form)
        if form.person is None:
            return unseal(self._key.private, form.data)
        row = self._people.person(form.person)
        return None if row is None else _decrypt(self._open_row(row)[1], form.data, form.person)

    def open_document(self, sealed: bytes) -> bytes:
        """Return a document that a unit sealed.

        Raises:
            SealError: sealed to another key, or damaged.

        """
        return unseal(self._key.private, sealed)

    def named_by(self, stored: bytes) -> tuple[PersonRef | None, tuple[str, ...]]:
        """Return whose form this is and which documents it names; none when the person was erased.

        Raises:
            SealError: the form was altered.

        """
        plain = self.open_form(stored)
        return msgspec.msgpack.decode(stored, type=_Form).person, _digests_in(plain or b"")

    def forget(self, ref: PersonRef) -> None:
        """Drop what memory holds of an erased person."""
        for tag in [tag for tag, (known, _) in self._recent.items() if known == ref]:
            del self._recent[tag]

    # -- the commands

    def _case(self, command: c.SubmitCase) -> tuple[c.AnyCommand, tuple[PersonRow, ...], tuple[FormRow, ...]]:
        ref, rows = self._admit(command.sealed_person)
        forms: tuple[FormRow, ...] = ()
        if command.sealed_form is not None:
            plain = unseal(self._key.private, command.sealed_form)
            if ref is None:
                form = _Form(None, seal(self._key.public, plain))
            else:
                form = _Form(ref, _encrypt(self._row_key(ref, rows), plain, ref))
            forms = (FormRow(command.key, msgspec.msgpack.encode(form), _digests_in(plain), ref),)
        clean = msgspec.structs.replace(command, sealed_person=None, sealed_form=None, person=ref)
        return clean, rows, forms

    def _offline(self, command: c.UploadOffline) -> tuple[c.AnyCommand, tuple[PersonRow, ...], tuple[FormRow, ...]]:
        tickets: list[c.OfflineTicket] = []
        rows: list[PersonRow] = []
        for ticket in command.tickets:
            ref, added = self._admit(ticket.sealed_person)
            tickets.append(msgspec.structs.replace(ticket, sealed_person=None, person=ref))
            rows.extend(added)
        return msgspec.structs.replace(command, tickets=tuple(tickets)), tuple(rows), ()

    def _reprint(self, command: c.ReprintTicket) -> c.ReprintTicket:
        """Look the person up, and never add one: a stranger gets a reference that fits no ticket."""
        if command.sealed_person is None:
            return msgspec.structs.replace(command, person=None)
        person = unseal_person(self._key.private, command.sealed_person)
        ref = self._find(self._key.tag(person.number)) or _new_ref()
        return msgspec.structs.replace(command, sealed_person=None, person=ref)

    # -- people

    def _admit(self, sealed: bytes | None) -> tuple[PersonRef | None, tuple[PersonRow, ...]]:
        """Return reference and row of the person in a sealed field.

        The row goes along even for a known person: nobody knows yet whether the first one was stored, and an
        address may have changed. It keeps its key, since forms hang on it.
        """
        if sealed is None:
            return None, ()
        person = unseal_person(self._key.private, sealed)
        tag = self._key.tag(person.number)
        ref, key = self._recent.get(tag) or self._stored(tag) or (_new_ref(), secrets.token_bytes(32))
        self._recent[tag] = (ref, key)
        self._recent.move_to_end(tag)
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        data = _encrypt(key, msgspec.json.encode(person), ref)
        return ref, (PersonRow(ref, tag, seal(self._key.public, key), data),)

    def _find(self, tag: bytes) -> PersonRef | None:
        recent = self._recent.get(tag)
        return recent[0] if recent else self._people.person_by_tag(tag)

    def _stored(self, tag: bytes) -> tuple[PersonRef, bytes] | None:
        ref = self._people.person_by_tag(tag)
        row = self._people.person(ref) if ref is not None else None
        return None if row is None else (row.ref, unseal(self._key.private, row.sealed_key))

    def _row_key(self, ref: PersonRef, rows: Sequence[PersonRow]) -> bytes:
        return unseal(self._key.private, next(row.sealed_key for row in rows if row.ref == ref))

    def _open_row(self, row: PersonRow) -> tuple[Person, bytes]:
        key = unseal(self._key.private, row.sealed_key)
        return msgspec.json.decode(_decrypt(key, row.sealed_data, row.ref), type=Person), key


def _digests_in(plain: bytes) -> tuple[str, ...]:
    """Return the documents that a form's answers name, each once, in their order."""
    return tuple(dict.fromkeys(digest.decode() for digest in _NAMED.findall(plain)))


def _new_ref() -> PersonRef:
    """A random reference: it must not be possible to make it from the person again after an erasure."""
    return PersonRef("p-" + secrets.token_hex(12))


def _encrypt(key: bytes, plain: bytes, ref: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, ref.encode())


def _decrypt(key: bytes, data: bytes, ref: str) -> bytes:
    try:
        return ChaCha20Poly1305(key).decrypt(data[:_NONCE], data[_NONCE:], ref.encode())
    except InvalidTag:
        raise SealError("a stored record was altered, or put in another's place") from None
