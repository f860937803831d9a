import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.assignment import Reason, assign
from complaints.catalogue import Catalogue, CatalogueRow
from complaints.errors import UnknownUnit
from complaints.units import Directory, Level, Unit

DIRECTORY = Directory(
    [
        Unit("D", "区中心", Level.DISTRICT),
        Unit("S", "翠竹街道", Level.SUBDISTRICT, "D"),
        Unit("C", "水贝社区工作站", Level.COMMUNITY, "S"),
        Unit("K", "水贝社区", Level.COMMITTEE, "C"),
        Unit("N", "珠宝商圈服务点", Level.SECTOR_POINT, "C"),
        Unit("S2", "东门街道", Level.SUBDISTRICT, "D"),
        Unit("C2", "东门社区工作站", Level.COMMUNITY, "S2"),
        Unit("LAB", "人力资源局", Level.DEPARTMENT, "D"),
        Unit("URB", "城管局", Level.DEPARTMENT, "D"),
    ]
)
CATALOGUE = Catalogue(
    "v7",
    [
        CatalogueRow("street", "城乡建设", "", Level.COMMUNITY, assists=("URB", Level.SUBDISTRICT)),
        CatalogueRow("wages", "劳动", "工资", "LAB", assists=(Level.COMMUNITY,)),
        CatalogueRow("safety", "安全", "", Level.SUBDISTRICT, assists=(Level.SUBDISTRICT, "URB", "URB")),
        CatalogueRow("point", "商圈", "", Level.SECTOR_POINT),
        CatalogueRow("lost", "失联", "", "GONE"),
    ],
)


def sent(category, area, respondents=(), off_duty=(), item=""):
    return assign(category, item, area, CATALOGUE, DIRECTORY, respondents, off_duty)


@pytest.mark.parametrize(
    ("category", "item", "area", "lead", "reason"),
    [
        ("城乡建设", "", "K", "C", Reason.NEAREST),  # a committee's matter goes to its station
        ("城乡建设", "", "C", "C", Reason.NEAREST),
        ("城乡建设", "", "N", "C", Reason.NEAREST),  # scanned at a sector point
        ("城乡建设", "", "S", "S", Reason.NEAREST),  # no nearer place is known
        ("城乡建设", "", "D", "D", Reason.NEAREST),
        ("城乡建设", "", None, "D", Reason.NO_AREA),
        ("城乡建设", "路灯", "C2", "C2", Reason.NEAREST),  # the row for any item
        ("劳动", "工资", "K", "LAB", Reason.CATALOGUE),
        ("劳动", "工资", None, "LAB", Reason.CATALOGUE),  # a department needs no area
        ("安全", "", "K", "S", Reason.NEAREST),
        ("安全", "", "S2", "S2", Reason.NEAREST),
        ("商圈", "", "N", "N", Reason.NEAREST),
        ("商圈", "", "K", "K", Reason.NEAREST),  # no sector point was named: the nearest unit
        ("城乡建设", "", "LAB", "D", Reason.NEAREST),  # a department stands for no area
    ],
)
def test_the_nearest_level_comes_first_unless_the_catalogue_says_department(category, item, area, lead, reason):
    result = sent(category, area, item=item)
    assert (result.lead, result.reason, result.instead_of, result.version) == (lead, reason, None, "v7")


@pytest.mark.parametrize(("category", "item"), [("其他", ""), ("园林", ""), ("劳动", "保险"), ("", "")])
def test_what_no_row_speaks_of_is_for_triage(category, item):
    assert sent(category, "K", item=item) is None


@pytest.mark.parametrize(
    ("category", "item", "respondents", "lead"),
    [
        ("城乡建设", "", {"C"}, "S"),
        ("城乡建设", "", {"C", "S"}, "D"),
        ("城乡建设", "", {"S"}, "D"),  # a station does not judge the sub-district above it
        ("劳动", "工资", {"LAB"}, "D"),  # a department: the district centre
        ("城乡建设", "", {"K"}, "C"),  # the station may judge a committee beneath it
        ("城乡建设", "", {"C2"}, "C"),
    ],
)
def test_nobody_leads_on_a_complaint_about_themselves(category, item, respondents, lead):
    result = sent(category, "K", respondents, item=item)
    assert result.lead == lead
    assert (result.reason is Reason.RESPONDENT) == (result.instead_of is not None) == (lead not in {"C", "LAB"})


