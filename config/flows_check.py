"""Check self-service flows on load: whatever would surprise a citizen half-way is told to the technician at once.

`config.load` refuses unknown keys; here stands what a declaration cannot say: words in every language, conditions on
fields that exist, needs that cover the steps, a number or case before its slip, forms that are valid JSON Schema and
can be filled on a kiosk without a keyboard.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from config.flow import Ask, Capture, Checklist, Flow, Form, Identify, Notice, Print, Scan, Sign, Submit, Words
from config.load import ConfigError, load

LANGUAGES = ("zh", "en")
NEEDS = ("slip", "a4", "id_card", "scanner", "camera", "hub")
SHIPPED = Path(__file__).parent / "examples" / "flows"
CHANNEL = ("normal", "priority", "card")
"""What an item's detail answers in the field ``channel``: taken plainly, by priority, or with a card."""
CARD_FIELDS = ("name", "number", "address", "sex", "nation", "birth", "authority")
KEYPADS = ("digits", "id", "phone", "code")
GIVES = {"ticket": ("issue", "reprint"), "receipt": ("case",), "proof": ("case",), "progress": ("query",)}
"""Slip to the acts that must have come before it."""


def load_flows(names: Iterable[str], folder: str = "") -> dict[str, Flow]:
    """Read and check flow files, in the order given.

    Raises:
        ConfigError: naming the file, the key and, where a name is wrong, the nearest known one.

    """
    place = Path(folder) if folder else SHIPPED
    return {name: load_flow(_file(place, name)) for name in names}


def load_flow(path: Path) -> Flow:
    """Read and check one file.

    Raises:
        ConfigError: see `load_flows`.

    """
    flow = load(path, Flow)
    problem = next(problems(flow), None)
    if problem is not None:
        raise ConfigError(f"{path}: {problem}")
    if flow.code != path.stem:
        raise ConfigError(f"{path}: code {flow.code!r} must be the file's name {path.stem!r}")
    return flow


def _file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.toml"
    if path.is_file():
        return path
    known = sorted(found.stem for found in folder.glob("*.toml"))
    raise ConfigError(f"kiosk.flows: no flow {name!r} in {folder}; {_nearest(name, known)}")


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.0)
    return f"did you mean {near[0]!r}?" if near else "none is known there"


def problems(flow: Flow) -> Iterator[str]:
    """Tell everything that is wrong with a flow, one sentence each."""
    yield from _words(flow)
    yield from _ids(flow)
    yield from _conditions(flow)
    yield from _needs(flow)
    yield from _order(flow)
    for index, step in enumerate(flow.steps):
        if isinstance(step, Form):
            yield from _form(f"steps[{index}]", step)
        elif isinstance(step, Scan) and step.pattern:
            yield from _pattern(f"steps[{index}].pattern", step.pattern)
        elif isinstance(step, Checklist):
            yield from _checklist(f"steps[{index}]", step)


def _words(flow: Flow) -> Iterator[str]:
    yield from _complete("title", flow.title)
    if flow.subtitle:
        yield from _complete("subtitle", flow.subtitle)
    for index, step in enumerate(flow.steps):
        at = f"steps[{index}]"
        yield from _complete(f"{at}.title", step.title)
        if isinstance(step, Notice | Sign):
            yield from _complete(f"{at}.text", step.text)
        elif isinstance(step, Ask):
            for n, choice in enumerate(step.choices):
                yield from _complete(f"{at}.choices[{n}].words", choice.words)
        elif isinstance(step, Checklist):
            for n, line in enumerate(step.lines):
                yield from _complete(f"{at}.lines[{n}]", line)


def _complete(at: str, words: Words) -> Iterator[str]:
    for language in LANGUAGES:
        if not words.get(language, "").strip():
            yield f"{at} has no text in {language!r}"


def _ids(flow: Flow) -> Iterator[str]:
    seen: set[str] = set()
    for index, step in enumerate(flow.steps):
        if step.id in seen:
            yield f"steps[{index}].id {step.id!r} is used twice"
        seen.add(step.id)
    if not flow.steps:
        yield "steps is empty"


def answers(flow: Flow, before: int | None = None) -> dict[str, tuple[str, ...] | None]:
    """Return the fields that the steps answer, with their possible values (None: any)."""
    found: dict[str, tuple[str, ...] | None] = {}
    for step in flow.steps[:before]:
        match step:
            case Ask(field=field, choices=choices, choices_from=source):
                found[field] = None if source else tuple(choice.value for choice in choices)
                if source:
                    found["channel"] = CHANNEL
            case Scan(field=field) | Capture(field=field) | Sign(field=field):
                found[field] = None
            case Form(schema=schema):
                for name, field_schema in schema.get("properties", {}).items():
                    values = field_schema.get("enum") if isinstance(field_schema, dict) else None
                    found[name] = tuple(map(str, values)) if values else None
            case _:
                continue
    return found


