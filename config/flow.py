"""A self-service item's flow as a file: a closed set of steps, checked on load.

Words stand in the file in every language (`{ zh = "...", en = "..." }`). `needs` names the devices and links
that are checked before the first step, and again before each step that cannot be undone (submit, print).
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Words = dict[str, str]
"""Language tag to text; zh and en are required by the check."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="step", kw_only=True):
    """What all steps share."""

    id: Name
    title: Words
    when: str = ""
    """Run the step only if this answer is given, as ``field = value``; empty means always."""


class Notice(Step, frozen=True, forbid_unknown_fields=True, tag="notice"):
    """Tell the citizen something to agree to: who asks, why, which data, how long kept (PIPL 17)."""

    text: Words
    agree: bool = True


class Identify(Step, frozen=True, forbid_unknown_fields=True, tag="identify"):
    """Find out who it is. `card` proves a card, `holder` card and holder; guardian and proxy are paths of it."""

    level: Annotated[str, Meta(pattern="^(card|holder)$")] = "card"
    optional: bool = False
    guardian: bool = False
    proxy: bool = False
    typed: bool = False
    """Whether the number may be typed where there is no card; the evidence says so."""


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer of an ask step."""

    value: str
    words: Words
    icon: str = ""


class Ask(Step, frozen=True, forbid_unknown_fields=True, tag="ask"):
    """One question, answered by a tile. `choices_from = "items"` takes the hall's items with live counts."""

    field: str
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""


class Scan(Step, frozen=True, forbid_unknown_fields=True, tag="scan"):
    """Read a code into `field`; `or_type` allows the keypad instead."""

    field: str
    or_type: bool = False
    pattern: str = ""


class Form(Step, frozen=True, forbid_unknown_fields=True, tag="form"):
    """Fields as JSON Schema 2020-12 (an object), with `x-words`, `x-from` (card field) and `x-keypad` hints."""

    schema: dict[str, Any]


class Capture(Step, frozen=True, forbid_unknown_fields=True, tag="capture"):
    """Photograph papers with the document camera; the SHA-256 of the PDF made of them answers `field`.

    A page taken again does not replace the first: the new one is put behind it, both are shown, and the citizen takes
    away the one that is not wanted. The step goes on only with at most `pages` pages.
    """

    field: str
    pages: Annotated[int, Meta(ge=1, le=20)] = 1


class Checklist(Step, frozen=True, forbid_unknown_fields=True, tag="checklist"):
    """Materials the citizen ticks off; required ones must be ticked."""

    lines: tuple[Words, ...]
    required: tuple[int, ...] = ()


class Confirm(Step, frozen=True, forbid_unknown_fields=True, tag="confirm"):
    """Show all answers (ID numbers masked) before the step that cannot be undone."""


class Sign(Step, frozen=True, forbid_unknown_fields=True, tag="sign"):
    """Sign what `text` says, on the signature pad or on the glass; the SHA-256 of what was signed answers `field`."""

    field: str
    text: Words


class Submit(Step, frozen=True, forbid_unknown_fields=True, tag="submit"):
    """Give it to the hub: `issue` a ticket, `case` registers one, `query` asks about one."""

    act: Annotated[str, Meta(pattern="^(issue|case|query|reprint)$")]


class Print(Step, frozen=True, forbid_unknown_fields=True, tag="print"):
    """Print and wait until it is taken. On A4, a flow that also needs ``slip`` falls back to the slip."""

    slip: Annotated[str, Meta(pattern="^(ticket|receipt|proof|progress)$")]
    paper: Annotated[str, Meta(pattern="^(slip|a4)$")] = "slip"
    """``slip`` is the ticket printer's paper, ``a4`` whole sheets; a number never comes on A4."""


class Rate(Step, frozen=True, forbid_unknown_fields=True, tag="rate"):
    """Ask for a rating once; silence is not rated."""


AnyStep = Notice | Identify | Ask | Scan | Form | Capture | Checklist | Confirm | Sign | Submit | Print | Rate


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    code: Name
    title: Words
    icon: str
    steps: tuple[AnyStep, ...]
    subtitle: Words = {}
    needs: tuple[str, ...] = ()
    """``slip``, ``a4``, ``id_card``, ``scanner``, ``camera``, ``hub``."""
    item: str = ""
    """The item of the hall's catalogue that a case of this flow belongs to."""
    offline: bool = True
    """Whether it may be done while the hub is away (the case then gets a provisional number)."""
    resumable: bool = True
    """Whether a citizen who leaves may take a resume code."""
