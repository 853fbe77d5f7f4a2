"""Plainly invented people for the simulator: nobody has these names, numbers or addresses."""

from typing import NamedTuple

from hall.domain.id_number import resident_check_digit
from hall.ports.id_card import CardKind


class Invented(NamedTuple):
    """A card to lay on a simulated reader."""

    kind: CardKind
    fields: dict[str, str]
    new_address: str = ""


_NO_REGION = "990101"
"""Region codes begin with 11 to 83: no card of a real person has this one."""


def _citizen(name: str, sex: str, nation: str, birth: str, order: str, new_address: str = "") -> Invented:
    body = _NO_REGION + birth + order
    return Invented(
        CardKind.CITIZEN,
        {
            "name": name,
            "sex": sex,
            "nation": nation,
            "birth": birth,
            "address": "演示省测试市样例区模拟路1号",
            "number": body + resident_check_digit(body),
            "authority": "样例市公安局",
            "valid_from": "20200101",
            "valid_to": "20400101",
        },
        new_address,
    )


PEOPLE: dict[str, Invented] = {
    "zhang": _citizen("张测试", "1", "01", "19900203", "001"),
    "li": _citizen("李样例", "2", "01", "19850304", "002"),
    "wang": _citizen("王演示", "1", "03", "19780405", "003", "演示省测试市样例区迁入路9号"),
    "elder": _citizen("赵模拟", "2", "11", "19480101", "004"),
    "long": _citizen("阿不都·测试·样例江", "1", "05", "19920506", "005"),
    "rare": _citizen("刘䶮𬭸", "1", "01", "20010607", "007"),
    "hongkong": Invented(
        CardKind.HK_MACAO_TAIWAN,
        {
            "name": "陈样本",
            "sex": "2",
            "birth": "19060708",
            "address": "演示省测试市样例区模拟路8号",
            "number": "81000019060708002" + resident_check_digit("81000019060708002"),
            "authority": "样例市公安局",
            "valid_from": "20190101",
            "valid_to": "20240101",
            "pass_number": "H00000000",
            "issue_count": "01",
        },
    ),
    "foreign2017": Invented(
        CardKind.FOREIGN_2017,
        {
            "english_name": "YANGBEN, CESHI",
            "sex": "1",
            "number": "CAN110000000000",
            "nationality": "CAN",
            "name": "样本",
            "valid_from": "20170616",
            "valid_to": "20270615",
            "birth": "19070809",
            "version": "01",
            "office": "1100",
        },
    ),
    "foreign2023": Invented(
        CardKind.FOREIGN_2023,
        {
            "name": "样本",
            "sex": "2",
            "renewals": "00",
            "birth": "19080910",
            "english_name": "YANGBEN CESHI WITH A RATHER LONG INVENTED NAME",
            "number": "91112419080910001" + resident_check_digit("91112419080910001"),
            "nationality": "CAN",
            "valid_from": "20231201",
            "valid_to": "20331201",
        },
    ),
}


def placeholder_photo() -> bytes:
    """Return 1024 bytes that no decoder takes for a face."""
    return bytes((index * 37 + 11) % 256 for index in range(1024))
