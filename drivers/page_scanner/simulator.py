"""The far end of a scanner: an eSCL device with glass and feeder, for real hosts (sane-airscan, or a browser).

It draws the sheets that were laid into it, one by one and in its own time, and what goes wrong in life goes wrong here:
an empty feeder, a jam at the third sheet, an open cover, somebody else's job.
"""

from typing import Any, NamedTuple

from drivers.far_end import FarEnd, UnknownControl
from drivers.http_far_end import Asked, HttpHosts, Later, Reply
from drivers.page_scanner.escl import (
    ROOT,
    XML,
    Capabilities,
    Settings,
    Source,
    capabilities_document,
    settings_of,
    status_document,
)
from drivers.page_scanner.options import Options
from drivers.page_scanner.sheets import KINDS, sheet_jpeg

A4_AND_MORE = (2550, 3508)
"""8.5 by 11.7 inches, in three-hundredths of an inch."""
FEEDER_HOLDS = 100
NOTHING = "nothing"
_CONTROLS = {
    "lay": f"Lay sheets: what={'|'.join(KINDS)} (default text), on=glass|feeder, count=1, back=what (default blank).",
    "take": "Take everything off glass and feeder.",
    "jam": "Let a sheet get stuck after so many: after=0.. (of the next job).",
    "clear_jam": "Take the stuck sheet out.",
    "cover": "Open or close the cover: open=true or false.",
    "busy": "Let it be busy with somebody else: on=true or false.",
    "page_s": "Seconds that a page takes: s=seconds.",
}


class Sheet(NamedTuple):
    """What stands on both sides."""

    front: str
    back: str
    number: int


