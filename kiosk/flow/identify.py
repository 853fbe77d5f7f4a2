"""Finding out who it is. A card proves a card, not its holder: the level `holder` needs staff to compare them.

Guardian and proxy: first the card of whoever stands here, then the card of the person it is for; a child without a
card is entered by number, and the evidence says so.
"""

import msgspec

from config.flow import Identify
from hall.domain.id_number import is_resident_number
from hall.domain.person import DocumentKind, Evidence, Person
from hall.ports.id_card import CardKind, IdCard
from kiosk.flow import forms, submitting
from kiosk.flow.causes import CardRead
from kiosk.flow.models import Text, Tile, Word
from kiosk.flow.state import Place, Relation, Staff
from kiosk.flow.turn import Turn

DOCUMENTS = {
    CardKind.CITIZEN: DocumentKind.RESIDENT_ID,
    CardKind.FOREIGN_2017: DocumentKind.FOREIGN_PERMANENT_RESIDENT,
    CardKind.FOREIGN_2023: DocumentKind.FOREIGN_PERMANENT_RESIDENT,
    CardKind.HK_MACAO_TAIWAN: DocumentKind.HK_MACAO_TAIWAN_PERMIT,
}


def person_of(card: IdCard) -> Person:
    """Return the person that a card names; the photograph is not kept."""
    return Person(
        name=card.name or card.english_name,
        number=card.number,
        document=DOCUMENTS[card.kind],
        evidence=Evidence.CARD,
        address=card.address,
    )


def take_card(turn: Turn, cause: CardRead) -> None:
    """Keep the holder of the card for this session, sealed at once."""
    card = msgspec.structs.replace(cause.card, photo=b"")
    person = person_of(card)
    turn.write(card=card, person=person, sealed_person=submitting.seal(turn, person))


def start(turn: Turn) -> None:
    """Enter an identify step; a card read before is enough where nobody else is asked about."""
    turn.go(Place.IDENTIFY)
    _settle(turn)


def asks_relation(turn: Turn) -> bool:
    """Whether the citizen has still to say for whom."""
    step = turn.step
    return isinstance(step, Identify) and (step.guardian or step.proxy) and not turn.session.related


def relation_tiles(step: Identify) -> tuple[Tile, ...]:
    """Return the tiles of the question for whom."""
    icons = {Relation.SELF: "user", Relation.GUARDIAN: "baby-carriage", Relation.PROXY: "users"}
    return tuple(
        Tile(one.value, Word(f"relation.{one.value}"), icons[one], Word(f"relation.{one.value}.hint"))
        for one in forms.relations(step.guardian, step.proxy)
    )


def relate(turn: Turn, value: str) -> None:
    """The citizen said for whom."""
    step = turn.step
    if isinstance(step, Identify) and value in forms.relations(step.guardian, step.proxy):
        turn.write(relation=Relation(value), related=True)
        _settle(turn)


def card(turn: Turn, cause: CardRead) -> None:
    """A card during the step: the holder's own, or the one of the person it is for."""
    session = turn.session
    if session.person is None:
        take_card(turn, cause)
        turn.write(problem=None)
    elif session.relation is not Relation.SELF and session.principal is None:
        other = person_of(cause.card)
        if other.number == session.person.number:
            turn.write(problem=Word("identify.same_card"))
            return
        turn.write(principal=other, problem=None)
    _settle(turn)


def _settle(turn: Turn) -> None:
    """Go on when everybody is known."""
    step, session = turn.step, turn.session
    assert isinstance(step, Identify)
    if asks_relation(turn) or session.person is None:
        return
    if session.relation is not Relation.SELF and session.principal is None:
        return
    if step.level == "holder" and session.person.evidence is not Evidence.HOLDER:
        turn.set(staff=Staff(back_to=Place.IDENTIFY))
        turn.go(Place.PIN)
        return
    turn.onward()


def compared(turn: Turn) -> None:
    """Staff compared card and holder."""
    person = turn.session.person
    if person is not None:
        holder = msgspec.structs.replace(person, evidence=Evidence.HOLDER)
        turn.write(person=holder, sealed_person=submitting.seal(turn, holder))
    turn.go(Place.IDENTIFY)
    _settle(turn)


def skip(turn: Turn) -> None:
    """Go on without a card, where the flow allows it."""
    step = turn.step
    if isinstance(step, Identify) and step.optional:
        turn.onward()


def can_type(turn: Turn) -> bool:
    """Whether a number may be typed: where the flow says so, and for a child of its guardian."""
    step, session = turn.step, turn.session
    if not isinstance(step, Identify):
        return False
    return step.typed or (session.relation is Relation.GUARDIAN and session.person is not None)


def type_key(turn: Turn, pressed: str) -> None:
    """Type a document number."""
    if not can_type(turn):
        return
    turn.write(typing=True, typed=forms.typed(turn.session.typed, pressed, "id", 18), problem=None)


def type_done(turn: Turn) -> None:
    """Take the typed number; it is checked, and proves nothing more than that."""
    if not can_type(turn) or not turn.session.typing:
        turn.write(typing=can_type(turn))
        return
    number = turn.session.typed
    if not is_resident_number(number):
        turn.write(problem=Word("form.number"))
        return
    person = Person(name="", number=number, evidence=Evidence.TYPED)
    turn.write(typed="", typing=False, problem=None)
    if turn.session.person is None:
        turn.write(person=person, sealed_person=submitting.seal(turn, person))
    elif turn.session.relation is not Relation.SELF:
        turn.write(principal=person)
    _settle(turn)


def prompt(known: bool, relation: Relation) -> Text:
    """Return whose card is asked for."""
    if not known:
        return Word("identify.own" if relation is Relation.SELF else "identify.agent")
    return Word("identify.principal")
