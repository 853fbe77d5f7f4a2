"""Asking a printer: one HTTP POST a question, with time limits, over httpx.

What is asked never changes anything but Print-Job and Cancel-Job. The reply to Print-Job may get lost, and then it is
not known whether the job was taken: `Unsure` says that something was sent, plain `TransportLost` that nothing was.
"""

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from drivers.page_printer.options import Options
from drivers.page_printer.protocol import (
    MIME,
    Attribute,
    Group,
    Message,
    Operation,
    Tag,
    decode,
    encode,
    of,
    operation_group,
)
from drivers.transport.base import TransportLost
from drivers.transport.stream import lost

if TYPE_CHECKING:
    import httpx

ASK_S = 1.2
"""With a look every 0.8 s a loss is told within 2 s."""
SEND_S = 30.0
"""A printer may wake up, or convert, before it answers to a document."""
CUPS_PORT = 631
LARGEST_ANSWER = 4 << 20
PDF = "application/pdf"
_QUEUE = re.compile(r"cups:([A-Za-z0-9_.+-]{1,127})(?:@([A-Za-z0-9.:\[\]-]{1,200}))?")
_STATES = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
_JOB = ("job-id", "job-name", "job-state", "job-state-reasons", "job-impressions-completed")
_JOB_WORDS = (*_JOB, "job-media-sheets-completed")


class Unsure(TransportLost):
    """The request went out and no answer came back: whether it was carried out must be looked up."""


class BrokenOff(Unsure):
    """The connection ended before the answer did."""


class Where(NamedTuple):
    """A printer as IPP names it, and where HTTP finds it."""

    uri: str
    url: str


def where_of(address: str) -> Where:
    """Read `cups:QUEUE`, `cups:QUEUE@HOST[:PORT]`, `ipp://HOST[:PORT]/path` or `ipps://...`.

    Raises:
        TransportLost: it is none of them.

    """
    if found := _QUEUE.fullmatch(address):
        host = found[2] or "localhost"
        host = host if re.search(r":\d+$", host) else f"{host}:{CUPS_PORT}"
        return Where(f"ipp://{host}/printers/{found[1]}", f"http://{host}/printers/{found[1]}")
    parts = urlsplit(address)
    if parts.scheme in ("ipp", "ipps") and parts.hostname and not re.search(r"[\s\"'<>]", address):
        host = parts.netloc if re.search(r":\d+$", parts.netloc) else f"{parts.netloc}:{CUPS_PORT}"
        secure = "https" if parts.scheme == "ipps" else "http"
        return Where(f"{parts.scheme}://{host}{parts.path or '/'}", f"{secure}://{host}{parts.path or '/'}")
    raise lost(address, "not the address of a printer", "write cups:QUEUE (lpstat -e) or ipp://HOST:631/ipp/print")


