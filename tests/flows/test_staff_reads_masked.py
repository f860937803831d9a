"""What the bot writes in a group holds no full number and not the name given as contact, whatever was typed there."""

import pytest

from storage import complaints as stored
from storage.unit_of_work import Work
from tests.group import ABOVE, HOUSING, STATION, Group, claimed, filed, open_group, short, state
from tests.town import Town

PHONE, NAME = "13912345678", "王小明"
WHO = f"{NAME} {PHONE}"


async def known(town: Town, number: str) -> None:
    def identify(work: Work) -> None:
        stored.identify(work, number, NAME, PHONE)

    await town.desk.write(identify)


def shows_nobody(texts: list[str]) -> bool:
    return not any(PHONE in text or NAME in text for text in texts)


@pytest.mark.parametrize(
    "typed",
    [
        "/回 {} " + WHO,
        "/记 {} " + WHO,
        "/转 {} " + WHO,
        "/转 {} " + PHONE,
        "/转 {} 翠竹街道 " + WHO,
        "/改类 {} " + WHO,
        "/改类 {} " + PHONE,
        "/改类 {} 城乡建设 " + WHO,
        "/办结 {} " + WHO,
        "/办结 {} 支持 事实：" + WHO + " 依据：" + WHO,
        "/看 {} " + WHO,
        "/为什么 {} " + WHO,
        "/撤销 {} " + WHO,
        "/遮 {} " + WHO,
        "/遮 {} -" + WHO,
        "/" + PHONE + " {}",
        "/接" + PHONE + " {}",
        "/离岗 " + WHO,
        "/帮助 " + WHO,
        "/绑定 " + WHO,
        "/队列 " + WHO,
    ],
)
async def test_no_answer_to_a_command_shows_whom_it_names(town: Town, typed: str) -> None:
    station = await open_group(town, STATION)
    above = await open_group(town, ABOVE)
    number = await claimed(town, station)
    await known(town, number)
    await station.say(typed.format(short(number)))
    assert station.heard
    assert shows_nobody(station.heard + above.heard)


async def test_facts_are_repeated_masked_and_sent_in_full(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await claimed(town, station)
    await known(town, number)
    await station.say(f"/办结 {short(number)} 支持")
    assert "事实：王** 139****5678" in await station.say(WHO)
    await station.say("条例")
    assert WHO in town.heard()
    assert shows_nobody(station.heard)


async def test_a_reply_is_previewed_masked_and_sent_in_full(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await claimed(town, station)
    await known(town, number)
    assert "王** 139****5678" in await station.say(f"/回 {short(number)} {WHO}")
    await town.pass_time(seconds=31)
    assert WHO in town.heard()


# choices typed where buttons are shown, and the button that undoes a claim


async def test_a_shown_label_may_be_typed_where_buttons_are_shown_but_a_number_not(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await claimed(town, station)
    await station.say(f"/办结 {short(number)}")
    assert await station.say("1") == ""
    assert await station.say("支持", odd="forwarded") == ""
    assert "查明的事实" in await station.say("支持")


async def test_the_button_undoes_the_claim_and_never_a_reply_on_its_way(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await claimed(town, station)
    await station.say(f"/回 {short(number)} 师傅来了")
    assert "签收没有撤销" in await station.press("撤销签收")
    assert (await state(town, number)).holder
    await station.say(f"/撤销 {short(number)}")
    assert "已撤销签收" in await station.press("撤销签收")
    assert (await state(town, number)).holder is None
    assert "师傅来了" not in "".join(town.all())


async def raised(town: Town) -> tuple[Group, str]:
    """Not solved for the third time: a level up."""
    station, above = await open_group(town, STATION), await open_group(town, ABOVE)
    number = await filed(town)
    await station.say(f"/接 {short(number)}")
    for _ in range(3):
        await station.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
        await town.say("没解决")
        await town.say("还在漏水")
    return above, number


async def test_what_was_raised_a_level_does_not_go_back_down(town: Town) -> None:
    await open_group(town, HOUSING)
    above, number = await raised(town)
    assert (await state(town, number)).lead == ABOVE
    assert "提级" in await above.say(f"/转 {short(number)} 水贝社区工作站 还是你们")
    assert (await state(town, number)).lead == ABOVE
    assert "已转给" in await above.say(f"/转 {short(number)} 住建 房屋质量问题")


# the whole text


async def test_the_whole_text_comes_in_pages(town: Town) -> None:
    station = await open_group(town, STATION)
    long = "水贝社区3栋楼道漏水" + "".join(f"第{n}天" for n in range(1200)) + "电话" + PHONE
    number = await filed(town, gist=long)
    shown = [await station.say(f"/全文 {short(number)}")]
    while "下一页" in shown[-1]:
        shown.append(await station.press("下一页"))
    pages = [text.split("\n", 1)[1].split("下一页")[0] for text in shown]
    assert len(shown) == 2
    assert all(len(text.split("\n", 1)[1]) <= 3500 for text in shown)
    assert "第0天" in pages[0]
    assert "第1199天电话139****5678" in pages[-1]


async def test_the_whole_text_of_a_short_one_has_one_page_and_its_english_twin(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await filed(town)
    text = await station.say(f"/full {short(number)}")
    assert "水贝社区3栋楼道漏水" in text
    assert "第 1/1 页" in text
    assert "下一页" not in text
