"""The far end of an A4 printer: IPP over HTTP, jobs, a tray, a door, toner, and what goes wrong with them.

It prints sheet by sheet in its own time and keeps the last documents that it got, so that a test or a trainer can see
what came out. It answers what a host needs to print and to follow a job; ipptool, CUPS and pyipp talk to it too.
"""

import base64
import re
from collections import deque
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.http_far_end import Asked, HttpHosts, Reply
from drivers.page_printer.options import Options
from drivers.page_printer.protocol import (
    ENDED,
    MIME,
    Answered,
    Attribute,
    Group,
    JobState,
    Message,
    Operation,
    PrinterState,
    Tag,
    decode,
    encode,
    number,
    of,
    operation_group,
    word,
    words,
)

TRAY_HOLDS = 250
MOST_KEPT = 20
"""Jobs in the list, and documents; the oldest are forgotten."""
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_FORMATS = ("application/pdf", "application/octet-stream")
_A4 = {"x-dimension": of(Tag.INTEGER, 21000), "y-dimension": of(Tag.INTEGER, 29700)}
_CONTROLS = {
    "paper_out": "Leave only so many sheets in the tray: sheets=0.",
    "add_paper": "Put sheets in: sheets=250.",
    "door": "Open or close the door: open=true or false.",
    "jam": "Let a sheet get stuck after so many more: after=0.",
    "clear_jam": "Take the stuck sheet out; it is printed again.",
    "toner": "Set the toner: level=full, low or empty.",
    "stop": "Stop it at its panel.",
    "resume": "Start it again.",
    "lose_reply": "Take the next job and let the reply get lost.",
    "lose_request": "Let the next jobs get lost on their way: times=1.",
    "no_history": "Forget jobs when they end: on=true or false.",
    "sheet_s": "Seconds that a sheet takes: s=seconds.",
    "last_job": "Return the last document: name, sheets and pdf (base64).",
}


