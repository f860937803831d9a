"""What ships for Luohu hangs together: a wrong line would send real complaints astray."""

import csv
from collections import Counter

import pytest

from bot.directory import LUOHU, read_catalogue, read_categories, read_gazetteer, read_landmarks, read_names, read_units
from complaints.assignment import Reason, assign
from complaints.category import OTHER
from complaints.units import Directory, Level

DIRECTORY = Directory(read_units(LUOHU / "units.csv"))
CATEGORIES = read_categories(LUOHU / "categories.csv")
CATALOGUE = read_catalogue(LUOHU / "catalogue.csv")
COMMITTEES = {unit.name: unit.code for unit in DIRECTORY.of(Level.COMMITTEE)}
DEPARTMENTS = {unit.name: unit.code for unit in DIRECTORY.of(Level.DEPARTMENT)}
SHUIBEI = COMMITTEES["水贝社区"]


def rows(name):
    with (LUOHU / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("level", "count"), [(Level.DISTRICT, 1), (Level.SUBDISTRICT, 10), (Level.COMMUNITY, 81), (Level.COMMITTEE, 109)]
)
def test_the_model_is_one_ten_eighty_one_and_a_hundred_and_nine(level, count):
    assert len(list(DIRECTORY.of(level))) == count


def test_there_are_sector_points_and_departments():
    assert len(list(DIRECTORY.of(Level.SECTOR_POINT))) >= 6
    assert len(DEPARTMENTS) >= 11


@pytest.mark.parametrize("committee", list(DIRECTORY.of(Level.COMMITTEE)), ids=lambda unit: unit.name)
def test_every_committee_has_a_station_in_its_own_sub_district(committee):
    station, street = DIRECTORY.path(committee.code)[1:3]
    assert (station.level, street.level) == (Level.COMMUNITY, Level.SUBDISTRICT)
    assert committee.code.startswith(street.code)  # the official code holds the sub-district's
    assert station.code.startswith(street.code)


def test_every_station_serves_one_or_two_committees_and_is_named_after_the_first():
    for station in DIRECTORY.of(Level.COMMUNITY):
        served = [unit for unit in DIRECTORY.under(station.code) if unit.level is Level.COMMITTEE]
        assert len(served) in {1, 2}
        assert station.name == served[0].name + "工作站（示例）"


def test_what_was_made_for_the_demo_says_so():
    made = {unit.level for unit in DIRECTORY.all if unit.example}
    assert made == {Level.COMMUNITY, Level.SECTOR_POINT}
    for unit in DIRECTORY.all:
        assert unit.example == unit.name.endswith("（示例）") == (unit.level in made)
    for name, column in (("landmarks.csv", "name"), ("points.csv", "note")):
        assert all(row["example"] == "1" and row[column].endswith("（示例）") for row in rows(name))
    assert CATALOGUE.version.startswith("示例")


def test_names_are_unique_within_the_district():
    names = Counter(unit.name for unit in DIRECTORY.all)
    assert [name for name, count in names.items() if count > 1] == []


def test_fifteen_categories_have_items_and_one_waits():
    assert len(CATEGORIES) == 16
    assert [category.name for category in CATEGORIES if not category.items] == [OTHER]


@pytest.mark.parametrize("category", [category.name for category in CATEGORIES if category.name != OTHER])
def test_every_category_has_a_row_for_any_item(category):
    assert CATALOGUE.row(category).item == ""


def test_other_has_no_row_and_goes_to_triage():
    assert assign(OTHER, "", SHUIBEI, CATALOGUE, DIRECTORY) is None


def test_the_catalogue_speaks_of_known_items_and_units():
    assert CATALOGUE.unknown_units(DIRECTORY) == ()
    for row in CATALOGUE:
        CATEGORIES.check(row.category, row.item)


@pytest.mark.parametrize(
    ("category", "item", "lead", "reason"),
    [
        ("城乡建设", "住房保障与房地产", "水贝社区工作站（示例）", Reason.NEAREST),
        ("城乡建设", "城市建设和市政管理", "水贝社区工作站（示例）", Reason.NEAREST),
        ("城乡建设", "安全生产", "翠竹街道", Reason.NEAREST),
        ("城乡建设", "工程质量", "住房和建设局", Reason.CATALOGUE),
        ("劳动和社会保障", "工资福利", "人力资源局", Reason.CATALOGUE),
        ("劳动和社会保障", "就业培训", "人力资源局", Reason.CATALOGUE),  # no row of its own
        ("环境保护", "环境污染", "水贝社区工作站（示例）", Reason.NEAREST),
        ("教育文体", "考试招生", "教育局", Reason.CATALOGUE),
        ("卫生计生", "食品药品监管", "市场监督管理局", Reason.CATALOGUE),
        ("政法", "交通管理", "公安分局交警大队", Reason.CATALOGUE),
        ("纪检监察", "干部作风", "纪检监察机关", Reason.CATALOGUE),
    ],
)
def test_where_a_matter_in_shuibei_goes(category, item, lead, reason):
    result = assign(category, item, SHUIBEI, CATALOGUE, DIRECTORY)
    assert (DIRECTORY.get(result.lead).name, result.reason) == (lead, reason)


def test_wages_complained_about_at_the_labour_bureau_itself_go_to_the_district():
    respondents = {DEPARTMENTS["人力资源局"]}
    result = assign("劳动和社会保障", "工资福利", SHUIBEI, CATALOGUE, DIRECTORY, respondents)
    assert (result.lead, result.reason) == (DIRECTORY.district.code, Reason.RESPONDENT)


def test_twelve_names_exist_elsewhere_too():
    assert len(set(read_names(LUOHU / "elsewhere.csv"))) == 12
    assert set(read_names(LUOHU / "elsewhere.csv")) <= COMMITTEES.keys()


def test_ordinary_words_are_names_of_ours():
    assert {word + "社区" for word in read_names(LUOHU / "words.csv")} <= COMMITTEES.keys()


def test_every_landmark_and_point_lies_in_a_known_unit():
    assert len(read_landmarks(LUOHU / "landmarks.csv")) >= 25
    read_gazetteer(LUOHU, DIRECTORY)  # raises UnknownUnit otherwise


def test_labels_map_to_the_seven_measured_classes():
    labels = {row["label"]: row["class"] for row in rows("labels_map.csv")}
    assert set(labels) <= {category.name for category in CATEGORIES}
    assert len(set(labels.values())) == 7
