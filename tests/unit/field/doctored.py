"""A demo unit's file, folders and simulators without its programs: what the doctor's tests look over."""

import json
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from config.load import read_toml
from drivers import catalog
from drivers.play import line_baud
from drivers.stage import Player, Stage
from field.demo.files import write_files
from field.demo.plan import Demo, demo_plan
from hall.sync.credential import ENROLLED_FILE, KEY_FILE
from hall.wire.enrolment import Enrolled

FOR_PAPERS = ("document_camera", "signature_pad", "page_printer", "smart_card")
"""Families of the demo's kiosk that a test about its other devices leaves out."""
SECRET_KEY = b"\x11secret-key-of-this-unit-32-byte"


class Lab:
    """The demo's plan below a folder, its files, and the simulators by their names."""

    def __init__(self, demo: Demo, stage: Stage) -> None:
        self.demo, self.stage = demo, stage
        self.players: dict[str, Player] = {}

    def config(self, unit: str) -> Path:
        return self.demo.config(unit)

    def change(self, unit: str, **tables: Any) -> Path:
        """Alter keys of a unit's file: ``devices__reader__address="serial:/x"``."""
        path = self.config(unit)
        values = read_toml(path)
        for name, value in tables.items():
            *way, last = name.split("__")
            at = values
            for word in way:
                at = at.setdefault(word, {})
            at[last] = value
        path.write_text(tomli_w.dumps(values), encoding="utf-8")
        return path


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"ok": True, "hall": "binjiang"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        return


@contextmanager
def hub_at_work() -> Iterator[int]:
    """Answer /health on a port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Health)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def lab(root: Path, *units: str, without: Collection[str] = ()) -> Iterator[Lab]:
    """Write the demo's files, enrol its units, and run the simulators of some of them.

    `without` leaves families out, where a test is about others: a camera's worker and an unknown answer take time.
    """
    stage = Stage()
    with hub_at_work() as port:
        plan = demo_plan(root, port)
        devices = tuple(device for device in plan.devices if device.kind not in without)
        found = Lab(msgspec.structs.replace(plan, devices=devices), stage)
        write_files(found.demo, {})
        for unit in found.demo.units:
            found.change(unit.name, unit__hub_url=f"http://127.0.0.1:{port}")
            _enrolled(found.demo.state(unit.name), unit.name, unit.kind)
        for device in found.demo.devices:
            if device.simulated and device.unit in units:
                options = msgspec.convert(device.options, catalog.family(device.kind).options)
                row = catalog.model(device.kind, device.model)
                baud = line_baud(row, options)
                far_end = catalog.make_far_end(device.kind, device.model, options)
                found.players[device.key] = stage.add(far_end, device.address, baud=baud)
        stage.start()
        try:
            yield found
        finally:
            stage.stop()


def _enrolled(folder: Path, unit: str, kind: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    enrolled = Enrolled(unit=unit, kind=kind, hall="binjiang", hub_key=bytes(32))
    (folder / ENROLLED_FILE).write_bytes(msgspec.json.encode(enrolled))
    (folder / KEY_FILE).write_bytes(SECRET_KEY.ljust(32, b"\0")[:32])