class _Job:
    """One document and how far it is."""

    def __init__(self, number: int, request: Message) -> None:
        operation, ticket = request.group(Tag.OPERATION), request.group(Tag.JOB)
        self.id, self.name, self.pdf = number, word(operation, "job-name") or "untitled", request.document
        self.user = word(operation, "requesting-user-name")
        sides = len(_PAGE.findall(request.document)) or 1
        self.duplex = word(ticket, "sides").startswith("two-sided")
        self.media = word(ticket, "media") or "media-col"
        copies = max(1, number_of(ticket, "copies"))
        self.sheets = copies * ((sides + 1) // 2 if self.duplex else sides)
        self.out = 0
        self.state = JobState.PENDING
        self.reason = "none"

    def attributes(self, uri: str) -> dict[str, Attribute]:
        """Everything that may be asked of it."""
        return {
            "job-id": of(Tag.INTEGER, self.id),
            "job-uri": of(Tag.URI, f"{uri}/{self.id}"),
            "job-name": of(Tag.NAME, self.name),
            "job-originating-user-name": of(Tag.NAME, self.user or "anonymous"),
            "job-state": of(Tag.ENUM, int(self.state)),
            "job-state-reasons": of(Tag.KEYWORD, self.reason),
            "job-impressions-completed": of(Tag.INTEGER, self.out),
            "job-media-sheets-completed": of(Tag.INTEGER, self.out),
        }


def number_of(group: Group, name: str) -> int:
    """Return a number of a ticket, kept within reason."""
    return min(number(group, name, 1), 99)


class SimulatedPagePrinter:
    """A row of `models.toml` says what it calls itself; options how fast it is."""

    def __init__(self, row: dict[str, Any], options: Options) -> None:
        self._name: str = row["name"]
        self._sheet_s = options.simulated_sheet_s
        self._formats: tuple[str, ...] = tuple(row.get("simulated_formats", _FORMATS))
        self._http = HttpHosts(self._answer)
        self._jobs: deque[_Job] = deque(maxlen=MOST_KEPT)
        self._kept: deque[_Job] = deque(maxlen=MOST_KEPT)
        self._number = self._sheets = 0
        self._paper = TRAY_HOLDS
        self._toner = "full"
        self._jam_after: int | None = None
        self._jammed = self._door = self._stopped = self._forgets = False
        self._loses_reply, self._lost_requests = False, 0
        self._sheet_due: float | None = None

    def receive(self, data: bytes, now: float) -> None:
        """Nothing comes but over HTTP."""

    def outgoing(self, now: float) -> bytes:
        """Nothing goes but over HTTP; time passes, though."""
        self._print_on(now)
        return b""

    def heard(self, host: int, data: bytes, now: float) -> None:
        """Take bytes of one host."""
        self._print_on(now)
        self._http.heard(host, data, now)

    def said(self, now: float) -> list[tuple[int, bytes]]:
        """Return what is due."""
        return self._http.said(now)

    def next_due(self) -> float | None:
        """When the next sheet is out, or an answer waits."""
        return min((due for due in (self._http.next_due(), self._sheet_due) if due is not None), default=None)

    def controls(self) -> dict[str, str]:
        """What a person can do to it."""
        return dict(_CONTROLS)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control."""
        if control not in _CONTROLS:
            raise UnknownControl(control, _CONTROLS)
        self._print_on(now)
        done: dict[str, Any] = getattr(self, f"_do_{control}")(**arguments) or {}
        self._begin(now)
        return done

    def state(self) -> dict[str, Any]:
        """Tray, doors, jobs. What was printed comes by `last_job` only."""
        return {
            "paper": self._paper,
            "toner": self._toner,
            "door_open": self._door,
            "jammed": self._jammed,
            "stopped": self._stopped,
            "sheets": self._sheets,
            "taken": self._number,
            "jobs": [
                {"id": job.id, "name": job.name, "state": job.state.name.lower(), "out": job.out, "of": job.sheets}
                for job in self._jobs
            ],
        }

    def _do_paper_out(self, sheets: int = 0) -> None:
        self._paper = max(0, int(sheets))

    def _do_add_paper(self, sheets: int = TRAY_HOLDS) -> None:
        self._paper = min(TRAY_HOLDS, self._paper + max(0, int(sheets)))

    def _do_door(self, open: bool = True) -> None:  # noqa: A002 - the word a person writes
        self._door = bool(open)

    def _do_jam(self, after: int = 0) -> None:
        self._jam_after = max(0, int(after))

    def _do_clear_jam(self) -> None:
        self._jammed, self._jam_after = False, None

    def _do_toner(self, level: str) -> None:
        if level not in ("full", "low", "empty"):
            raise ValueError("level is full, low or empty")
        self._toner = level

    def _do_stop(self) -> None:
        self._stopped = True

    def _do_resume(self) -> None:
        self._stopped = False

    def _do_lose_reply(self) -> None:
        self._loses_reply = True

    def _do_lose_request(self, times: int = 1) -> None:
        self._lost_requests = max(0, int(times))

    def _do_no_history(self, on: bool = True) -> None:
        self._forgets = bool(on)

    def _do_sheet_s(self, s: float) -> None:
        self._sheet_s = max(0.0, float(s))

    def _do_last_job(self) -> dict[str, Any]:
        if not self._kept:
            return {"name": "", "sheets": 0, "pdf": ""}
        job = self._kept[-1]
        return {"name": job.name, "sheets": job.sheets, "pdf": base64.b64encode(job.pdf).decode("ascii")}

    def _reasons(self) -> list[str]:
        """What keeps it from printing."""
        told = {
            "door-open-error": self._door,
            "media-jam-error": self._jammed,
            "media-empty-error": self._paper == 0,
            "toner-empty-error": self._toner == "empty",
            "paused": self._stopped,
        }
        return [reason for reason, is_so in told.items() if is_so]

    def _current(self) -> _Job | None:
        return next((job for job in self._jobs if job.state not in ENDED), None)

    def _begin(self, now: float) -> None:
        """Draw the next sheet in, or stand still."""
        job = self._current()
        if job is None:
            self._sheet_due = None
        elif self._reasons():
            job.state, job.reason, self._sheet_due = JobState.STOPPED, "printer-stopped", None
        else:
            job.state, job.reason = JobState.PROCESSING, "job-printing"
            self._sheet_due = now + self._sheet_s if self._sheet_due is None else self._sheet_due

    def _print_on(self, now: float) -> None:
        """Let sheets come out that are due by now."""
        while self._sheet_due is not None and self._sheet_due <= now:
            due, self._sheet_due = self._sheet_due, None
            job = self._current()
            if job is not None:
                self._sheet_out(job)
            self._begin(due)

    def _sheet_out(self, job: _Job) -> None:
        if self._jam_after == 0:
            self._jammed, self._jam_after = True, None
            return
        if self._jam_after is not None:
            self._jam_after -= 1
        self._paper -= 1
        self._sheets += 1
        job.out += 1
        if job.out >= job.sheets:
            self._end(job, JobState.COMPLETED, "job-completed-successfully")

    def _end(self, job: _Job, state: JobState, reason: str) -> None:
        job.state, job.reason = state, reason
        if self._forgets:
            self._jobs.remove(job)

    def _answer(self, asked: Asked, now: float) -> Reply | None:
        request = decode(asked.body) if asked.method == "POST" else None
        if request is None:
            return Reply(400 if asked.method == "POST" else 405)
        carried = {
            Operation.GET_PRINTER_ATTRIBUTES: self._printer,
            Operation.PRINT_JOB: self._take,
            Operation.VALIDATE_JOB: self._validate,
            Operation.GET_JOB_ATTRIBUTES: self._job,
            Operation.GET_JOBS: self._list,
            Operation.CANCEL_JOB: self._cancel,
        }
        if request.request < 1 or next(iter(request.group(Tag.OPERATION)), "") != "attributes-charset":
            return _replied(request, Answered.BAD_REQUEST)
        operation = carried.get(request.code)  # type: ignore[call-overload]  # an int finds an IntEnum
        if operation is None:
            return _replied(request, Answered.OPERATION_NOT_SUPPORTED)
        if request.code == Operation.PRINT_JOB and self._lost_requests:
            self._lost_requests -= 1
            return None
        code, groups = operation(request)
        self._begin(now)
        if request.code == Operation.PRINT_JOB and self._loses_reply:
            self._loses_reply = False
            return None
        return _replied(request, code, groups)

    def _printer(self, request: Message) -> "_Answer":
        wanted = words(request.group(Tag.OPERATION), "requested-attributes")
        known = self._attributes(_uri(request))
        told = {name: value for name, value in known.items() if not wanted or "all" in wanted or name in wanted}
        return Answered.OK, [(Tag.PRINTER, told)]

    def _attributes(self, uri: str) -> dict[str, Attribute]:
        blocking, waiting = self._reasons(), self._current()
        state = PrinterState.STOPPED if blocking else PrinterState.PROCESSING if waiting else PrinterState.IDLE
        low = ["toner-low-warning"] if self._toner == "low" else []
        low += ["media-low-warning"] if 0 < self._paper <= 10 else []
        return {
            "printer-uri-supported": of(Tag.URI, uri),
            "uri-security-supported": of(Tag.KEYWORD, "none"),
            "uri-authentication-supported": of(Tag.KEYWORD, "requesting-user-name"),
            "printer-name": of(Tag.NAME, "simulated"),
            "printer-make-and-model": of(Tag.TEXT, f"Simulated {self._name}"[:120]),
            "printer-info": of(Tag.TEXT, self._name[:120]),
            "printer-location": of(Tag.TEXT, "beside the counters"),
            "printer-more-info": of(Tag.URI, uri.replace("ipp", "http", 1)),
            "printer-state": of(Tag.ENUM, int(state)),
            "printer-state-reasons": of(Tag.KEYWORD, *(blocking + low or ["none"])),
            "printer-is-accepting-jobs": of(Tag.BOOLEAN, True),
            "queued-job-count": of(Tag.INTEGER, sum(job.state not in ENDED for job in self._jobs)),
            "ipp-versions-supported": of(Tag.KEYWORD, "1.1", "2.0"),
            "operations-supported": of(Tag.ENUM, *(int(operation) for operation in Operation)),
            "charset-configured": of(Tag.CHARSET, "utf-8"),
            "charset-supported": of(Tag.CHARSET, "utf-8"),
            "natural-language-configured": of(Tag.LANGUAGE, "en"),
            "generated-natural-language-supported": of(Tag.LANGUAGE, "en"),
            "document-format-default": of(Tag.MIME, self._formats[0]),
            "document-format-supported": of(Tag.MIME, *self._formats),
            "sides-supported": of(Tag.KEYWORD, "one-sided", "two-sided-long-edge"),
            "media-supported": of(Tag.KEYWORD, "iso_a4_210x297mm", "iso_a5_148x210mm"),
            "media-default": of(Tag.KEYWORD, "iso_a4_210x297mm"),
            "media-col-default": of(Tag.COLLECTION, {"media-size": of(Tag.COLLECTION, _A4)}),
            "pdl-override-supported": of(Tag.KEYWORD, "attempted"),
            "compression-supported": of(Tag.KEYWORD, "none"),
            "printer-up-time": of(Tag.INTEGER, 1),
        }

    def _validate(self, request: Message) -> "_Answer":
        wanted = word(request.group(Tag.OPERATION), "document-format") or self._formats[0]
        return (Answered.OK if wanted in self._formats else Answered.FORMAT_NOT_SUPPORTED), []

    def _take(self, request: Message) -> "_Answer":
        code, nothing = self._validate(request)
        if code != Answered.OK or not request.document:
            return (code if code != Answered.OK else Answered.BAD_REQUEST), nothing
        self._number += 1
        job = _Job(self._number, request)
        self._jobs.append(job)
        self._kept.append(job)
        return Answered.OK, [(Tag.JOB, job.attributes(_uri(request)))]

    def _job(self, request: Message) -> "_Answer":
        job = self._asked_for(request)
        return (Answered.OK, [(Tag.JOB, job.attributes(_uri(request)))]) if job else (Answered.NOT_FOUND, [])

    def _list(self, request: Message) -> "_Answer":
        completed = word(request.group(Tag.OPERATION), "which-jobs") == "completed"
        told = [job.attributes(_uri(request)) for job in self._jobs if (job.state in ENDED) == completed]
        return Answered.OK, [(Tag.JOB, attributes) for attributes in told]

    def _cancel(self, request: Message) -> "_Answer":
        job = self._asked_for(request)
        if job is None:
            return Answered.NOT_FOUND, []
        if job.state in ENDED:
            return Answered.NOT_POSSIBLE, []
        self._end(job, JobState.CANCELED, "job-canceled-by-user")
        self._sheet_due = None
        return Answered.OK, []

    def _asked_for(self, request: Message) -> _Job | None:
        wanted = number(request.group(Tag.OPERATION), "job-id")
        return next((job for job in self._jobs if job.id == wanted), None)


_Answer = tuple[int, list[tuple[int, Group]]]


def _uri(request: Message) -> str:
    return word(request.group(Tag.OPERATION), "printer-uri") or "ipp://localhost/ipp/print"


def _replied(request: Message, code: int, groups: list[tuple[int, Group]] | None = None) -> Reply:
    answer = Message(code, request.request, (operation_group(), *(groups or ())), version=request.version)
    return Reply(200, encode(answer), MIME)


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    return SimulatedPagePrinter(row, options)
