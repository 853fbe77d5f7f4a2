"""Forms: fields from JSON Schema, filled from the card, typed on our own keypads, checked before going on."""

from collections.abc import Container
from typing import Any

from config.flow import Ask, Capture, Form
from hall.domain.id_number import is_resident_number
from hall.domain.person import Person
from hall.ports.id_card import IdCard
from hall.words.catalogue import pick
from hall.words.mask import mask_name, mask_number, mask_phone
from kiosk.flow.models import Field, Row, Text, Tile, Word
from kiosk.flow.state import Relation, Session, Settings
from kiosk.flow.turn import Turn

LONGEST = 40
ERASE, CLEAR = "erase", "clear"
KEYPADS = {"digits": "0123456789", "id": "0123456789X", "phone": "0123456789", "code": ""}
"""Keypads and what they type; an empty set takes letters and digits."""


def fields(step: Form) -> dict[str, dict[str, Any]]:
    """Return a form's fields with their schemas, in the file's order."""
    return dict(step.schema.get("properties", {}))


def prefill(turn: Turn) -> None:
    """Fill what the card says, and make the first open field the active one."""
    step = turn.step
    assert isinstance(step, Form)
    person, card = turn.session.principal or turn.session.person, turn.session.card
    for name, schema in fields(step).items():
        source = schema.get("x-from", "")
        value = _from_card(source, person, card if turn.session.principal is None else None)
        if not value and source == "address" and turn.session.relation is Relation.GUARDIAN:
            # A child that was entered by number lives where its guardian lives, as far as this form is concerned.
            value = _from_card(source, turn.session.person, card)
        if value and not turn.session.answers.get(name):
            turn.answer(**{name: value})
    turn.write(field=_first_open(step, turn.session), problems={})


def _from_card(source: str, person: Person | None, card: IdCard | None) -> str:
    if person is not None and source in ("name", "number", "address"):
        return str(getattr(person, source))
    if card is not None and source in ("sex", "nation", "birth", "address", "authority"):
        return str(getattr(card, source))
    return ""


def fixed(name: str, schema: dict[str, Any], session: Session) -> bool:
    """Whether a field came from the card and is not to be changed here."""
    return bool(schema.get("x-from")) and bool(session.answers.get(name))


def _first_open(step: Form, session: Session) -> str:
    for name, schema in fields(step).items():
        if not fixed(name, schema, session) and not session.answers.get(name):
            return name
    return next((name for name, schema in fields(step).items() if not fixed(name, schema, session)), "")


def activate(turn: Turn, name: str) -> None:
    """Make a field the active one."""
    step = turn.step
    if isinstance(step, Form) and name in fields(step) and not fixed(name, fields(step)[name], turn.session):
        turn.write(field=name)


def choose(turn: Turn, value: str) -> None:
    """Answer the active field by a tile."""
    step, name = turn.step, turn.session.field
    if isinstance(step, Form) and value in fields(step).get(name, {}).get("enum", ()):
        _put(turn, name, value)
        turn.write(field=_first_open(step, turn.session) or name)


def key(turn: Turn, pressed: str) -> None:
    """Type into the active field."""
    step, name = turn.step, turn.session.field
    if not isinstance(step, Form) or name not in fields(step):
        return
    schema = fields(step)[name]
    longest = int(schema.get("maxLength", LONGEST))
    _put(turn, name, typed(turn.session.answers.get(name, ""), pressed, schema.get("x-keypad", ""), longest))


def typed(text: str, pressed: str, keypad: str, longest: int = LONGEST) -> str:
    """Return the text after a key of one of our keypads; keys that the keypad does not have do nothing."""
    if pressed == ERASE:
        return text[:-1]
    if pressed == CLEAR:
        return ""
    allowed = KEYPADS.get(keypad, "")
    good = len(pressed) == 1 and (pressed in allowed if allowed else pressed.isascii() and pressed.isalnum())
    return (text + pressed.upper())[:longest] if good else text


def _put(turn: Turn, name: str, value: str) -> None:
    problems = {key: problem for key, problem in turn.session.problems.items() if key != name}
    turn.answer(**{name: value})
    turn.write(problems=problems)


def finish(turn: Turn) -> None:
    """Check the whole form; go on, or point at the first field that is wrong."""
    step = turn.step
    assert isinstance(step, Form)
    problems = check(step, turn.session.answers)
    if problems:
        turn.write(problems=problems, field=next(iter(problems)))
    else:
        turn.onward()


