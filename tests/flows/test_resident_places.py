"""Where it happened: by name, landmark, poster and pin; asked back when it may mean two places; else kept as said."""

import pytest

from tests.group import HOUSING
from tests.phone import Phone

STATION = "440303004S04"


async def asked_where(phone: Phone) -> None:
    assert "第 2/6 步" in await phone.say("/new", "同意", "楼道漏水")


async def pin(phone: Phone, latitude: float, longitude: float, text: str = "") -> str:
    point = (latitude, longitude)
    return await phone.town.say(text, point=point)


async def place_on_the_card(phone: Phone) -> str:
    for _ in range(5):
        if "请核对" in phone.read():
            break
        await phone.say("匿名" if "怎么联系您" in phone.read() else "跳过")
    return next(line for line in phone.read().split("\n") if line.startswith("地点："))


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("翠竹街道水贝社区3栋", "水贝社区"),  # an address
        ("水贝社区", "水贝社区"),  # a community
        ("水貝社區", "水贝社区"),  # in traditional characters
        ("东门步行街上", "东门社区"),  # a landmark
    ],
)
async def test_a_place_is_understood_by_its_name(phone: Phone, said: str, understood: str) -> None:
    await asked_where(phone)
    assert "第 3/6 步" in await phone.say(said)
    line = await place_on_the_card(phone)
    assert said in line
    assert understood in line


@pytest.mark.parametrize(
    ("said", "then", "place"),
    [
        ("笋岗街道", "田心", "笋岗街道 · 田心社区"),
        ("笋岗街道", "田心社区", "笋岗街道，田心社区"),
        ("国贸大厦门口", "向西社区", "国贸大厦门口，向西社区"),  # what was said first stays
        ("国贸大厦门口", "不清楚", "南湖街道"),  # what is known stays
        ("国贸大厦门口", "南湖街道", "南湖街道"),
        ("pin", "渔民村社区", "南湖街道 · 渔民村社区"),
    ],
)
async def test_of_a_sub_district_alone_the_community_is_asked_once(
    phone: Phone, said: str, then: str, place: str
) -> None:
    await asked_where(phone)
    asked = await (pin(phone, 22.533, 114.117) if said == "pin" else phone.say(said))
    assert "的哪个社区" in asked
    assert "第 3/6 步" in await phone.say(then)
    assert place in await place_on_the_card(phone)


@pytest.mark.parametrize(
    ("way", "place"),
    [
        ("pin", "翠竹街道 · 水贝社区"),
        ("翠竹街道水贝社区3栋", "翠竹街道 · 水贝社区"),  # an address
        ("东门步行街上", "东门街道 · 东门社区"),  # a landmark
        ("poster", "翠竹街道 · 水贝社区工作站"),
    ],
)
async def test_however_the_place_is_told_its_community_and_sub_district_are_known(
    phone: Phone, way: str, place: str
) -> None:
    await asked_where(phone)
    if way == "pin":
        await pin(phone, 22.573, 114.126)
    else:
        await phone.say(f"/start at-{STATION}" if way == "poster" else way)
    assert "第 3/6 步" in phone.read()
    assert place in await place_on_the_card(phone)
    await phone.say("确认提交")
    (filed,) = await phone.mine()
    assert filed.area is not None


async def test_a_poster_of_a_department_is_no_place(phone: Phone) -> None:
    assert "说出您的事就行" in await phone.say(f"/start at-{HOUSING}")


async def test_a_poster_sets_the_place_and_it_can_be_changed(phone: Phone) -> None:
    heard = await phone.say(f"/start at-{STATION}")
    assert "您扫的是「翠竹街道 · 水贝社区工作站" in heard
    await phone.say("同意", "楼道漏水")
    assert "第 3/6 步" in phone.read()
    assert "水贝社区工作站" in await place_on_the_card(phone)
    await phone.press("改地点")
    assert "地点：田心社区" in await phone.say("田心社区")


async def test_a_poster_scanned_in_the_middle_sets_a_place_that_was_not_told(phone: Phone) -> None:
    await asked_where(phone)
    assert "第 3/6 步" in await phone.say(f"/start at-{STATION}")


async def test_a_poster_does_not_overwrite_what_was_told(phone: Phone) -> None:
    await asked_where(phone)
    await phone.say("田心社区", f"/start at-{STATION}")
    assert "田心社区" in await place_on_the_card(phone)


