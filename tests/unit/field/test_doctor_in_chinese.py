"""The technician's lines on a Chinese terminal: real faults, and nothing of a sentence is left in English."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drivers import catalog
from drivers import probe as drivers_probe
from drivers.counter_screen.options import Options as StripOptions
from field.app import main
from field.commands import say, selftest, suggest
from field.examine import devices as examine_devices
from field.plugged.found import Found, Guess
from hall.words.lines import in_chinese
from tests.support.technician_lines import sentence_in
from tests.unit.field.doctored import FOR_PAPERS, Lab, lab


@pytest.fixture
def hall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.setattr(examine_devices, "SETTLE_S", 2.0)
    monkeypatch.setattr(selftest, "SETTLE_S", 2.0)
    monkeypatch.setattr(drivers_probe, "LISTEN_S", 0.3)
    with lab(tmp_path, "kiosk-c", "counter-1", without=FOR_PAPERS) as found:
        yield found


def chinese(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed; nobody has to read English in it."""
    told = capsys.readouterr()
    text = told.out + told.err
    for line in text.splitlines():
        assert not sentence_in(line), line
    return text


def _do(unit: str, device: str, act: str) -> Callable[[Lab], Path]:
    def done(found: Lab) -> Path:
        found.stage.do(found.players[f"{unit}.{device}"], act)
        return found.config(unit)

    return done


def _change(unit: str, **tables: object) -> Callable[[Lab], Path]:
    return lambda found: found.change(unit, **tables)


def _never_enrolled(found: Lab) -> Path:
    (found.demo.state("kiosk-c") / "enrolled.json").unlink()
    return found.config("kiosk-c")


def _one_port(found: Lab) -> Path:
    return found.change("kiosk-c", devices__reader__address=found.demo.device("kiosk-c.printer").address)


def _no_toml(found: Lab) -> Path:
    found.config("kiosk-c").write_text("[unit\n", encoding="utf-8")
    return found.config("kiosk-c")


def _another_address(found: Lab) -> Path:
    found.players["counter-1.strip"].far_end = catalog.make_far_end(
        "counter_screen", "onbon-bx5k", StripOptions(address=9)
    )
    return found.change("counter-1", devices__strip__options={"baud": 9600})


