"""Whom a complaint is about: units by the name of their office."""

import pytest

from complaints.respondents import named
from complaints.units import Directory, Level, Unit

DIRECTORY = Directory(
    [
        Unit("1", "示例区中心", Level.DISTRICT, None, ("示例区",)),
        Unit("11", "东街道", Level.SUBDISTRICT, "1"),
        Unit("111", "水边社区工作站（示例）", Level.COMMUNITY, "11"),
        Unit("1111", "水边社区", Level.COMMITTEE, "111"),
        Unit("2", "示例区城市管理局", Level.DEPARTMENT, "1", ("城管局", "城管")),
    ]
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("水边社区工作站不作为", ("111",)),
        ("东街道办的人", ("11",)),
        ("东街道办事处", ("11",)),
        ("东街道上的商铺", ()),  # the place, not the office
        ("水边社区的商户", ()),
        ("城管局的车", ("2",)),
        ("示例区城市管理局", ("2",)),
        ("水边花园物业", ()),
        ("水边社区居委会乱收费", ("1111",)),
        ("水边社区工作站对面的路灯坏了", ()),  # only where it is
        ("水边社区工作站对面修路,水边社区工作站不管", ("111",)),
        ("", ()),
    ],
)
def test_a_unit_is_named_by_its_office_not_by_its_place(text: str, codes: tuple[str, ...]) -> None:
    assert named(text, DIRECTORY) == codes
