"""PC/SC in a process of its own: requests in by lines of JSON, one answer out for each. `port` starts and asks it.

::

    {"do": "open"}                                          the daemon is there
    {"do": "readers"}                                       {"readers": ["... 00 00"]}
    {"do": "wait", "reader": "...", "known": 0, "ms": 300}  {"state": 65570, "atr": "3B..."}, error 8010000A if the same
    {"do": "connect", "reader": "..."}                      {"atr": "3B..."}
    {"do": "transmit", "hex": "00A4..."}                    {"hex": "...9000"}
    {"do": "disconnect"}                                    {}

What failed is ``{"error": 2148532332}``, the code of PC/SC without its sign. Why a process: libpcsclite takes the
daemon's socket from the environment once, holds one lock over all readers of a process, and waits without a time limit
for a daemon that hangs. A process can be ended, and its memory and crashes are no part of the kiosk. Requests are read
by a thread of their own, so that the end of the kiosk ends the process in the middle of such a wait too.
"""

import json
import os
import queue
import sys
import threading
from typing import Any

SCOPE_SYSTEM, SHARE_SHARED, RESET = 2, 2, 1
T0, T1 = 1, 2
MASK = 0xFFFFFFFF


class Trouble(Exception):
    """PC/SC refused."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code & MASK:08X}")
        self.code = code & MASK


class Desk:
    """One context, at most one card."""

    def __init__(self) -> None:
        from smartcard import scard

        self._scard = scard
        self._context: Any = None
        self._card: Any = None
        self._protocol = T0

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request."""
        asked = {
            "open": self._open,
            "readers": self._readers,
            "wait": self._wait,
            "connect": self._connect,
            "transmit": self._transmit,
            "disconnect": self._disconnect,
        }
        try:
            return asked[request["do"]](request)
        except Trouble as trouble:
            return {"error": trouble.code}

    def _open(self, _request: dict[str, Any]) -> dict[str, Any]:
        result, self._context = self._scard.SCardEstablishContext(SCOPE_SYSTEM)
        _check(result)
        return {}

    def _readers(self, _request: dict[str, Any]) -> dict[str, Any]:
        result, names = self._scard.SCardListReaders(self._context, [])
        _check(result)
        return {"readers": names}

    def _wait(self, request: dict[str, Any]) -> dict[str, Any]:
        asked = [(str(request["reader"]), int(request["known"]))]
        result, states = self._scard.SCardGetStatusChange(self._context, int(request["ms"]), asked)
        _check(result)
        _name, state, atr = states[0]
        return {"state": state & MASK, "atr": bytes(atr).hex()}

    def _connect(self, request: dict[str, Any]) -> dict[str, Any]:
        self._disconnect(request)
        name = str(request["reader"])
        result, card, protocol = self._scard.SCardConnect(self._context, name, SHARE_SHARED, T0 | T1)
        _check(result)
        self._card, self._protocol = card, protocol
        result, _name, _state, _protocol, atr = self._scard.SCardStatus(card)
        return {"atr": "" if result else bytes(atr).hex()}

    def _transmit(self, request: dict[str, Any]) -> dict[str, Any]:
        control = self._scard.SCARD_PCI_T1 if self._protocol == T1 else self._scard.SCARD_PCI_T0
        result, said = self._scard.SCardTransmit(self._card, control, list(bytes.fromhex(request["hex"])))
        _check(result)
        return {"hex": bytes(said).hex()}

    def _disconnect(self, _request: dict[str, Any]) -> dict[str, Any]:
        card, self._card = self._card, None
        if card is not None:
            self._scard.SCardDisconnect(card, RESET)
        return {}


def _check(result: int) -> None:
    if result:
        raise Trouble(result)


def _read_requests(requests: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)  # the parent is gone; nothing here is worth saving


def main() -> int:
    """Serve standard input until it ends; `--list` prints the names of the readers, one a line."""
    desk = Desk()
    if sys.argv[1:] == ["--list"]:
        desk.answer({"do": "open"})
        sys.stdout.writelines(f"{name}\n" for name in desk.answer({"do": "readers"}).get("readers", ()))
        return 0
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    while True:
        sys.stdout.write(json.dumps(desk.answer(json.loads(requests.get()))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
