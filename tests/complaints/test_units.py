import pytest

from complaints.errors import UnknownUnit
from complaints.units import BadDirectory, Directory, Level, Unit

DISTRICT = Unit("D", "区中心", Level.DISTRICT)
STREET = Unit("S", "翠竹街道", Level.SUBDISTRICT, "D")
STATION = Unit("C", "水贝社区工作站", Level.COMMUNITY, "S")
COMMITTEE = Unit("K", "水贝社区", Level.COMMITTEE, "C")
POINT = Unit("N", "珠宝商圈服务点", Level.SECTOR_POINT, "K")
STREET_POINT = Unit("M", "医院服务点", Level.SECTOR_POINT, "S")
OFFICE = Unit("H", "住建局", Level.DEPARTMENT, "D")
LOOSE = Unit("L", "人社局", Level.DEPARTMENT)
ALL = (DISTRICT, STREET, STATION, COMMITTEE, POINT, STREET_POINT, OFFICE, LOOSE)
TREE = Directory(ALL)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("C", "S"),  # a community's is its sub-district
        ("S", "D"),
        ("K", "C"),  # a committee's is its station
        ("N", "C"),  # a sector point's is its community, over the committee's head
        ("M", "S"),  # ... or its parent, where it belongs to no community
        ("H", "D"),
        ("L", "D"),  # a department without a parent still has the district above it
    ],
)
def test_every_queue_has_one_above_it(code, expected):
    assert TREE.above(code) == TREE.get(expected)


def test_nothing_is_above_the_district():
    assert TREE.above("D") is None


@pytest.mark.parametrize(
    ("code", "level", "expected"),
    [
        ("K", Level.SUBDISTRICT, STREET),
        ("N", Level.COMMITTEE, COMMITTEE),
        ("C", Level.COMMUNITY, STATION),  # the unit itself
        ("S", Level.COMMUNITY, None),  # nothing is looked for downwards
        ("L", Level.DISTRICT, DISTRICT),
    ],
)
def test_an_area_is_found_on_the_way_up(code, level, expected):
    assert TREE.area(code, level) == expected


def test_units_come_by_level_in_the_order_of_the_directory():
    assert list(TREE.of(Level.DEPARTMENT)) == [OFFICE, LOOSE]
    assert TREE.under("S") == (STATION, STREET_POINT)
    assert TREE.all == ALL


def test_a_code_that_no_unit_has_is_named():
    with pytest.raises(UnknownUnit, match="'X'"):
        TREE.get("X")


@pytest.mark.parametrize(
    ("units", "entry", "what"),
    [
        ((DISTRICT, STREET, STREET), 3, "the code S is there twice"),
        ((DISTRICT, STATION), 2, "C has the unknown parent S"),
        (
            (DISTRICT, Unit("S", "翠竹街道", Level.SUBDISTRICT, "C"), STATION),  # a circle of two
            2,
            "S is its own parent",
        ),
        ((Unit("D", "区中心", Level.DISTRICT, "D"),), 1, "D is its own parent"),  # a circle of one
        ((DISTRICT, STREET, Unit("T", "东门街道", Level.SUBDISTRICT, "S")), 3, "a subdistrict .T. cannot hang under"),
        ((DISTRICT, STREET, Unit("H", "住建局", Level.DEPARTMENT, "S")), 3, "a department .H. cannot hang under"),
        ((DISTRICT, OFFICE, Unit("P", "窗口", Level.SECTOR_POINT, "H")), 3, "cannot hang under a department"),
        ((STREET, DISTRICT, Unit("E", "福田区", Level.DISTRICT)), 0, "one district expected, 2 found"),
        ((), 0, "one district expected, 0 found"),
    ],
)
def test_what_is_no_tree_is_refused_with_its_entry(units, entry, what):
    with pytest.raises(BadDirectory, match=what) as error:
        Directory(units)
    assert error.value.entry == entry
