"""Play the story with every model: `python -m field.story.models [--all] [--page FILE] [--folder DIR]`.

Several models at once in one story: two strips, a rating pad, a caller pad, two voices and a printer in each round.
What was played is a table, docs/models.md, which is also the memory: without ``--all`` only models without a line in
it, or whose story was not as expected, are played. Some 90 s a round.
"""

import argparse
import json
import re
import sys
import tempfile
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from drivers import catalog
from field.demo.chosen import transports
from field.story.play import play_story

PAGE = Path(__file__).resolve().parents[2] / "docs" / "models.md"
CHAPTERS = "numbers,calls,ratings,paper"
"""The shortest ones in which each of the families has something to do."""
PLACES = {
    "counter_screen": ("counter-1.strip", "counter-2.strip"),
    "rating_pad": ("counter-1.rating",),
    "caller_pad": ("counter-1.caller",),
    "voice": ("lobby-1.module", "lobby-1.speaker"),
    "ticket_printer": ("kiosk-c.printer",),
}
AS_EXPECTED = "as expected"
HEAD = f"""# The story with every model

Each model stood in its place in a played story (chapters {CHAPTERS.replace(",", ", ")}); made by
`python -m field.story.models`. A place takes another model by one line, `hall-field demo --story DIR --with
counter-1.strip=strip-crc`, or `kiosk-c.printer=epson-tm-t88@tcp` where the wire is to be another; a file given with
`--models FILE` holds the same: `[with]` and below it `"counter-1.strip" = "strip-crc"`.

| Family | Model | Place | Transport | Story | Played |
|---|---|---|---|---|---|
"""
_LINE = re.compile(r"^\| (\w+) \| `([^`]+)` \| ([\w.-]+) \| ([\w-]+) \| (.+?) \| ([\d-]+) \|$", re.MULTILINE)


class Played(NamedTuple):
    """One line of the table."""

    family: str
    model: str
    place: str
    transport: str
    story: str
    """`AS_EXPECTED`, or the first step that was not."""
    day: str

    def line(self) -> str:
        """Return it as the page has it."""
        return f"| {self.family} | `{self.model}` | {self.place} | {self.transport} | {self.story} | {self.day} |"


def played_of(page: str) -> dict[tuple[str, str], Played]:
    """Return the lines of a page by family and model."""
    return {(found[1], found[2]): Played(*found.groups()) for found in _LINE.finditer(page)}


def rounds(wanted: dict[str, list[str]]) -> list[dict[str, str]]:
    """Return what stands where in each round (``MODEL@TRANSPORT`` by place), so that each model stands somewhere once.

    A model with a cable of its own kind (USB) is played by it; the longest family decides how many rounds there are.
    """
    made: list[dict[str, str]] = []
    for family, places in PLACES.items():
        for model, place in zip(wanted.get(family, []), cycle(places), strict=False):
            at = sum(place in one for one in made)
            if at == len(made):
                made.append({})
            made[at][place] = f"{model}@{_transport(family, model)}"
    return made


def _transport(family: str, model: str) -> str:
    known = transports(catalog.model(family, model))
    return "usb" if "usb" in known else known[0]


def wanted_models(known: dict[tuple[str, str], Played]) -> dict[str, list[str]]:
    """Return the models of each family that have no good line yet."""
    good = {key for key, line in known.items() if line.story == AS_EXPECTED}
    return {family: [model for model in catalog.models(family) if (family, model) not in good] for family in PLACES}


def play_round(models: dict[str, str], folder: Path) -> list[Played]:
    """Play one story; every model of it gets the story's result."""
    play_story(folder, only=CHAPTERS, chosen=models)
    story = json.loads((folder / "story.json").read_text(encoding="utf-8"))
    bad = [step["step"] for step in story["steps"] if not step["ok"]]
    result = AS_EXPECTED if story["ok"] else f"not as expected: {(bad or ['nothing was played'])[0]}".replace("|", "/")
    day = datetime.now(UTC).date().isoformat()
    families = {place: family for family, places in PLACES.items() for place in places}
    return [
        Played(families[place], model, place, transport, result, day)
        for place, text in models.items()
        for model, _, transport in [text.partition("@")]
    ]


def write_page(page: Path, known: dict[tuple[str, str], Played]) -> None:
    """Write the table in the order of the catalogue; a model that is gone loses its line."""
    order = [(family, model) for family in PLACES for model in catalog.models(family)]
    lines = [known[key].line() for key in order if key in known]
    page.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 if every model has a good line in the end."""
    parser = argparse.ArgumentParser(prog="field.story.models", description="Play the story with every model.")
    parser.add_argument("--all", action="store_true", help="also those that have a good line already")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--folder", type=Path, help="keep the stories here; left out, a temporary folder")
    parser.add_argument("--rounds", type=int, default=0, metavar="N", help="play at most so many stories now")
    given = parser.parse_args(arguments)
    known = played_of(given.page.read_text(encoding="utf-8")) if given.page.exists() else {}
    wanted = rounds(wanted_models({} if given.all else known))
    folder = given.folder or Path(tempfile.mkdtemp(prefix="stories-"))
    for number, models in enumerate(wanted[: given.rounds or None], start=1):
        sys.stdout.write(f"round {number} of {len(wanted)}: {models}\n")
        known |= {(line.family, line.model): line for line in play_round(models, folder / f"{number:02}")}
        write_page(given.page, known)
    return int(any(wanted_models(known).values()))


if __name__ == "__main__":
    sys.exit(main())
