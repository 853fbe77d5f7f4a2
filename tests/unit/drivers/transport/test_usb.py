"""USB bulk through pyusb's own code, against a simulator's socket."""

from pathlib import Path

import pytest
import usb.core
from escpos.printer import Usb

from drivers import catalog, supervise
from drivers.catalog import Opening
from drivers.far_lines.usb import UsbLine
from drivers.transport import LineSettings, TransportLost, open_stream
from drivers.transport.usb import UsbStream, usb_backend
from drivers.transport.usb_sim import Descriptors
from hall.domain.ids import DeviceName
from hall.ports.status import DeviceRemark, StatusWord
from tests.support.wires import Echo, staged, until, until_word


def test_endpoints_and_serial_number_come_from_the_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Descriptors(vendor=0x0400, product=0xC35A, serial="SN-7", bulk_out=0x03, bulk_in=0x84)
    monkeypatch.setattr(UsbLine, "descriptors", facts)
    with staged(Echo(), f"usb-sim:{tmp_path}/usb") as (_stage, player):
        backend = usb_backend(player.address)
        device = usb.core.find(backend=backend, idVendor=0x0400)
        assert (device.idProduct, device.serial_number) == (0xC35A, "SN-7")
        assert usb.core.find(backend=backend, idVendor=0x1234) is None
        usb.util.dispose_resources(device)
        backend.close_device(player.address)
        stream = open_stream(player.address, LineSettings())
        assert isinstance(stream, UsbStream)
        assert (stream._out.bEndpointAddress, stream._in.bEndpointAddress) == (0x03, 0x84)
        stream.close()


def test_a_large_write_and_small_reads(tmp_path: Path) -> None:
    echo = Echo()
    with staged(echo, f"usb-sim:{tmp_path}/usb") as (_stage, player):
        stream = open_stream(player.address, LineSettings())
        stream.write(b"a" * 70_000, 10)
        until(lambda: len(echo.heard) == 70_000)
        assert stream.read(3, 5) == b"AAA"
        stream.close()
        with pytest.raises(TransportLost, match="closed"):
            stream.read(1, 1)
        with pytest.raises(TransportLost, match="closed"):
            stream.write(b"x", 1)


def test_escpos_prints_through_the_backend(tmp_path: Path) -> None:
    echo = Echo()
    with staged(echo, f"usb-sim:{tmp_path}/usb") as (_stage, player):
        backend = usb_backend(player.address)
        printer = Usb(0x0416, 0x5011, usb_args={"backend": backend}, in_ep=0x82, out_ep=0x01)
        printer.open()
        printer._raw(b"ticket")
        until(lambda: echo.heard == b"ticket")
        printer.close()
        backend.close_device(player.address)


def test_a_device_that_comes_back_with_other_endpoints_is_used_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "FIRST_BACKOFF_S", 0.02)
    monkeypatch.setattr(supervise, "LAST_BACKOFF_S", 0.05)
    row, events = catalog.model("ticket_printer", "epson-tm-t88"), []
    far_end = catalog.family("ticket_printer").far_end(row, catalog.family("ticket_printer").options())
    with staged(far_end, f"usb-sim:{tmp_path}/usb") as (stage, player):
        opening = Opening(DeviceName("printer"), player.address, events.append)
        device = catalog.open_device(
            "ticket_printer", "epson-tm-t88", opening, catalog.family("ticket_printer").options()
        )
        until_word(device, StatusWord.READY)
        stage.do(player, "unplug")
        until_word(device, StatusWord.OFFLINE)
        assert isinstance(player.line, UsbLine)
        player.line.descriptors = Descriptors(bulk_out=0x03, bulk_in=0x85)
        stage.do(player, "plug")
        until_word(device, StatusWord.READY)
        (remark,) = [event.text for event in events if isinstance(event, DeviceRemark)]
        assert "endpoints 03 out and 85 in, and was" in remark
        assert "endpoints 01 out and 82 in; if it does not work, choose its model anew" in remark
        device.close()


def test_a_device_without_a_bulk_pair_is_no_printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UsbLine, "descriptors", Descriptors(bulk_out=0x01, bulk_in=0x02))
    with (
        staged(Echo(), f"usb-sim:{tmp_path}/usb") as (_stage, player),
        pytest.raises(TransportLost, match="no interface with bulk OUT and IN; choose the model that fits"),
    ):
        open_stream(player.address, LineSettings())
