"""The far end: a NUT server with one supply whose mains, battery and driver are a person's to spoil."""

from collections.abc import Callable
from typing import Any

from drivers.far_end import FarEnd, UnknownControl
from drivers.ups import protocol
from drivers.ups.options import Options
from drivers.ups.protocol import CHARGE, RUNTIME, STATUS

FULL_RUNTIME_S = 1800
CONTROLS = {
    "mains_lost": "The mains fail: on battery.",
    "mains_back": "The mains are back; the battery is not low any more.",
    "battery": "Charge of the battery: percent=.",
    "low": "The supply says that its battery is nearly empty: on=true or false.",
    "replace": "The supply wants a new battery: on=true or false.",
    "stale": "The supply does not answer its driver: on=true or false.",
    "no_driver": "The driver does not run: on=true or false.",
    "unknown": "The supply is called otherwise in ups.conf: name= (empty: as before).",
    "deny": "Refuse every log-in: on=true or false.",
    "words": "Say just these status words: words= (empty: by the mains again).",
}


class SimulatedNut:
    """upsd as seen through one connection."""

    def __init__(self, options: Options) -> None:
        self._first_name = self._name = options.ups or "ups"
        self._lines = protocol.Lines()
        self._out = b""
        self._mains, self._low, self._replace = True, False, False
        self._stale = self._no_driver = self._deny = False
        self._percent = 100
        self._words = ""
        self._asked = 0
        self._user = ""
        self._logins: list[str] = []

    def receive(self, data: bytes, now: float) -> None:  # noqa: ARG002 - the contract of every far end
        """Take questions."""
        for words in self._lines.feed(data):
            self._asked += 1
            self._out += self._answer(words)

    def outgoing(self, now: float) -> bytes:  # noqa: ARG002 - the contract of every far end
        """Return the answers."""
        out, self._out = self._out, b""
        return out

    def next_due(self) -> float | None:
        """Answers are due at once."""
        return 0.0 if self._out else None

    def controls(self) -> dict[str, str]:
        """What a person can do."""
        return dict(CONTROLS)

    def do(self, control: str, arguments: dict[str, Any], now: float) -> dict[str, Any]:  # noqa: ARG002 - contract
        """Carry out a control.

        Raises:
            UnknownControl: there is no such control.

        """
        if control not in CONTROLS:
            raise UnknownControl(control, CONTROLS)
        if control in ("low", "replace", "stale", "no_driver", "deny"):
            setattr(self, f"_{control}", bool(arguments.get("on", True)))
        else:
            self._other(control, arguments)
        return {}

    def state(self) -> dict[str, Any]:
        """Return what a person at the supply sees, and who is there."""
        return {
            "name": self._name,
            "mains": self._mains,
            "percent": self._percent,
            "status": self._status(),
            "stale": self._stale,
            "asked": self._asked,
            "logins": self._logins,
        }

    def _other(self, control: str, arguments: dict[str, Any]) -> None:
        if control == "battery":
            self._percent = max(0, min(100, int(arguments["percent"])))
        elif control == "unknown":
            self._name = str(arguments.get("name", "")) or self._first_name
        elif control == "words":
            self._words = str(arguments.get("words", ""))
        else:
            self._mains = control == "mains_back"
            self._low = self._low and not self._mains

    def _status(self) -> str:
        words = ["OL" if self._mains else "OB", "LB" if self._low else "", "RB" if self._replace else ""]
        return self._words or " ".join(word for word in words if word)

    def _answer(self, words: list[str]) -> bytes:
        match words:
            case ["LIST", "UPS"]:
                entry = protocol.to_bytes("UPS", self._name, "simulated supply")
                return b"BEGIN LIST UPS\n" + entry + b"END LIST UPS\n"
            case ["GET", "VAR", ups, name]:
                return self._variable(ups, name)
            case ["LIST", "VAR", ups] if ups == self._name:
                variables = b"".join(self._variable(ups, name) for name in (STATUS, CHARGE, RUNTIME))
                return b"BEGIN LIST VAR %b\n%bEND LIST VAR %b\n" % (ups.encode(), variables, ups.encode())
            case ["USERNAME", user]:
                self._user = user
                return b"OK\n"
            case ["PASSWORD", _]:
                return b"OK\n" if self._user else b"ERR USERNAME-REQUIRED\n"
            case ["LOGIN", ups]:
                return self._log_in(ups)
            case ["LOGOUT"]:
                return b"OK Goodbye\n"
        return b"ERR UNKNOWN-COMMAND\n"

    def _log_in(self, ups: str) -> bytes:
        if self._deny or not self._user:
            return b"ERR ACCESS-DENIED\n"
        if ups != self._name:
            return b"ERR UNKNOWN-UPS\n"
        self._logins.append(self._user)
        return b"OK\n"

    def _variable(self, ups: str, name: str) -> bytes:
        if ups != self._name:
            return b"ERR UNKNOWN-UPS\n"
        if self._no_driver:
            return b"ERR DRIVER-NOT-CONNECTED\n"
        if self._stale:
            return b"ERR DATA-STALE\n"
        values: dict[str, Callable[[], object]] = {
            STATUS: self._status,
            CHARGE: lambda: self._percent,
            RUNTIME: lambda: FULL_RUNTIME_S * self._percent // 100,
        }
        if name not in values:
            return b"ERR VAR-NOT-SUPPORTED\n"
        return f'VAR {ups} {name} "{values[name]()}"\n'.encode()


def far_end(_row: dict[str, Any], options: Options) -> FarEnd:
    """Make the server."""
    return SimulatedNut(options)
