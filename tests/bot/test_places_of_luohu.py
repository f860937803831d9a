"""Places as residents of Luohu say them: each sentence with what must be understood, asked or left open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.directory import LUOHU, read_gazetteer, read_units
from complaints.places import How
from complaints.units import Directory, Level

DIRECTORY = Directory(read_units(LUOHU / "units.csv"))
GAZETTEER = read_gazetteer(LUOHU, DIRECTORY)
CENTRE = DIRECTORY.district.name


def names(codes):
    return [DIRECTORY.get(code).name for code in codes]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        # with and without what it is
        ("水贝", "水贝社区"),
        ("水贝社区", "水贝社区"),
        ("水贝社区居委会", "水贝社区"),
        ("水贝社区居民委员会", "水贝社区"),
        ("水贝居委会门口", "水贝社区"),
        ("水贝工作站", "水贝社区工作站（示例）"),
        ("木头龙社区工作站", "民新社区工作站（示例）"),  # the station that serves it, whatever its name
        ("翠竹街道", "翠竹街道"),
        ("翠竹街道办", "翠竹街道"),
        ("翠竹街道办事处", "翠竹街道"),
        ("翠竹社区", "翠竹社区"),
        ("黄贝", "黄贝街道"),  # no community is called that
        ("桂园社区", "桂园街道"),  # a slip: there is only the sub-district
        # several names, one place
        ("翠竹街道水贝社区", "水贝社区"),
        ("水贝社区（翠竹街道）", "水贝社区"),
        ("翠竹水贝", "水贝社区"),
        ("罗湖水贝", "水贝社区"),
        ("深圳市罗湖区翠竹街道水贝社区3栋5楼502", "水贝社区"),
        ("罗湖区罗湖社区", "罗湖社区"),
        ("罗湖区南湖街道罗湖社区", "罗湖社区"),
        ("莲塘街道莲塘社区", "莲塘社区"),
        ("翠竹街道翠竹", "翠竹社区"),  # said after its sub-district, it is the community
        ("笋岗街道田心", "田心社区"),
        ("南湖渔民村", "渔民村社区"),
        ("水贝社区水贝工作站", "水贝社区"),
        # the longest name
        ("罗湖桥", "罗湖桥社区"),
        ("罗湖区", CENTRE),
        ("黄贝岭", "黄贝岭社区"),
        ("草埔东", "草埔东社区"),
        ("草埔西社区", "草埔西社区"),
        ("新秀", "新秀社区"),
        ("新兴", "新兴社区"),
        ("书院街", "书院街社区"),
        ("莲塘街道", "莲塘街道"),
        # landmarks and known roads
        ("东门步行街3号楼", "东门社区"),
        ("东门老街", "东门社区"),
        ("罗湖口岸出来右手边", "南湖街道"),
        ("莲塘口岸", "莲塘街道"),
        ("东门中路12号", "东门街道"),
        ("翠竹路水贝", "水贝社区"),  # a road gives way to the community it runs through
        ("嘉北社区春风路", "嘉北社区"),
        ("爱国路水贝", "水贝社区"),  # ... and to one it does not: roads are long
        ("宝安南路1881号", "桂园街道"),  # a road of Luohu with the name of another district
        ("翠竹街道翠竹北路5号", "翠竹街道"),  # an unknown road in a known sub-district
        ("水贝市场水贝社区", "水贝社区"),
        # in a sentence
        ("我住在水贝那边，路灯坏了三天", "水贝社区"),
        ("翠竹街道新村", "新村社区"),  # an ordinary word, where it fits
        ("和平 3 栋", "和平社区"),  # ... and where nothing else is said
        ("南湖街道和平", "和平社区"),
        # names that other districts have too are ours
        ("和平社区", "和平社区"),
        ("老围", "老围社区"),
        ("凤凰", "凤凰社区"),
        ("罗湖区和平社区，靠近福田区", "和平社区"),  # another district is only mentioned
        ("水贝靠近福田区", "水贝社区"),
        ("龙岗路和平社区", "和平社区"),  # a road with the name of a district names no district
        ("湖南菜馆在水贝", "水贝社区"),
        ("罗湖口岸去香港的通道", "南湖街道"),
        # traditional characters
        ("翠竹街道水貝社區", "水贝社区"),
        ("羅湖區", CENTRE),
        ("東門步行街", "东门社区"),
        ("黃貝嶺", "黄贝岭社区"),
        ("蓮塘街道", "莲塘街道"),
    ],
)
def test_one_place_is_understood(text, unit):
    place = GAZETTEER.find(text)
    assert (names([place.unit] if place.unit else place.choices), place.outside) == ([unit], None)
    assert place.unit
    assert place.choices == ()
    assert place.text == text


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("翠竹", ["翠竹街道", "翠竹社区"]),
        ("东门", ["东门街道", "东门社区"]),
        ("東門", ["东门街道", "东门社区"]),
        ("罗湖区东门", ["东门街道", "东门社区"]),  # the district tells neither apart
        ("莲塘", ["莲塘街道", "莲塘社区"]),
        ("筍崗", ["笋岗街道", "笋岗社区"]),
        ("清水河", ["清水河街道", "清水河社区"]),
        ("东晓", ["东晓街道", "东晓社区"]),
        ("罗湖", [CENTRE, "罗湖社区"]),
        ("草埔", ["草埔东社区", "草埔西社区"]),
        ("草埔村", ["草埔东社区", "草埔西社区"]),
        ("东门路8号", ["东门街道", "东门社区"]),  # a road with that name, not known
        ("布心路12号", ["布心社区"]),
        ("水贝一路", ["水贝社区"]),
        ("黄贝岭地铁站B口", ["黄贝岭社区"]),
        ("莲花山公园", ["莲花社区"]),  # it lies in Futian
        ("红岭中学", ["红岭社区"]),
        ("翠竹路与爱国路交汇处", ["翠竹街道", "黄贝街道"]),
        ("翠竹街道布心社区", ["翠竹街道", "布心社区"]),  # it lies in another sub-district
        ("水贝和草埔东", ["水贝社区", "草埔东社区"]),
        ("两家人和平解决不了楼道漏水", ["和平社区"]),  # hardly a place at all
        ("我去海关办事", ["海关社区"]),
    ],
)
def test_what_is_not_clear_is_asked(text, choices):
    place = GAZETTEER.find(text)
    assert (place.unit, names(place.choices), place.outside) == (None, choices, None)


@pytest.mark.parametrize(
    ("text", "outside", "choices"),
    [
        ("福田区", "福田区", []),
        ("福田新兴社区", "福田区", []),
        ("新兴社区（福田区）", "福田区", []),
        ("出事的工地归福田区管", "福田区", []),  # nothing of ours is named
        ("梅林街道新兴社区", "梅林街道", []),
        ("宝安和平社区", "宝安区", []),
        ("龙华区老围", "龙华区", []),
        ("福永凤凰社区", "福永街道", []),
        ("坪山田心社区", "坪山区", []),
        ("平湖新南社区", "平湖街道", []),
        ("大芬社区", "大芬社区", []),
        ("金龙湖社区", "金龙湖社区", []),  # and not our 龙湖社区
        ("龍崗區布吉街道", "龙岗区", []),
        ("福田区水贝", "福田区", ["水贝社区"]),  # only we have one: which of the two is the slip?
        ("南山区桂园社区", "南山区", ["桂园街道"]),
        ("广州市东门", "广州市", []),
        ("北京东门", "北京市", []),
        ("东莞", "东莞市", []),
    ],
)
def test_another_district_or_city_is_named(text, outside, choices):
    place = GAZETTEER.find(text)
    assert (place.unit, place.outside, names(place.choices)) == (None, outside, choices)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "我家楼下",
        "深圳市",
        "深南东路2001号",  # no landmark lists it
        "龙岗大道",  # a road that bears the name of another district
        "光明小区",
        "大浪费水",  # 大浪 without 街道 is no place
        "😀" * 50,
    ],
)
def test_what_names_no_known_place_matches_nothing(text):
    place = GAZETTEER.find(text)
    assert (place.matches, place.unit, place.choices, place.outside) == ((), None, (), None)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("翠竹街道水貝社區", [("翠竹街道", How.SUBDISTRICT), ("水貝社區", How.COMMUNITY)]),  # as typed
        ("翠竹", [("翠竹", How.SUBDISTRICT), ("翠竹", How.COMMUNITY)]),
        ("罗湖区水贝工作站", [("罗湖区", How.DISTRICT), ("水贝工作站", How.STATION)]),
        ("东门老街", [("东门老街", How.LANDMARK)]),
        ("布心路", [("布心", How.NAMESAKE)]),
    ],
)
def test_how_a_place_was_found_is_told(text, matches):
    assert [(match.name, match.how) for match in GAZETTEER.find(text).matches] == matches


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("深圳市罗湖区翠竹街道水贝社区3栋5楼502", "3栋5楼502"),
        ("广东省深圳市羅湖區水貝 3 座", "3 座"),
        ("东门步行街3号楼", "东门步行街3号楼"),  # the landmark says more than its unit
        ("水贝社区", ""),
        ("桂园社区3栋", "3栋"),
        ("深圳火车站东广场", "深圳火车站东广场"),
        ("翠竹街道翠竹北路5号", "翠竹北路5号"),
        ("深南东路2001号", "深南东路2001号"),
    ],
)
def test_the_detail_is_what_the_unit_does_not_say(text, detail):
    assert GAZETTEER.find(text).detail == detail


@pytest.mark.parametrize(
    "unit", [*DIRECTORY.of(Level.SUBDISTRICT), *DIRECTORY.of(Level.COMMITTEE)], ids=lambda u: u.name
)
def test_every_full_name_is_understood_alone_and_after_its_district(unit):
    assert GAZETTEER.find(unit.name).unit == unit.code
    assert GAZETTEER.find("罗湖区" + unit.name).unit == unit.code


@pytest.mark.parametrize(
    ("latitude", "longitude", "unit"),
    [(22.5471, 114.1190, "东门社区"), (22.5725, 114.1262, "水贝社区"), (22.54, 114.06, None), (39.9, 116.4, None)],
)
def test_a_pin_is_near_a_known_point_or_nowhere(latitude, longitude, unit):
    near = GAZETTEER.nearest(latitude, longitude)
    assert (near.name if near else None) == unit


PIECES = st.sampled_from(
    [
        *"罗湖桥东门翠竹水贝社区街道工作站路号 3，在福田",
        "罗湖",
        "翠竹街道",
        "东门",
        "水贝",
        "和平",
        "福田区",
        "广州",
        "春风路",
        "中路",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_typed_the_answer_holds_together(text):
    place = GAZETTEER.find(text)
    assert not (place.unit and (place.choices or place.outside))
    assert len(place.choices) <= 6
    assert {*place.choices, *([place.unit] if place.unit else [])} <= {match.unit for match in place.matches}
    assert all(match.name in text for match in place.matches)


@pytest.mark.parametrize("piece", ["住在", "我们", "1", "水贝", "东门路", "、", "福田"])
def test_a_long_text_is_read_in_good_time(piece):
    place = GAZETTEER.find(piece * 2000 + "完")  # a pattern that goes back and forth would not end
    assert len(place.choices) <= 6
