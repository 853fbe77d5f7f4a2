"""Slips and models that several tests print."""

from drivers import catalog
from drivers.ticket_printer.model import Model, model_of
from hall.domain.slip import Align, Barcode, Feed, Pair, Qr, Rule, Slip, Text
from hall.ports.ticket_printer import Bitmap

TICKET = Slip(
    "ticket",
    (
        Text("样例市政务服务中心", Align.CENTRE, 1, 2, bold=True),
        Text("Sample City Government Service Centre", Align.CENTRE),
        Feed(1),
        Text("A023", Align.CENTRE, 4, 4, bold=True),
        Text("社会保障卡申领", Align.CENTRE, 2, 2),
        Pair("等候区域 Zone", "二楼 B 区"),
        Pair("前面等候 Ahead", "5 人", bold=True),
        Pair("取号时间 Time", "2026-11-21 09:41"),
        Rule(),
        Qr("https://hall.example.cn/t/A023?k=9f3c7d", 6),
        Text("扫码查看排队进度", Align.CENTRE),
        Barcode("A0230007"),
        Text("请留意大屏和语音叫号，过号请到导办台重新排队。"),
        Text("Please watch the screen; missed numbers: see the desk."),
    ),
)


def row(name: str = "epson-tm-t88") -> Model:
    """Return a model."""
    return model_of(catalog.model("ticket_printer", name))


def black(text: str, width_dots: int, char_dots: int, bold: bool) -> Bitmap:
    """A LineRaster that paints everything black."""
    return Bitmap(width_dots, char_dots, b"\xff" * (width_dots // 8 * char_dots))
