"""A kiosk with devices for papers, a flow that uses them all, and a real store for what is sealed."""

from pathlib import Path
from typing import Any

from config.flow import Flow
from config.flows_check import load_flow
from hall.ports.status import StatusWord
from hall.store.unit_store import UnitStore, open_store
from kiosk.flow.causes import Touch
from tests.support.fake_paper_devices import FakeCamera, FakeIcReader, FakePad, FakeSheets, jpeg_of
from tests.support.kiosk import Rig

PAPERS = """
code = "papers"
title = {{ zh = "递交材料", en = "Hand in papers" }}
icon = "files"
item = "residence-proof"
needs = [{needs}]

[[steps]]
step = "capture"
id = "lease"
title = {{ zh = "拍摄租房合同", en = "Your lease" }}
field = "lease"
pages = 2

[[steps]]
step = "confirm"
id = "confirm"
title = {{ zh = "核对信息", en = "Check" }}

[[steps]]
step = "sign"
id = "sign"
title = {{ zh = "签名确认", en = "Sign" }}
text = {{ zh = "本人承诺所交材料真实有效，愿意承担相应责任。", en = "What I hand in is true, and I answer for it." }}
field = "signature"

[[steps]]
step = "submit"
id = "submit"
title = {{ zh = "提交", en = "Submit" }}
act = "case"

[[steps]]
step = "print"
id = "proof"
title = {{ zh = "打印证明", en = "Proof" }}
slip = "proof"
paper = "a4"
"""
NAME = tuple((0.1 + step * 0.02, 0.1 + (step % 4) * 0.06) for step in range(30))
"""A stroke as long as a name."""


def papers_flow(folder: Path, *needs: str) -> Flow:
    """Return the flow, checked like any other."""
    path = folder / "papers.toml"
    path.write_text(PAPERS.format(needs=", ".join(f'"{need}"' for need in needs)), encoding="utf-8")
    return load_flow(path)


class PaperRig(Rig):
    """A kiosk with camera, pad, A4 printer and IC card reader beside its slip printer."""

    def __init__(self, folder: Path, glass: Any = None, needs: tuple[str, ...] = ("camera", "a4", "slip"), **more: Any):
        folder.mkdir(parents=True, exist_ok=True)
        present = frozenset({"slip", "id_card", "scanner", "camera", "a4", "pad", "ic_card"})
        flows = {"papers": papers_flow(folder, *needs), **more.pop("flows", {})}
        super().__init__(folder / "memory", glass, flows=flows, present=more.pop("present", present), **more)
        store = open_store(folder / "unit.db")
        assert isinstance(store, UnitStore)
        self.store = store
        take = self.shell.take
        self.camera = FakeCamera("camera", take, [jpeg_of(f"LEASE\nPAGE {n}") for n in range(1, 9)])
        self.pad = FakePad("pad", take)
        self.sheets = FakeSheets("sheets", take)
        self.ic_reader = FakeIcReader("ic", take)
        self.paper_devices = (self.camera, self.pad, self.sheets, self.ic_reader)
        kinds = ("document_camera", "signature_pad", "page_printer", "smart_card")
        for kind, device in zip(kinds, self.paper_devices, strict=True):
            self.machines.use(kind, device.name, device)

    def begin(self, *tickets: Any) -> "PaperRig":
        """Attach everything and show the hall."""
        super().begin(*tickets)
        for device in self.paper_devices:
            device.become(StatusWord.READY)
        return self

    def attach(self) -> None:
        """Attach with the store."""
        self.shell.attach(self.link, self.machines, self.drafts, None, self.store.documents, self.largest)

    largest = 16_000_000

    def documents(self) -> list[tuple[str, str]]:
        """Return digest and state of every document on the unit."""
        found = self.store._connection.execute("SELECT sha256, state FROM documents ORDER BY ord")
        return [(str(sha256), str(state)) for sha256, state in found]

    def to_sign(self) -> "PaperRig":
        """Take one page and go on to the signature."""
        self.touch(Touch.FLOW, "papers").touch(Touch.SHOOT).touch(Touch.NEXT).touch(Touch.NEXT)
        return self

    def sign(self) -> "PaperRig":
        """Sign on the pad and confirm there."""
        self.pad.draw(*NAME)
        self.pad.press("confirm")
        return self