def check(step: Form, answers: dict[str, str]) -> dict[str, str]:
    """Return the fields that are wrong, each with the end of a word id."""
    # Imported late: the first frame comes before any library that only a form needs.
    from jsonschema import Draft202012Validator

    known = fields(step)
    values = {name: _value(known[name], answers[name]) for name in known if answers.get(name)}
    problems: dict[str, str] = {}
    for error in Draft202012Validator(step.schema).iter_errors(values):
        if error.validator == "required":
            missing = [name for name in step.schema.get("required", ()) if name not in values]
            problems.update(dict.fromkeys(missing, "missing"))
        elif error.absolute_path:
            problems[str(error.absolute_path[0])] = "wrong"
    for name, schema in known.items():
        if schema.get("x-keypad") == "id" and name in values and not is_resident_number(str(values[name])):
            problems[name] = "number"
    return {name: problems[name] for name in known if name in problems}


def _value(schema: dict[str, Any], text: str) -> Any:
    kind = schema.get("type")
    if kind == "integer" and text.isascii() and text.isdigit():
        return int(text)
    if kind == "boolean":
        return text == "true"
    return text


def view(step: Form, session: Session) -> tuple[Field, ...]:
    """Return the form as it is to be drawn: card fields masked, the rest as typed."""
    required = step.schema.get("required", ())
    return tuple(_field(name, schema, session, name in required) for name, schema in fields(step).items())


def _field(name: str, schema: dict[str, Any], session: Session, required: bool) -> Field:
    value, problem = session.answers.get(name, ""), session.problems.get(name)
    is_fixed = fixed(name, schema, session)
    choices = () if is_fixed else tuple(Tile(str(v), _choice(schema, str(v))) for v in schema.get("enum", ()))
    return Field(
        name=name,
        label=schema.get("x-words", {"zh": name, "en": name}),
        value=masked(schema, value) if is_fixed else value,
        keypad="" if is_fixed else schema.get("x-keypad", ""),
        choices=choices,
        fixed=is_fixed,
        required=required,
        problem=Word(f"form.{problem}") if problem else None,
    )


def _choice(schema: dict[str, Any], value: str) -> Text:
    words: dict[str, Text] = schema.get("x-choices", {})
    return words.get(value, {"zh": value, "en": value})


def masked(schema: dict[str, Any], value: str) -> str:
    """Return a value as it may stand on a public screen."""
    match schema.get("x-from") or schema.get("x-keypad"):
        case "name":
            return mask_name(value)
        case "number" | "id":
            return mask_number(value)
        case "phone":
            return mask_phone(value)
        case _:
            return value


def rows(settings: Settings, session: Session) -> tuple[Row, ...]:
    """Return everything answered so far, masked, for the citizen to confirm."""
    found: list[Row] = []
    if session.principal is not None:
        found.append(Row(Word("confirm.agent"), Word(f"relation.{session.relation.value}")))
    applicant = session.principal or session.person
    if applicant is not None:
        found.append(Row(Word("confirm.applicant"), mask_name(applicant.name)))
        found.append(Row(Word("confirm.number"), mask_number(applicant.number)))
    for step in settings.flows[session.flow].steps:
        if isinstance(step, Ask) and session.answers.get(step.field) and not step.choices_from:
            found.append(Row(step.title, _answer(step, session.answers[step.field])))
        elif isinstance(step, Form):
            found += _form_rows(step, session)
        elif isinstance(step, Capture) and session.answers.get(step.field):
            pages = session.documents.get(session.answers[step.field], 0)
            found.append(Row(step.title, Word("confirm.pages", {"n": str(pages)})))
    return tuple(found)


def _answer(step: Ask, value: str) -> Text:
    return next((choice.words for choice in step.choices if choice.value == value), {"zh": value, "en": value})


def _form_rows(step: Form, session: Session, only: Container[str] | None = None) -> list[Row]:
    found: list[Row] = []
    for name, schema in fields(step).items():
        value = session.answers.get(name, "")
        if not value or (only is not None and name not in only) or schema.get("x-from") in ("name", "number"):
            continue
        text: Text | str = _choice(schema, value) if "enum" in schema else masked(schema, value)
        found.append(Row(schema.get("x-words", {"zh": name, "en": name}), text))
    return found


def plain_rows(settings: Settings, session: Session, language: str) -> list[tuple[str, str]]:
    """Return the form's answers worded in one language, for a slip."""
    found: list[tuple[str, str]] = []
    for step in settings.flows[session.flow].steps:
        if isinstance(step, Form):
            # A telephone number is for the authority, not for whoever is shown the paper.
            shown = {name for name, schema in fields(step).items() if schema.get("x-keypad") != "phone"}
            rows = _form_rows(step, session, shown)
            found += [(_plain(row.label, language), _plain(row.value, language)) for row in rows]
    return found


def _plain(text: Text | str, language: str) -> str:
    return pick(text, language) if isinstance(text, dict) else str(text)


def relations(guardian: bool, proxy: bool) -> tuple[Relation, ...]:
    """Return for whom one may act here."""
    extra = ((Relation.GUARDIAN,) if guardian else ()) + ((Relation.PROXY,) if proxy else ())
    return (Relation.SELF, *extra)