def _conditions(flow: Flow) -> Iterator[str]:
    for index, step in enumerate(flow.steps):
        if not step.when:
            continue
        at = f"steps[{index}].when"
        field, equals, value = (part.strip() for part in step.when.partition("="))
        known = answers(flow, index)
        if not equals:
            yield f"{at} must read 'field = value', not {step.when!r}"
        elif field not in known:
            yield f"{at}: no step before answers {field!r}; {_nearest(field, known)}"
        elif (values := known[field]) is not None and value not in values:
            yield f"{at}: {field!r} is never {value!r}; {_nearest(value, values)}"


def _needs(flow: Flow) -> Iterator[str]:
    for index, need in enumerate(flow.needs):
        if need not in NEEDS:
            yield f"needs[{index}]: unknown need {need!r}; {_nearest(need, NEEDS)}"
    for index, step in enumerate(flow.steps):
        wanted = _wanted(step)
        if wanted and not set(wanted) & set(flow.needs):
            either = " or ".join(map(repr, wanted))
            yield f"steps[{index}] ({step.id}) needs {either}, which is not in needs"


def _wanted(step: Any) -> tuple[str, ...]:
    """Return the needs of which a step must have one. A ticket's slip is none: its number can stand on the screen."""
    match step:
        case Print(slip="ticket" | "progress"):
            return ()
        case Print(paper=paper):
            return ("a4", "slip") if paper == "a4" else ("slip",)
        case Identify(optional=False, typed=False):
            return ("id_card",)
        case Scan(or_type=False):
            return ("scanner",)
        case Capture():
            return ("camera",)
        case Submit(act="query"):
            return ("hub",)
        case _:
            return ()


def _order(flow: Flow) -> Iterator[str]:
    acts: set[str] = set()
    for index, step in enumerate(flow.steps):
        if isinstance(step, Submit):
            acts.add(step.act)
            if step.act == "case" and not flow.item:
                yield f"steps[{index}] submits a case, but the flow names no item"
            if step.act == "issue" and "item" not in answers(flow, index):
                yield f"steps[{index}] issues a ticket, but no step before answers 'item'"
        elif isinstance(step, Print) and step.paper == "a4" and step.slip == "ticket":
            yield f"steps[{index}].paper: a number comes on a slip, never on A4"
        elif isinstance(step, Print) and not acts & set(GIVES[step.slip]):
            wanted = " or ".join(GIVES[step.slip])
            yield f"steps[{index}] prints a {step.slip} before any submit of {wanted}"


def _pattern(at: str, pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as problem:
        yield f"{at} is no regular expression: {problem}"


def _checklist(at: str, step: Checklist) -> Iterator[str]:
    for line in step.required:
        if not 0 <= line < len(step.lines):
            yield f"{at}.required: there is no line {line}; lines count from 0 to {len(step.lines) - 1}"


def _form(at: str, step: Form) -> Iterator[str]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(step.schema)
    except SchemaError as problem:
        where = ".".join(map(str, problem.absolute_path))
        yield f"{at}.schema{'.' + where if where else ''}: {problem.message}"
        return
    if step.schema.get("type") != "object":
        yield f"{at}.schema.type must be 'object'"
    fields = step.schema.get("properties", {})
    for name in step.schema.get("required", ()):
        if name not in fields:
            yield f"{at}.schema.required: no field {name!r}; {_nearest(name, fields)}"
    for name, schema in fields.items():
        yield from _field(f"{at}.schema.properties.{name}", schema)


def _field(at: str, schema: dict[str, Any]) -> Iterator[str]:
    yield from _complete(f"{at}.x-words", schema.get("x-words", {}))
    source, keypad = schema.get("x-from", ""), schema.get("x-keypad", "")
    if source and source not in CARD_FIELDS:
        yield f"{at}.x-from: unknown card field {source!r}; {_nearest(source, CARD_FIELDS)}"
    if keypad and keypad not in KEYPADS:
        yield f"{at}.x-keypad: unknown keypad {keypad!r}; {_nearest(keypad, KEYPADS)}"
    if not (source or keypad or schema.get("enum")):
        yield f"{at} cannot be filled on a kiosk: give it x-from, x-keypad or enum"
    for value in schema.get("enum", ()):
        yield from _complete(f"{at}.x-choices.{value}", schema.get("x-choices", {}).get(str(value), {}))
