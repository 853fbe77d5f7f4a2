"""A cheap look at an idle scanner, often enough that a loss is told within two seconds.

Asking SANE opens the device, turns lamps on and takes seconds, so it is never asked by the clock. A network scanner is
asked for its ScannerStatus; of a USB scanner the kernel's node is looked for. Of others nothing can be told: unknown.
"""

import os
from typing import TYPE_CHECKING

from drivers.page_scanner.escl import status_of
from drivers.page_scanner.protocol import usb_node
from drivers.page_scanner.sane import Place
from drivers.transport.stream import lost
from hall.ports.status import Status, StatusWord

if TYPE_CHECKING:
    import httpx

ASK_S = 1.2
UNSEEN = Status(StatusWord.UNKNOWN, "SANE tells more only when a page is scanned")


class Look:
    """Looks at one place."""

    def __init__(self, address: str, place: Place) -> None:
        self._address, self._place = address, place
        self._node = usb_node(place.device)
        self._http: httpx.Client | None = None

    def status(self) -> Status:
        """Return what can be told now.

        Raises:
            TransportLost: it is not there.

        """
        if self._place.url:
            return self._asked(f"{self._place.url}/ScannerStatus")
        if not self._node:
            return UNSEEN
        if not os.path.exists(self._node):
            raise lost(self._address, "it is unplugged or off", "check power and USB cable")
        return Status(StatusWord.READY)

    def close(self) -> None:
        """Give the connection back."""
        http, self._http = self._http, None
        if http is not None:
            http.close()

    def _asked(self, url: str) -> Status:
        import httpx

        if self._http is None:
            # Scanners certify themselves; the address in the configuration is what is trusted.
            self._http = httpx.Client(timeout=ASK_S, verify=False, headers={"Connection": "close"}, trust_env=False)  # noqa: S501
        try:
            answer = self._http.get(url)
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError, OSError) as problem:  # the last two once it was closed
            raise lost(self._address, _cause(problem), "check power and network of the scanner") from problem
        status = status_of(answer.content) if answer.status_code == httpx.codes.OK else None
        if status is None and answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return Status(StatusWord.BUSY, "it is starting or busy with somebody else")
        if status is None:
            raise lost(self._address, f"no scanner answers there (HTTP {answer.status_code})", "check the address")
        return status


def _cause(problem: Exception) -> str:
    import httpx

    if isinstance(problem, httpx.TimeoutException):
        return f"no answer in {ASK_S:g} s"
    if isinstance(problem, httpx.ConnectError):
        return "nobody is there"
    return f"no sense in its answer ({type(problem).__name__})"
