"""A real `hall-server` process and a unit that talks to it over its own TLS, as the product does."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpx
import msgspec
import tomli_w
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hall.wire.commands import Command
from hall.wire.enrolment import Bearer, Challenge, ChallengeRequest, Enrolled, EnrolRequest, TokenRequest, signing_input

DEMO = Path(__file__).resolve().parents[2] / "config" / "examples" / "demo" / "hall.toml"


def hall_file(folder: Path, name: str = "hall", **hub: Any) -> Path:
    """Write the demo hall's file with another state folder and port; `hub` changes keys of [hub]."""
    values = tomllib.loads(DEMO.read_text(encoding="utf-8"))
    values["hub"] |= {"state_dir": str(folder / name), "listen": "127.0.0.1:0", **hub}
    path = folder / f"{name}.toml"
    path.write_text(tomli_w.dumps(values), encoding="utf-8")
    return path


def run_server(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `hall-server` to its end."""
    command = [sys.executable, "-m", "server.app", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, input=stdin, check=False)


class ServerProcess:
    """A running server; its log lines go to ``<name>.log`` beside its file."""

    def __init__(self, config: Path, *arguments: str | Path) -> None:
        self.config = config
        self.log = config.with_suffix(".log")
        self.state = Path(tomllib.loads(config.read_text(encoding="utf-8"))["hub"]["state_dir"])
        self._notify = config.with_suffix(".notify")
        self._arguments = [str(one) for one in arguments]
        self.start()

    def start(self) -> None:
        """Start it and return when it says READY to systemd's socket."""
        self._notify.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.bind(str(self._notify))
            line.settimeout(60)
            command = [sys.executable, "-m", "server.app", "--config", str(self.config), *self._arguments]
            environment = {**os.environ, "NOTIFY_SOCKET": str(self._notify)}
            with self.log.open("ab") as out:
                self.process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
            try:
                assert line.recv(100) == b"READY=1"
            except TimeoutError:
                self.process.kill()
                self.process.wait()
                raise AssertionError(self.log.read_text()) from None
        ready = [line for line in self.log.read_text().splitlines() if '"ready"' in line]
        self.port = int(json.loads(ready[-1])["port"])
        self.url = f"https://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        """Return a client that trusts this server's CA alone."""
        trust = ssl.create_default_context(cafile=self.state / "ca.pem")
        return httpx.Client(base_url=self.url, verify=trust, trust_env=False, timeout=20)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it politely and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def token_for(server: ServerProcess, kind: str, name: str, *more: str) -> str:
    """Have the server make a one-time token for a unit."""
    made = run_server("token", "--config", server.config, "--kind", kind, "--name", name, *more)
    assert made.returncode == 0, made.stderr
    return str(json.loads(made.stdout.splitlines()[-1])["token"])


class Unit:
    """An enrolled unit."""

    def __init__(self, server: ServerProcess, kind: str, name: str, *more: str) -> None:
        self.token = token_for(server, kind, name, *more)
        self.name = name
        self.http = server.client()
        self.key = Ed25519PrivateKey.generate()
        answer = self.enrol()
        assert answer.status_code == 201, answer.text
        self.enrolled = msgspec.json.decode(answer.content, type=Enrolled)
        self.session = ""
        self.bearer = self._sign_in()

    def enrol(self) -> httpx.Response:
        """Send the token and the public key."""
        request = EnrolRequest(self.token, self.key.public_key().public_bytes_raw())
        return self.post("/v1/enrol", request, bearer=False)

    def post(self, path: str, body: Any, bearer: bool = True) -> httpx.Response:
        """Post a message."""
        headers = {"Content-Type": "application/json"} | (self.headers() if bearer else {})
        return self.http.post(path, content=msgspec.json.encode(body), headers=headers)

    def get(self, path: str) -> httpx.Response:
        """Ask."""
        return self.http.get(path, headers=self.headers())

    def headers(self) -> dict[str, str]:
        """Return bearer and session."""
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return headers | ({"X-Session": self.session} if self.session else {})

    def command(self, command: Command) -> dict[str, Any]:
        """Send a command and return what was done."""
        answer = self.post("/v1/commands", command)
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    def close(self) -> None:
        """Close the connection."""
        self.http.close()

    def _sign_in(self) -> str:
        challenge = self.post("/v1/challenge", ChallengeRequest(self.name), bearer=False)
        nonce = msgspec.json.decode(challenge.content, type=Challenge).nonce
        signature = self.key.sign(signing_input(self.enrolled.hall, self.name, nonce))
        answer = self.post("/v1/token", TokenRequest(self.name, nonce, signature), bearer=False)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Bearer).bearer
