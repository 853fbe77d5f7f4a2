"""The generated pages `docs/events.md` and `docs/config.md`: what the declarations say, so that they cannot differ.

    python -m field.reference [FOLDER]

writes both (into `docs` unless told otherwise); a test compares the pages in the repository with what this makes. Help
is the docstring behind a field, the default is the declared one.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as declared

from config.flow import AnyStep, Flow
from config.hall import HallConfig
from config.unit import UnitConfig
from drivers import catalog
from hall.wire.events import AnyBody, Event

MADE = "*Made by `python -m field.reference` from the declarations; do not edit.*"


class Row(NamedTuple):
    """One key or field of a table."""

    name: str
    kind: str
    default: str
    help: str


def events_page() -> str:
    """Return the catalogue of events: envelope, then every type with its fields."""
    lines = ["# Events", "", MADE, "", _doc(Event), "", *_table(_rows(Event)), ""]
    for body in AnyBody.__args__:
        lines += [f"## {body.__struct_config__.tag}", "", _doc(body), ""]
        lines += [*_table(_rows(body)), ""] if body.__struct_fields__ else []
    return "\n".join(lines)


def config_page() -> str:
    """Return every key of every file: a unit's, a hall's, a flow's, and the options of each device family."""
    lines = ["# Configuration", "", MADE, ""]
    for title, whole in (("A unit's file", UnitConfig), ("A hall's file", HallConfig), ("A flow's file", Flow)):
        lines += [f"## {title}", "", *_table(_rows(whole)), "", *_parts(whole)]
    lines += ["## Steps of a flow", ""]
    for step in AnyStep.__args__:
        lines += [f"### {step.__struct_config__.tag}", "", _doc(step), "", *_table(_rows(step)), ""]
    lines += ["## Options of devices", "", "`[devices.NAME.options]`, by the kind of the device.", ""]
    for kind in catalog.FAMILIES:
        options = catalog.family(kind).options
        models = ", ".join(f"`{name}`" for name in catalog.models(kind))
        lines += [f"### {kind}", "", f"Models: {models}.", "", *_table(_rows(options)), "", *_parts(options)]
    return "\n".join(lines)


def _parts(whole: type[msgspec.Struct]) -> Iterator[str]:
    """Yield a section for each structure that a file's tables are of, outermost first; steps stand apart."""
    for part in dict.fromkeys(_structs(whole)):
        if part not in AnyStep.__args__:
            yield from (f"### {_title(part)}", "", _help_of(part), "", *_table(_rows(part)), "")


def _title(cls: type) -> str:
    """Return the table's name in a file where the docstring begins with it, else the structure's."""
    found = re.match(r"(\[\[?[\w.]+\]\]?) ", _doc(cls))
    return f"`{found[1]}`" if found else cls.__name__


def _help_of(cls: type) -> str:
    return re.sub(r"^\[\[?[\w.]+\]\]? ", "", _doc(cls))


def _structs(whole: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    kind = declared.type_info(whole)
    assert isinstance(kind, declared.StructType)
    for field in kind.fields:
        for found in _inside(field.type):
            yield found
            yield from _structs(found)


def _inside(kind: declared.Type) -> Iterator[type[msgspec.Struct]]:
    match kind:
        case declared.StructType(cls=cls):
            yield cls
        case declared.UnionType(types=types):
            for one in types:
                yield from _inside(one)
        case declared.VarTupleType(item_type=inner) | declared.ListType(item_type=inner):
            yield from _inside(inner)
        case declared.TupleType(item_types=types):
            for one in types:
                yield from _inside(one)
        case declared.DictType(value_type=inner):
            yield from _inside(inner)


def _rows(struct: type[msgspec.Struct]) -> list[Row]:
    kind = declared.type_info(struct)
    assert isinstance(kind, declared.StructType)
    help_of = _field_docs(struct)
    return [Row(one.encode_name, _kind(one.type), _default(one), help_of.get(one.name, "")) for one in kind.fields]


def _field_docs(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return the string that stands behind each field in the source, those of base classes included."""
    found: dict[str, str] = {}
    for cls in reversed(struct.__mro__):
        if not issubclass(cls, msgspec.Struct) or cls is msgspec.Struct:
            continue
        body = _class_body(cls)
        for line, after in pairwise(body):
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and _is_text(after):
                found[line.target.id] = _one_line(ast.literal_eval(after.value))  # type: ignore[attr-defined] # _is_text
    return found


def _class_body(cls: type) -> list[ast.stmt]:
    definition = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(definition, ast.ClassDef)
    return definition.body


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _doc(cls: type) -> str:
    return _one_line(inspect.getdoc(cls) or "")


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


NAMES: dict[type[declared.Type], str] = {
    declared.StrType: "text",
    declared.BytesType: "bytes",
    declared.IntType: "whole number",
    declared.FloatType: "number",
    declared.BoolType: "true or false",
    declared.NoneType: "nothing",
    declared.AnyType: "any value",
}


def _kind(kind: declared.Type) -> str:
    """Return a type in words."""
    match kind:
        case declared.StructType(cls=cls):
            return f"table, see {_title(cls)}"
        case declared.UnionType(types=types) if all(isinstance(one, declared.StructType) for one in types):
            return "one of the tables below"
        case declared.UnionType(types=types):
            return " or ".join(map(_kind, types))
        case declared.VarTupleType(item_type=inner) | declared.ListType(item_type=inner):
            return f"list of {_kind(inner)}"
        case declared.TupleType(item_types=types):
            return f"[{', '.join(map(_kind, types))}]"
        case declared.DictType(value_type=inner):
            return f"{_kind(inner)} by name"
        case declared.EnumType(cls=cls):
            return " or ".join(f"`{member.value}`" for member in cls)
        case declared.LiteralType(values=values):
            return " or ".join(f"`{value}`" for value in values)
    return NAMES[type(kind)] + _bounds(kind)


BOUNDS = {"ge": "at least {}", "gt": "above {}", "le": "at most {}", "lt": "below {}", "pattern": "`{}`"}


def _bounds(kind: declared.Type) -> str:
    limits = ((words, getattr(kind, name, None)) for name, words in BOUNDS.items())
    said = [words.format(str(limit).replace("|", "\\|")) for words, limit in limits if limit is not None]
    return f" ({', '.join(said)})" if said else ""


def _default(field: declared.Field) -> str:
    if field.required:
        return "needed"
    value: Any = field.default
    if value is NODEFAULT:
        value = field.default_factory()
    if isinstance(value, msgspec.Struct):
        return "as below"
    return f"`{_plain(value)}`".replace("|", "\\|")


def _plain(value: Any) -> str:
    """Return a value as it is written in TOML, near enough to be copied."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case Enum():
            return _plain(value.value)
        case str():
            return f'"{value}"'
        case tuple() | list():
            return f"[{', '.join(map(_plain, value))}]"
        case dict():
            pairs = ", ".join(f"{name} = {_plain(one)}" for name, one in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
    return str(value)


def _table(rows: list[Row]) -> list[str]:
    lines = [f"| `{one.name}` | {one.kind} | {one.default} | {_cell(one.help)} |" for one in rows]
    return ["| Key | Value | Default | Meaning |", "|---|---|---|---|", *lines]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


PAGES = {"events.md": events_page, "config.md": config_page}


def main() -> int:
    """Write the pages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs")
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