FAULTS: dict[str, tuple[Callable[[Lab], Path], tuple[str, ...]]] = {
    "no paper": (_do("kiosk-c", "printer", "paper_out"), ("凭条打印机 xprinter-xp-80：缺纸", "办法：请换纸卷")),
    "cover": (_do("kiosk-c", "printer", "cover_open"), ("盖未合", "办法：请合上盖或打印头")),
    "cutter": (_do("kiosk-c", "printer", "jam"), ("卡纸", "办法：切刀卡住：请清出切刀处的纸，再点「已清卡纸」")),
    "pulled": (_do("kiosk-c", "reader", "unplug"), ("没有这个端口", "请检查线和 /dev/serial/by-path 下的名字")),
    "wrong baud": (
        _change("kiosk-c", devices__reader__options={"baud": 57600}),
        ("波特率不对：它以 115200 应答", "请给这个设备写 options.baud = 115200，或改它的拨码"),
    ),
    "another address": (_another_address, ("窗口屏以地址 9 应答，配置的是 1", "请写 options.address = 9")),
    "hub away": (_change("kiosk-c", unit__hub_url="http://127.0.0.1:9"), ("连不上主机", "那里没有程序应答")),
    "wrong key": (_change("kiosk-c", times__idle_seconds=3), ("不认识的键 'times.idle_seconds'", "是不是 'idle_s'？")),
    "wrong value": (_change("kiosk-c", times__idle_s="x"), ("`$.times.idle_s` 应为 `int`，现在是 `str`",)),
    "wrong model": (_change("kiosk-c", devices__reader__model="sdt-seria"), ("没有型号 'sdt-seria'", "sdt-serial")),
    "no TOML": (_no_toml, ("不是正确的 TOML", "第 1 行")),
    "one port": (_one_port, ("也是 devices.printer 的端口", "请给每个设备单独的端口")),
    "never enrolled": (_never_enrolled, ("还没有登记", "请登记：PROGRAM --config FILE enrol URL TOKEN")),
    "no folder": (_change("kiosk-c", unit__state_dir="/no/folder"), ("/no/folder 不存在", "请为本机用户建立")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_and_its_next_step_are_chinese(fault: str, hall: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    done, words = FAULTS[fault]
    assert main(["doctor", "--config", str(done(hall)), "--lang", "zh"]) == 1
    told = chinese(capsys)
    for word in words:
        assert word in told
    assert re.search(r"^故障 .+\n +办法：.+", told, re.MULTILINE)
    assert "故障 1 项" in told or fault in ("never enrolled", "no folder")


def test_programs_read_english_with_the_chinese_beside_it(hall: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    hall.stage.do(hall.players["kiosk-c.printer"], "paper_out")
    main(["doctor", "--config", str(hall.config("kiosk-c")), "--json"])
    english = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    main(["--lang", "zh", "doctor", "--config", str(hall.config("kiosk-c")), "--json"])
    both = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not any("zh" in found for found in english)
    (red,) = [found for found in both if found["colour"] == "red"]
    assert red["do"] == "put a new roll in"
    assert red["zh"]["do"] == "请换纸卷"
    assert {found["about"] for found in both} == {found["about"] for found in english}


def test_the_self_test_asks_and_tells_in_chinese(
    hall: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "是"

    monkeypatch.setattr("builtins.input", answer)
    path = str(hall.config("counter-1"))
    assert main(["selftest", "--config", path, "--level", "interactive", "--lang", "zh"]) == 0
    assert "通过 strip 外部自检：图样已送出，屏已确认" in chinese(capsys)
    assert asked
    assert all(question.startswith("窗口屏上显示的是 ") for question in asked)
    assert main(["selftest", "--config", path, "--device", "none", "--lang", "zh"]) == 2
    assert "没有设备 'none'" in chinese(capsys)


def test_what_is_plugged_in_is_told_in_chinese_and_its_stanza_is_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say.speak("zh")
    guesses = (Guess("code_scanner", "hid-wedge", ""), Guess("rating_pad", "hid-digits", ""))
    note = "hold a code up (or press a key) to be sure; a keyboard must not be grabbed"
    says = "QinHeng HL-340 (CH340 serial adapter: a strip, a pad, a voice module or a printer may hang on it)"
    found = Found("serial", "/dev/ttyUSB0", "serial:/dev/ttyUSB0", says, "1A86:7523", (), guesses, note)
    suggest.tell([found, Found("serial", "/dev/ttyS0", "serial:/dev/ttyS0", "built-in port")], as_json=False)
    told = chinese(capsys)
    assert "QinHeng HL-340（CH340 串口转接器：可能接着条屏、按键盒、语音模块或打印机）" in told
    assert "可能是：扫码器 hid-wedge 或 评价器 hid-digits；请扫一个码（或按一个键）确认；人用的键盘不能独占" in told
    assert '[devices.scanner]\nkind = "code_scanner"' in told
    assert "主板自带端口" in told
    assert "可能是：不明，按编号认不出" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["probe", "--address", "serial:/dev/no-such-port"], "没有这个端口；请检查线"),
        (["report", "--config", "x.toml"], "存到哪里？"),
        (["enrol", "--config", "{config}"], "enrol 后面写 URL 和令牌"),
        (["enrol", "--config", "{config}", "--qr", "x"], "不是主机的登记码"),
        (["replace", "--config", "{config}", "--as", "kiosk-c", "--token", "x"], "--hub 和 --token 要一起写"),
        (["check-config", "{config}"], "正确：kiosk-c，3 个设备"),
        (["check-config", "/no/such.toml"], "没有此文件或目录"),
        (["report", "--config", "{config}", "--to", "/no/folder"], "没有这个文件夹；--to 后面写 usb、hub 或文件夹"),
    ],
)
def test_commands_answer_in_chinese(
    hall: Lab, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    path = str(hall.config("kiosk-c"))
    main(["--lang", "zh", *(word.replace("{config}", path) for word in arguments)])
    assert told in chinese(capsys)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh_CN.GB18030"}, "zh"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "TERM": "linux"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "TERM": "xterm"}, "zh"),
    ],
)
def test_the_locale_decides(environment: dict[str, str], language: str) -> None:
    assert say.language_of(environment) == language


@pytest.mark.parametrize(("encoding", "told"), [("latin-1", "en"), ("gb18030", "zh"), ("utf-8", "zh")])
def test_an_output_without_chinese_signs_gets_english(
    encoding: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    say.speak("zh")
    say.say_line("look at the device")
    assert say.spoken() == told


def test_the_command_line_wins_over_the_locale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (("--lang", "en"), ()):
        monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
        monkeypatch.setenv("TERM", "xterm")
        main([*place, "check-config", str(tmp_path / "none.toml")])
        assert ("请检查路径和权限" in capsys.readouterr().out) is (place == ())


def test_a_sentence_left_in_english_would_be_seen() -> None:
    assert sentence_in("kiosk-c.printer：look at the device") == "look at"
    assert not sentence_in(in_chinese("see its log; write options.address = 9, or set its address to 1"))
