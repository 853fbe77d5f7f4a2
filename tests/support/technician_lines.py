"""Every line that the programs may say to a technician, read out of the sources themselves.

A line is a string of at least two words that is no docstring, no log event, no help text and no SQL. An f-string is
shown with a mark for each of its values, e.g. ``⟦0⟧: no answer in ⟦1⟧ s``; what stands in a value is read as well.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SPEAKING = (
    "drivers",
    "config",
    "hall/sync/credential.py",
    "hall/sync/enrol.py",
    "hall/store/guard.py",
    "hall/store/unit_store.py",
    "server/auth/authority.py",
    "server/hub",
    "field/examine",
    "field/plugged",
    "field/rescue",
    "field/recording",
    "field/touch",
    "field/demo/chosen.py",
    *(
        f"field/commands/{name}.py"
        for name in (
            "capture",
            "check_config",
            "decode",
            "doctor",
            "enrol",
            "guard",
            "probe",
            "profile",
            "record",
            "replace",
            "report",
            "selftest",
            "suggest",
            "touch",
        )
    ),
)
"""Where such lines are written."""
OTHER_EARS = re.compile(
    r"simulat|vocabulary|_encoding|far_|usb_sim|stage\.py|play\.py|control\.py|by_hour|memory\.py|binding\.py|redacted|sheet\.py"
    r"|readiness\.py|people\.py|prompts\.py|mnemonics|commands\.py|invitation\.py|checks\.py|commandline\.py"
)
"""Simulators, `decode`'s words, data for printing: a technician's finding never quotes them."""
NO_LINES = frozenset(
    {
        "Message(⟦1⟧, ⟦3⟧ bytes)",
        "take ⟦1⟧",
        "byte i = (i*37+11) mod 256 (placeholder, not a decodable WLT)",
        "the filler that some makes send on a time-out, no reply",
        "Reply(⟦1⟧⟦2⟧⟦3⟧, ⟦5⟧ bytes)",
        "checksum mismatch, must be rejected",
        "Press a key: key= as the profile names it.",
        "Bytes on the line: hex=.",
        "(?:Scanning|Scanned) page ([0-9]{1,6})",
        r"scanimage: rounded value of ([a-z-]+) from \S+ to ([0-9.]+)",
        "See overleaf.",
        "SHEET ⟦1⟧",
        "hallfloor slip",
        "hallfloor test sheet",
        "disabled since",
        "Noto Sans Mono CJK SC:style=⟦1⟧",
        "Bearer ⟦1⟧",
        "HALLFLOOR TEST",
        "Readiness report",
        "the frame",
        "[⟦1⟧] peak ⟦3⟧  rms ⟦5⟧ dBFS⟦7⟧",
    }
)
"""Strings that look like lines: reprs, what `decode` prints, patterns of other programs' words, names of jobs."""
_WORDS = re.compile(r"[A-Za-z]+[,;:)']*s? +\(?[A-Za-z⟦]|⟧ +[a-z]{2,}")
_NO_LINE = re.compile(r"^\s*(SELECT|INSERT|DELETE|UPDATE|CREATE|PRAGMA|BEGIN|VACUUM|<)|^\s*\n|\\n$|^\[[a-z]")


SAYS = ("Status", "Unreadable", "TransportLost", "remark", "Exercised")
"""What is given to these is a line even if it is one word."""


class Said(NamedTuple):
    """A line in the sources."""

    where: str
    text: str


def _word(node: ast.expr) -> str:
    is_word = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    return ast.literal_eval(node) if is_word else ""


class _Strings(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []
        self.words: set[str] = set()

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """What the bytes of a wire are called is `decode`'s."""
        if "COMMANDS" not in (ast.unparse(target) for target in node.targets):
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if called.startswith("log.") or called in ("re.compile", "acts.add_parser", "ValueError", "partial"):
            return
        if called.rpartition(".")[2] in SAYS:
            self.words.update(word for one in node.args if (word := _word(one)))
        self.visit(node.func)
        for given in node.args:
            self.visit(given)
        for named in node.keywords:
            if named.arg not in ("help", "description", "metavar"):
                self.visit(named.value)

    def visit_Assert(self, node: ast.Assert) -> None:
        """What only a bug shows is for programmers."""

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.found.append((node.lineno, node.value))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        text = ""
        for index, part in enumerate(node.values):
            text += str(part.value) if isinstance(part, ast.Constant) else f"⟦{index}⟧"
        self.found.append((node.lineno, text))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)


def said() -> Iterator[Said]:
    """Yield every line of the sources, once for each place."""
    for name in SPEAKING:
        place = ROOT / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else (place,):
            if OTHER_EARS.search(str(path.relative_to(ROOT))):
                continue
            strings = _Strings()
            strings.visit(ast.parse(path.read_text(encoding="utf-8")))
            for line, text in strings.found:
                text = text.strip(" ,:\n")
                if (
                    (text in strings.words or _WORDS.search(text))
                    and not _NO_LINE.search(text)
                    and text not in NO_LINES
                ):
                    yield Said(f"{path.relative_to(ROOT)}:{line}", text)


_NO_WORD = re.compile(
    r"`[^`]*`"
    r"|'[^']*'|\"[^\"]*\"|(?:sudo|systemctl|upsdrvctl|upsc|lpstat|hall-\w+) \w+"
    r"|[!-~]*[\d_./:=@-][!-~]*|\b[A-Z][!-~]*"
)
"""What is typed or written as it is: commands, keys, paths, numbers, names of programs and of products."""


def sentence_in(chinese: str) -> str:
    """Return two English words in a row that a person would have to read in a Chinese line, or nothing."""
    found = re.search(r"\b[a-z]{2,},? [a-z]{2,}\b", _NO_WORD.sub("、", chinese))
    return found[0] if found else ""


def english_in(chinese: str) -> list[str]:
    """Return the parts of a line that are English words and nothing else: names, numbers and marks are none."""
    parts = re.split("[；：]|; |: ", chinese)
    return [part for part in parts if _WORDS.search(part) and not re.search(r"[\u4e00-\u9fff]", part)]