class Ipp:
    """One printer. Not for two threads at once; `close` may come from another."""

    def __init__(self, address: str, options: Options) -> None:
        import httpx

        self.address, self._options = address, options
        self.where = where_of(address)
        # Printers certify themselves; the address in the configuration is what is trusted.
        self._http: httpx.Client = httpx.Client(verify=False, trust_env=False, timeout=ASK_S)  # noqa: S501
        self._request = 0

    def read(self, size: int, timeout_s: float) -> bytes:  # noqa: ARG002 - a Transport
        """Nothing ever comes by itself."""
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:
        """Nothing is written but questions."""

    def close(self) -> None:
        """Give the connection back; idempotent."""
        self._http.close()

    def printer(self, *names: str) -> Group:
        """Return attributes of the printer, its state without names.

        Raises:
            TransportLost: it does not answer, or is no printer.

        """
        wanted = {"requested-attributes": of(Tag.KEYWORD, *(names or _STATES))}
        answer = self._ask(Operation.GET_PRINTER_ATTRIBUTES, wanted)
        if answer.code >= 0x100:
            raise lost(self.address, f"no such printer there (IPP {answer.code:04X})", "compare with lpstat -e")
        return answer.group(Tag.PRINTER)

    def submit(self, pdf: bytes, name: str) -> Message:
        """Hand a document over.

        Raises:
            Unsure: it went out, and no answer came.
            TransportLost: nothing was sent.

        """
        operation = {
            "job-name": of(Tag.NAME, name),
            "ipp-attribute-fidelity": of(Tag.BOOLEAN, False),
            "document-format": of(Tag.MIME, PDF),
        }
        return self._ask(Operation.PRINT_JOB, operation, self._ticket(), pdf)

    def job(self, number: int) -> Message:
        """Ask what became of a job.

        Raises:
            TransportLost: no answer.

        """
        wanted = {"job-id": of(Tag.INTEGER, number), "requested-attributes": of(Tag.KEYWORD, *_JOB_WORDS)}
        return self._ask(Operation.GET_JOB_ATTRIBUTES, wanted)

    def jobs(self, which: str) -> Message:
        """Ask for the jobs that are ``completed`` (ended in whatever way) or ``not-completed``.

        Raises:
            TransportLost: no answer.

        """
        wanted = {
            "limit": of(Tag.INTEGER, 200),
            "requested-attributes": of(Tag.KEYWORD, *_JOB),
            "which-jobs": of(Tag.KEYWORD, which),
        }
        return self._ask(Operation.GET_JOBS, wanted)

    def cancel(self, number: int) -> Message:
        """Take a job back.

        Raises:
            TransportLost: no answer.

        """
        return self._ask(Operation.CANCEL_JOB, {"job-id": of(Tag.INTEGER, number)})

    def _ticket(self) -> Group:
        """Return how the job is to be printed."""
        options = self._options
        sides = "two-sided-long-edge" if options.duplex else "one-sided"
        paper = {"media-col": of(Tag.COLLECTION, _media(options))} if options.tray else {}
        named = {} if paper else {"media": of(Tag.KEYWORD, options.media)}
        return {"copies": of(Tag.INTEGER, 1), "sides": of(Tag.KEYWORD, sides), **named, **paper}

    def _ask(self, operation: Operation, more: Group, job: Group | None = None, document: bytes = b"") -> Message:
        self._request = self._request % 0x7FFF_FFFF + 1
        head: dict[str, Attribute] = {"printer-uri": of(Tag.URI, self.where.uri)}
        if "job-id" in more:
            head["job-id"] = more["job-id"]
        head["requesting-user-name"] = of(Tag.NAME, self._options.user)
        groups = [operation_group({**head, **more}.items())]
        if job is not None:
            groups.append((Tag.JOB, job))
        body = encode(Message(operation, self._request, tuple(groups), document))
        try:
            raw = self._posted(body, SEND_S if document else ASK_S)
        except BrokenOff:
            if document:
                raise
            raw = self._posted(body, ASK_S)  # printers end connections that were idle, and a question may be put twice
        answer = decode(raw)
        if answer is None or answer.request not in (self._request, 0):
            raise self._unsure("its answer is no IPP")
        return answer

    def _posted(self, body: bytes, limit_s: float) -> bytes:
        import httpx

        headers = {"Content-Type": MIME, "Accept": MIME}
        limits = httpx.Timeout(limit_s, connect=ASK_S)
        try:
            with self._http.stream("POST", self.where.url, content=body, headers=headers, timeout=limits) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise lost(self.address, f"HTTP {answer.status_code}", _advice(answer.status_code))
                return self._bounded(answer)
        except TransportLost:
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as problem:
            raise lost(self.address, "nobody is there", "check power and network of the printer") from problem
        except httpx.TimeoutException as problem:
            raise self._unsure(f"no answer in {limit_s:g} s") from problem
        except (httpx.HTTPError, RuntimeError, OSError) as problem:  # the last two once it was closed
            cause = f"its answer broke off ({type(problem).__name__})"
            raise BrokenOff(f"{self.address}: {cause}; check power and network of the printer") from problem

    def _bounded(self, answer: "httpx.Response") -> bytes:
        found = bytearray()
        for piece in answer.iter_bytes():
            found += piece
            if len(found) > LARGEST_ANSWER:
                raise self._unsure("its answer has no end")
        return bytes(found)

    def _unsure(self, cause: str) -> Unsure:
        return Unsure(f"{self.address}: {cause}; check power and network of the printer")


def _media(options: Options) -> Group:
    """Return paper and tray as one collection: a tray cannot be named beside a plain `media`."""
    found = re.search(r"_(\d{1,4}(?:\.\d)?)x(\d{1,4}(?:\.\d)?)mm$", options.media)
    members: dict[str, Attribute] = {"media-source": of(Tag.KEYWORD, options.tray)}
    if found:
        width, height = (round(float(edge) * 100) for edge in found.groups())
        size = {"x-dimension": of(Tag.INTEGER, width), "y-dimension": of(Tag.INTEGER, height)}
        members = {"media-size": of(Tag.COLLECTION, size), **members}
    return members


def _advice(status: int) -> str:
    if status in (401, 403):
        return "let this user print and cancel there (CUPS: lpadmin -u, cupsctl)"
    if status == 426:
        return "it wants TLS: write ipps:// instead of ipp://"
    return "compare the address with lpstat -v"
