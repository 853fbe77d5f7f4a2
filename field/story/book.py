"""The story's record: steps with expectation and sight, kept as they happen and written as story.json."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from field.demo.wire import NotDone

POLL_S = 0.05


class Sight(msgspec.Struct):
    """One thing looked at."""

    expected: str
    seen: str
    ok: bool


class Step(msgspec.Struct):
    """One step of the day."""

    chapter: str
    step: str
    sights: list[Sight] = []
    pictures: list[str] = []
    seconds: float = 0.0
    trouble: str = ""

    @property
    def ok(self) -> bool:
        """Whether all that was looked at was as expected, and something was looked at."""
        return not self.trouble and bool(self.sights) and all(sight.ok for sight in self.sights)


class Book:
    """Collects the steps; `step` opens one, `see` and `until` look at things inside it."""

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        self.folder = folder
        self.steps: list[Step] = []
        self._tell = tell
        self._chapter = ""
        self._open: Step | None = None

    def chapter(self, title: str) -> None:
        """Start a chapter."""
        self._chapter = title
        self._tell(f"-- {title}")

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Run one step; trouble is written down and the day goes on."""
        step = Step(self._chapter, title)
        self.steps.append(step)
        self._open, began = step, time.monotonic()
        try:
            yield step
        except (NotDone, AssertionError, LookupError, OSError, ValueError) as problem:
            step.trouble = f"{type(problem).__name__}: {problem}"
        finally:
            step.seconds = round(time.monotonic() - began, 2)
            self._open = None
            self._tell(f"   {'ok ' if step.ok else 'NOT'} {title} ({step.seconds:.1f} s){_why(step)}")

    def see(self, expected: str, seen: Any, ok: bool) -> bool:
        """Write down one sight."""
        assert self._open is not None, "a sight outside a step"
        self._open.sights.append(Sight(expected, str(seen), bool(ok)))
        return bool(ok)

    def equal(self, what: str, wanted: Any, seen: Any) -> bool:
        """Write down that `seen` should be `wanted`."""
        return self.see(f"{what}: {wanted}", f"{seen}", wanted == seen)

    def until(self, expected: str, look: Callable[[], Any], timeout_s: float = 8.0) -> Any:
        """Look until the answer is truthy, write down the last one, and return it."""
        end = time.monotonic() + timeout_s
        seen = look()
        while not seen and time.monotonic() < end:
            time.sleep(POLL_S)
            seen = look()
        self.see(expected, seen, bool(seen))
        return seen

    def picture(self, name: str) -> None:
        """Name a picture that belongs to the open step."""
        if self._open is not None:
            self._open.pictures.append(name)

    @property
    def ok(self) -> bool:
        """Whether every step was as expected."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    def write(self) -> Path:
        """Write story.json and return its path."""
        path = self.folder / "story.json"
        steps = [msgspec.to_builtins(step) | {"ok": step.ok} for step in self.steps]
        content = {"ok": self.ok, "steps": steps}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return path


def _why(step: Step) -> str:
    if step.ok:
        return ""
    bad = [f"expected {sight.expected}; saw {sight.seen[:300]}" for sight in step.sights if not sight.ok]
    return "\n       " + "\n       ".join(
        [*([step.trouble] if step.trouble else []), *bad] or ["nothing was looked at"]
    )