class _Job:
    """One host's job; it ends with the feeder's last sheet, or with the one on the glass."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name, self.settings = name, settings
        self.drawn = 0
        self.back: Sheet | None = None
        """A sheet whose back comes next."""
        self.ended = False


class SimulatedPageScanner:
    """A row of `models.toml` and the driver's options say what it can do and how fast it is."""

    def __init__(self, row: dict[str, Any], options: Options) -> None:
        source = Source(A4_AND_MORE, tuple(row.get("simulated_resolutions", (75, 100, 200, 300, 600))))
        feeder = source if row.get("feeder") else None
        glass = source if row.get("glass") else None
        self._can = Capabilities(row["name"], glass, feeder, bool(row.get("duplex")))
        self._page_s = options.simulated_page_s
        self._http = HttpHosts(self._answer)
        self._glass: Sheet | None = None
        self._feeder: list[Sheet] = []
        self._laid = self._jobs = self._pages = 0
        self._jam_after: int | None = None
        self._jammed = self._cover = self._busy = False
        self._job: _Job | None = None

    def receive(self, data: bytes, now: float) -> None:
        """Nothing comes but over HTTP."""

    def outgoing(self, now: float) -> bytes:  # noqa: ARG002 - a FarEnd
        """Nothing goes but over HTTP."""
        return b""

    def heard(self, host: int, data: bytes, now: float) -> None:
        """Take bytes of one host."""
        self._http.heard(host, data, now)

    def said(self, now: float) -> list[tuple[int, bytes]]:
        """Return what is due."""
        return self._http.said(now)

    def next_due(self) -> float | None:
        """When the next page is through."""
        return self._http.next_due()

    def controls(self) -> dict[str, str]:
        """What a person can do to it."""
        return dict(_CONTROLS)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:
        """Carry out a control."""
        del now
        if control not in _CONTROLS:
            raise UnknownControl(control, _CONTROLS)
        done: dict[str, Any] = getattr(self, f"_do_{control}")(**arguments)
        return done

    def state(self) -> dict[str, Any]:
        """What lies where, and what was scanned."""
        return {
            "glass": self._glass.front if self._glass else NOTHING,
            "feeder": [sheet.front for sheet in self._feeder],
            "jammed": self._jammed,
            "cover_open": self._cover,
            "busy": self._busy,
            "jobs": self._jobs,
            "pages": self._pages,
            "settings": self._job.settings._asdict() if self._job else {},
        }

    def _do_lay(self, what: str = "text", on: str = "feeder", count: int = 1, back: str = "blank") -> dict[str, Any]:
        if what not in KINDS or back not in KINDS or on not in ("glass", "feeder"):
            raise ValueError(f"what and back are one of {', '.join(KINDS)}; on is glass or feeder")
        if on == "glass":
            self._laid += 1
            self._glass = Sheet(what, back, self._laid)
            return {"glass": what}
        for _ in range(min(count, FEEDER_HOLDS - len(self._feeder))):
            self._laid += 1
            self._feeder.append(Sheet(what, back, self._laid))
        return {"feeder": len(self._feeder)}

    def _do_take(self) -> dict[str, Any]:
        self._glass, self._feeder = None, []
        return {}

    def _do_jam(self, after: int = 0) -> dict[str, Any]:
        self._jam_after = int(after)
        return {}

    def _do_clear_jam(self) -> dict[str, Any]:
        self._jammed, self._jam_after = False, None
        return {}

    def _do_cover(self, open: bool = True) -> dict[str, Any]:  # noqa: A002 - the word a person writes
        self._cover = bool(open)
        return {}

    def _do_busy(self, on: bool = True) -> dict[str, Any]:
        self._busy = bool(on)
        return {}

    def _do_page_s(self, s: float) -> dict[str, Any]:
        self._page_s = max(0.0, float(s))
        return {}

    def _answer(self, asked: Asked, now: float) -> Reply | Later | None:
        del now
        path = asked.path.partition("?")[0]
        if asked.method == "GET" and path == f"{ROOT}/ScannerCapabilities":
            return Reply(200, capabilities_document(self._can), XML)
        if asked.method == "GET" and path == f"{ROOT}/ScannerStatus":
            return Reply(200, status_document(self._state(), self._feeder_state()), XML)
        if asked.method == "POST" and path == f"{ROOT}/ScanJobs":
            return self._begin(settings_of(asked.body), asked.headers.get("host", "localhost"))
        job = self._job
        if job is None or not path.startswith(f"{ROOT}/ScanJobs/{job.name}"):
            return Reply(404)
        if asked.method == "DELETE":
            job.ended = True
            return Reply(200)
        return Later(self._page_s, lambda _now: self._next_page(job)) if self._drawable(job) else self._no_page(job)

    def _begin(self, settings: Settings | None, host: str) -> Reply:
        if self._busy or (self._job is not None and not self._job.ended):
            return Reply(503)
        if settings is None or (self._can.feeder if settings.feeder else self._can.glass) is None:
            return Reply(400)
        if settings.feeder and (not self._feeder or self._jammed or self._cover):
            return Reply(409)
        self._jobs += 1
        self._job = _Job(f"job-{self._jobs}", settings)
        return Reply(201, headers=(("Location", f"http://{host}{ROOT}/ScanJobs/{self._job.name}"),))

    def _drawable(self, job: _Job) -> bool:
        """Whether a page of the job may be drawn in now."""
        if job.ended or self._cover or self._jammed:
            return False
        if not job.settings.feeder:
            return job.drawn == 0
        return job.back is not None or bool(self._feeder)

    def _no_page(self, job: _Job) -> Reply:
        job.ended = True
        return Reply(409) if (self._jammed or self._cover) and job.settings.feeder else Reply(404)

    def _next_page(self, job: _Job) -> Reply:
        """The paper has gone through; only now it shows whether it got stuck."""
        if not self._drawable(job):
            return self._no_page(job)
        if job.settings.feeder and job.back is None and self._jam_after is not None and job.drawn >= self._jam_after:
            self._jammed, self._jam_after = True, None
            return self._no_page(job)
        sheet, side = self._side(job)
        wanted = job.settings
        width, height = (max(1, edge * wanted.dpi // 300) for edge in (wanted.width, wanted.height))
        jpeg = sheet_jpeg(side, sheet.number, width, height, wanted.dpi, wanted.colour)
        self._pages += 1
        return Reply(200, jpeg, "image/jpeg")

    def _side(self, job: _Job) -> tuple[Sheet, str]:
        if not job.settings.feeder:
            job.drawn += 1
            job.ended = True
            sheet = self._glass or Sheet("blank", "blank", 0)
            return sheet, sheet.front
        if job.back is not None:
            sheet, job.back = job.back, None
            return sheet, sheet.back
        sheet = self._feeder.pop(0)
        job.drawn += 1
        job.back = sheet if job.settings.duplex else None
        return sheet, sheet.front

    def _state(self) -> str:
        working = self._busy or (self._job is not None and not self._job.ended)
        return "Processing" if working else "Idle"

    def _feeder_state(self) -> str:
        if self._can.feeder is None:
            return ""
        if self._jammed:
            return "ScannerAdfJam"
        if self._cover:
            return "ScannerAdfDoorOpen"
        return "ScannerAdfLoaded" if self._feeder else "ScannerAdfEmpty"


def far_end(row: dict[str, Any], options: Options) -> FarEnd:
    """Make the simulator of a row."""
    return SimulatedPageScanner(row, options)
