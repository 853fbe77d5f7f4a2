"""What the story may expect of a model, read from its row."""

import pytest

from drivers import catalog
from drivers.ticket_printer.layout import lay_out
from drivers.ticket_printer.model import Model, model_of
from drivers.ticket_printer.protocol import to_bytes
from drivers.ticket_printer.simulator import SimulatedTicketPrinter
from field.story.far_ends import answers, codes, most_bytes, strip_shows
from hall.domain.slip import Qr, Slip, Text

CODE = "https://hall.example/t/0192"


def printer(model: str) -> Model:
    return model_of(catalog.model("ticket_printer", model))


@pytest.mark.parametrize(
    ("model", "shown", "calls"),
    [
        ("strip-sum", "请A012号到1号窗口", True),
        ("strip-sum", "请A013号到1号窗口", False),
        ("onbon-bx5k", "请A012号到1号窗口", True),
        ("alphasign", "A012 1", True),
        ("sunpn", "12", True),
        ("sunpn", "121", False),
        ("sunpn", "", False),
        ("kanban4", "12", True),
    ],
)
def test_a_strip_calls_a_number_as_far_as_it_can(model: str, shown: str, calls: bool) -> None:
    assert strip_shows(catalog.model("counter_screen", model), shown, "A012") == calls


@pytest.mark.parametrize("model", ["xprinter-xp-80", "xprinter-xp-58", "generic-no-status", "snbc-btp-m300"])
def test_a_slips_code_is_read_however_it_was_printed(model: str) -> None:
    row = printer(model)
    far = SimulatedTicketPrinter(row)
    for number in ("1", "2"):
        slip = Slip("ticket", (Text(f"A00{number}"), Qr(CODE + number), Text("end")))
        far.receive(to_bytes(lay_out(slip, row)), 0.0)
        shown = far.do("slips", {"last": 1}, 0.0)["slips"][-1]
        assert codes(shown, row) == [CODE + number]
        assert shown["bytes"] <= most_bytes(row)
    assert far.state()["count"] == 2


def test_a_printer_that_never_answers_is_known_by_its_row() -> None:
    assert not answers(printer("generic-no-status"))
    assert answers(printer("snbc-btp-r880np"))
