import pytest

from complaints.errors import UnknownUnit
from complaints.gazetteer import Landmark, Outside
from complaints.places import Gazetteer
from complaints.points import Point
from complaints.units import Directory, Level, Unit

DIRECTORY = Directory(
    [
        Unit("D", "区中心", Level.DISTRICT, aliases=("青山区", "青山")),
        Unit("S", "河口街道", Level.SUBDISTRICT, "D"),
        Unit("C", "长桥社区", Level.COMMUNITY, "S"),
        Unit("H", "长桥局", Level.DEPARTMENT, "D", aliases=("局里",)),
        *(Unit(f"C{number}", f"园{number}社区", Level.COMMUNITY, "S", aliases=("花园里",)) for number in range(9)),
    ]
)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("长桥社区", "C"),
        ("长桥社区工作站", "C"),  # no committees: the community is its own station
        ("青山区河口街道长桥", "C"),
        ("局里", None),  # a department is no place
    ],
)
def test_a_district_without_committees_works_too(text, unit):
    assert Gazetteer(DIRECTORY).find(text).unit == unit


def test_no_more_choices_are_offered_than_a_person_reads():
    place = Gazetteer(DIRECTORY).find("花园里")
    assert place.choices == ("C0", "C1", "C2", "C3", "C4", "C5")
    assert len(place.matches) == 9


@pytest.mark.parametrize(
    ("elsewhere", "text", "unit", "choices"),
    [
        (["长桥社区"], "长桥在绿水区", None, ()),  # theirs as well: with the other district named it is theirs
        ([], "长桥在绿水区", "C", ()),  # ours alone: the other district is only mentioned
        ([], "绿水区长桥", None, ("C",)),
        (["长桥社区"], "长桥", "C", ()),
    ],
)
def test_a_name_that_is_elsewhere_too_is_ours_until_another_district_is_named(elsewhere, text, unit, choices):
    gazetteer = Gazetteer(DIRECTORY, elsewhere=elsewhere, outside=[Outside("绿水区", ("绿水",), here=True)])
    place = gazetteer.find(text)
    assert (place.unit, place.choices) == (unit, choices)


def test_an_ordinary_word_is_a_place_only_alone_or_where_it_fits():
    gazetteer = Gazetteer(DIRECTORY, words=["长桥"])
    assert gazetteer.find("长桥").unit == "C"
    assert gazetteer.find("河口街道长桥坏了").unit == "C"
    assert gazetteer.find("有座长桥坏了").choices == ("C",)


@pytest.mark.parametrize(
    "wrong", [{"landmarks": [Landmark("老街", "X")]}, {"points": [Point("X", 0, 0)]}], ids=["landmark", "point"]
)
def test_a_landmark_or_point_in_no_unit_is_refused(wrong):
    with pytest.raises(UnknownUnit, match="'X'"):
        Gazetteer(DIRECTORY, **wrong)


def test_without_points_no_pin_is_near_anything():
    assert Gazetteer(DIRECTORY).nearest(22.5, 114.1) is None