def test_a_complaint_about_the_district_itself_is_for_a_person_to_send():
    assert sent("城乡建设", "K", {"D"}) is None


@pytest.mark.parametrize(
    ("respondents", "off_duty", "lead", "reason", "instead_of"),
    [
        ((), {"C"}, "S", Reason.OFF_DUTY, "C"),
        ((), {"C", "S"}, "D", Reason.OFF_DUTY, "C"),
        ((), {"C", "S", "D"}, "D", Reason.OFF_DUTY, "C"),  # the last queue stays open
        ((), {"S"}, "C", Reason.NEAREST, None),
        ({"C"}, {"S"}, "D", Reason.OFF_DUTY, "C"),  # moved twice: the last reason is told
        ({"S"}, {"C"}, "D", Reason.RESPONDENT, "C"),
    ],
)
def test_who_is_off_duty_has_a_backup(respondents, off_duty, lead, reason, instead_of):
    result = sent("城乡建设", "K", respondents, off_duty)
    assert (result.lead, result.reason, result.instead_of) == (lead, reason, instead_of)


@pytest.mark.parametrize(
    ("category", "item", "area", "respondents", "assists"),
    [
        ("城乡建设", "", "K", (), ("URB", "S")),
        ("城乡建设", "", "S", (), ("URB",)),  # the lead does not assist itself
        ("城乡建设", "", "K", {"C", "URB"}, ()),  # nor does a respondent; S leads here
        ("劳动", "工资", "K", (), ("C",)),
        ("劳动", "工资", None, (), ()),  # no area, no community
        ("劳动", "工资", "K", {"S"}, ()),  # beneath the respondent
        ("安全", "", "K", (), ("URB",)),  # named twice, asked once
    ],
)
def test_who_assists(category, item, area, respondents, assists):
    assert sent(category, area, respondents, item=item).assists == assists


@pytest.mark.parametrize(("category", "area"), [("城乡建设", "GONE"), ("失联", "K")])
def test_an_unknown_unit_is_an_error_and_never_a_queue(category, area):
    with pytest.raises(UnknownUnit, match="GONE"):
        sent(category, area)


def test_an_assignment_cannot_see_who_complains():
    assert list(inspect.signature(assign).parameters) == [
        *("category", "item", "area", "catalogue", "directory", "respondents", "off_duty")
    ]  # one name more here would have to be argued for


CODES = st.sets(st.sampled_from([unit.code for unit in DIRECTORY.all]))
AREAS = st.sampled_from([None, *(unit.code for unit in DIRECTORY.all)])
ITEMS = st.sampled_from([("城乡建设", ""), ("劳动", "工资"), ("安全", ""), ("商圈", "")])


@given(ITEMS, AREAS, CODES, CODES, st.randoms(use_true_random=False))
def test_the_same_matter_goes_the_same_way_whoever_sends_it_and_in_whatever_order(
    matter, area, respondents, off_duty, random
):
    first = assign(*matter, area, CATALOGUE, DIRECTORY, respondents, off_duty)
    others = sorted(respondents), sorted(off_duty)
    for listed in others:
        random.shuffle(listed)
    assert assign(*matter, area, CATALOGUE, DIRECTORY, *others) == first


@given(ITEMS, AREAS, CODES, CODES)
def test_no_unit_ever_works_on_a_complaint_about_itself_or_a_unit_above_it(matter, area, respondents, off_duty):
    result = assign(*matter, area, CATALOGUE, DIRECTORY, respondents, off_duty)
    if result is None:
        assert "D" in respondents
        return
    for code in (result.lead, *result.assists):
        assert not respondents & {unit.code for unit in DIRECTORY.path(code)}
    assert result.lead not in result.assists
    assert result.lead not in off_duty - {"D"}