@pytest.mark.parametrize("code", ["at-", "at-nowhere", "nowhere", "at-'; DROP TABLE"])
async def test_an_unknown_poster_is_a_plain_start(phone: Phone, code: str) -> None:
    assert "说出您的事就行" in await phone.say(f"/start {code}")


async def test_a_pin_names_the_nearest_station(phone: Phone) -> None:
    await asked_where(phone)
    assert "第 3/6 步" in await pin(phone, 22.573, 114.126)
    assert "水贝" in await place_on_the_card(phone)


async def test_a_pin_may_be_the_first_message(phone: Phone) -> None:
    assert "登记之前" in await pin(phone, 22.573, 114.126)
    await phone.say("同意", "楼道漏水")
    assert "第 3/6 步" in phone.read()


async def test_a_pin_before_consent_is_kept(phone: Phone) -> None:
    await phone.say("楼道漏水")
    await pin(phone, 22.573, 114.126)
    assert "第 3/6 步" in await phone.say("同意")


async def test_a_pin_at_another_question_sets_the_place_and_the_question_stays(phone: Phone) -> None:
    await asked_where(phone)
    await phone.say("田心社区")
    assert "第 3/6 步" in await pin(phone, 22.573, 114.126)
    assert "水贝" in await place_on_the_card(phone)


async def test_a_pin_at_the_card_changes_the_place(phone: Phone) -> None:
    await asked_where(phone)
    await phone.say("田心社区")
    await place_on_the_card(phone)
    await pin(phone, 22.573, 114.126)
    assert "水贝" in await place_on_the_card(phone)


async def test_a_pin_far_away_is_asked_for_in_words(phone: Phone) -> None:
    await asked_where(phone)
    assert "没有本区的站点" in await pin(phone, 39.9, 116.4)
    assert "第 3/6 步" in await phone.say("水贝社区")


async def choices_for(phone: Phone, said: str) -> list[str]:
    await asked_where(phone)
    assert "是下面哪一个地方" in await phone.say(said)
    lines = [line.split(". ", 1)[1] for line in phone.read().split("\n") if line[:1].isdigit()]
    return lines[: lines.index("跳过")]


@pytest.mark.parametrize("by", ["number", "label", "button"])
async def test_an_ambiguous_name_is_asked_back_and_answered(phone: Phone, by: str) -> None:
    offered = await choices_for(phone, "东门翠竹")
    assert len(offered) >= 2
    if by == "button":
        await phone.press(offered[0])
    else:
        await phone.say("1" if by == "number" else offered[0])
    assert "第 3/6 步" in phone.read()
    line = await place_on_the_card(phone)
    assert offered[0] in line
    assert "东门翠竹" in line


async def test_an_ambiguous_name_is_answered_by_a_clearer_one(phone: Phone) -> None:
    await choices_for(phone, "东门翠竹")
    assert "第 3/6 步" in await phone.say("翠竹街道水贝社区")
    assert "水贝社区" in await place_on_the_card(phone)


async def test_the_district_alone_is_asked_once_more(phone: Phone) -> None:
    await asked_where(phone)
    assert "具体在哪里" in await phone.say("罗湖区")
    assert "第 3/6 步" in await phone.say("水贝社区")


async def test_a_place_in_another_district_is_said_to_be_outside(phone: Phone) -> None:
    await asked_where(phone)
    heard = await phone.say("南山区科技园")
    assert "好像不在本区" in heard
    assert "12345" in heard


async def test_a_place_unknown_twice_is_kept_as_said_and_a_person_decides(phone: Phone) -> None:
    await asked_where(phone)
    assert "没找到这个地方" in await phone.say("老王家楼下")
    assert "第 3/6 步" in await phone.say("就是老王家楼下嘛")
    assert "地点：就是老王家楼下嘛" in await place_on_the_card(phone)
    assert "人工研判后派单" in phone.read()
    heard = await phone.say("确认提交")
    assert "人工研判中" in heard
    (filed,) = await phone.mine()
    assert (filed.lead, filed.area) == ("440303", None)
    assert filed.category == "城乡建设"
    assert "就是老王家楼下嘛" in filed.gist


async def test_a_skipped_place_goes_where_the_catalogue_says(phone: Phone) -> None:
    await asked_where(phone)
    await phone.say("跳过")
    await place_on_the_card(phone)
    assert "已登记" in await phone.say("确认提交")


async def test_a_place_button_of_a_settled_question_is_stale(phone: Phone) -> None:
    offered = await choices_for(phone, "东门翠竹")
    first = await phone.button(offered[0])
    await phone.press_id(first)
    assert "此步骤已过期" in await phone.press_id(first)
