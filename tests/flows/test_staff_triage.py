"""The triage desk and the correction of categories: sent on by the catalogue, kept as gold labels, not 其他 at last."""

import pytest
from sqlalchemy import select

from storage import tables
from tests.group import (
    DISTRICT,
    HOUSING,
    LABOUR,
    MARKET,
    STATION,
    Group,
    alarms,
    claimed,
    filed,
    history,
    nothing_is_left_over,
    open_group,
    short,
    state,
    told,
)
from tests.town import Town


@pytest.fixture
async def desk(town: Town) -> Group:
    return await open_group(town, DISTRICT)


async def gold(town: Town, number: str) -> list[tuple[str, str]]:
    mine = (tables.label.c.complaint == number, tables.label.c.strength == "gold")
    rows = select(tables.label.c.category, tables.label.c.item).where(*mine).order_by(tables.label.c.id)
    found: list[tuple[str, str]] = await town.read(lambda work: [tuple(row) for row in work.connection.execute(rows)])
    return found


@pytest.mark.parametrize(
    ("said", "category", "item", "lead"),
    [
        ("/改类 {short} 劳动和社会保障", "劳动和社会保障", "", LABOUR),
        ("/category {short} 劳动", "劳动和社会保障", "", LABOUR),
        ("/改类 {short} 劳动和社会保障>工资福利", "劳动和社会保障", "工资福利", LABOUR),
        ("/改类 {short} 劳动和社会保障/劳动关系", "劳动和社会保障", "劳动关系", LABOUR),
        ("/改类 {short} 工程质量", "城乡建设", "工程质量", HOUSING),  # an item that only one category has
        ("改类 {short} 环境保护", "环境保护", "", STATION),
        ("card: 改类 商贸旅游", "商贸旅游", "", MARKET),
        ("press", "商贸旅游", "", MARKET),
        ("typed: 商贸旅游", "商贸旅游", "", MARKET),
    ],
)
async def test_the_desk_picks_a_category_and_the_catalogue_sends_it_on(
    town: Town, desk: Group, said: str, category: str, item: str, lead: str
) -> None:
    number = await filed(town, "", gist="想问点事")
    assert "人工研判中" in desk.card(number)
    before = len(town.all())
    if said.startswith("card: "):
        await desk.under(number, said.removeprefix("card: "))
    elif said == "press" or said.startswith("typed: "):
        await desk.press("改分类")
        await (desk.press("商贸旅游") if said == "press" else desk.say(said.removeprefix("typed: ")))
    else:
        await desk.say(said.format(short=short(number)))
    complaint = await state(town, number)
    assert (complaint.status, complaint.category, complaint.item, complaint.lead) == (
        "dispatched",
        category,
        item,
        lead,
    )
    assert await gold(town, number) == [(category, item)]
    assert len(told(town, before)) == 1
    assert "已受理" in town.heard()
    assert "已派给" in town.heard()
    assert set(await alarms(town, number)) == {"claim", "feedback", "resolve"}
    assert await desk.say("这是闲聊") == ""  # nothing more is asked
    await nothing_is_left_over(town)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("没有这类", "没有「没有这类」这个分类"),
        ("城乡建设>没有这项", "城乡建设 下没有「没有这项」"),
        ("安全生产", "可以写：\n城乡建设、经济管理"),  # an item of two categories
        ("其他", "仍在研判"),
        ("长" * 3000, "这个分类"),
    ],
)
async def test_what_is_no_category_keeps_it_at_the_desk(town: Town, desk: Group, typed: str, answer: str) -> None:
    number = await filed(town, "")
    assert answer in await desk.say(f"/改类 {short(number)} {typed}")
    assert (await state(town, number)).status == "triage"
    assert "accept" in await alarms(town, number)


async def test_a_wrong_answer_is_asked_again_and_then_taken(town: Town, desk: Group) -> None:
    number = await filed(town, "")
    await desk.press("改分类")
    assert "这个分类" in await desk.say("没有这类")
    await desk.say("环境保护")
    assert (await state(town, number)).category == "环境保护"


async def test_the_promise_counts_from_the_desks_decision(town: Town, desk: Group) -> None:
    number = await filed(town, "")
    await town.pass_time(hours=5)
    await desk.say(f"/改类 {short(number)} 环境保护")
    assert "17:00" in town.heard()
    assert "12:00" not in town.heard()


async def test_staffs_correction_re_routes_while_nobody_has_been_in_contact(town: Town, group: Group) -> None:
    labour = await open_group(town, LABOUR)
    number = await claimed(town, group)
    before = len(town.all())
    said = await group.say(f"/改类 {short(number)} 劳动和社会保障")
    assert "按派单目录转给 人力资源局" in said
    complaint = await state(town, number)
    assert (complaint.status, complaint.lead, complaint.holder) == ("dispatched", LABOUR, None)
    assert (complaint.catalogue_row, complaint.category_by) == ("P15-00", "staff")
    assert [("已转到 人力资源局 办理" in text) for text in told(town, before)] == [True]
    assert labour.card(number)
    assert set(await alarms(town, number)) == {"claim", "feedback", "resolve"}
    assert await gold(town, number) == [("劳动和社会保障", "")]


@pytest.mark.parametrize(
    ("when", "category", "moves"),
    [
        ("dispatched", "劳动和社会保障", True),
        ("dispatched", "环境保护", False),  # the same unit
        ("dispatched", "其他", False),
        ("in contact", "劳动和社会保障", False),  # who had the first contact stays
        ("answered", "劳动和社会保障", False),
    ],
)
async def test_a_correction_is_a_gold_label_whether_or_not_it_moves(
    town: Town, group: Group, when: str, category: str, moves: bool
) -> None:
    number = await filed(town)
    if when != "dispatched":
        await group.say(f"/接 {short(number)}")
        await group.say(f"/回 {short(number)} 来了")
        await town.pass_time(seconds=31)
    if when == "answered":
        await group.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
    before = len(town.all())
    await group.say(f"/改类 {short(number)} {category}")
    complaint = await state(town, number)
    assert (complaint.category, complaint.lead) == (category, LABOUR if moves else STATION)
    assert len(told(town, before)) == moves
    assert await gold(town, number) == [(category, "")]


async def test_a_colleague_does_not_move_what_somebody_holds(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    assert "在同事手上" in await group.say(f"/改类 {short(number)} 劳动和社会保障", "wang")
    assert (await state(town, number)).category == "城乡建设"
    assert await gold(town, number) == []


async def test_no_complaint_is_concluded_or_answered_as_other(town: Town, group: Group) -> None:
    number = await claimed(town, group)
    await group.say(f"/改类 {short(number)} 其他")
    for said in (f"/办结 {short(number)}", f"/办结 {short(number)} 支持 事实：修好 依据：条例"):
        assert f"先发 /改类 {short(number)} 分类名" in await group.say(said)
    await group.say(f"/改类 {short(number)} 环境保护")
    await group.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
    assert "还没有确定分类" in await group.say(f"/改类 {short(number)} 其他")
    assert (await state(town, number)).category == "环境保护"


async def test_the_desk_looks_at_any_complaint_and_corrects_only_its_own(town: Town, desk: Group) -> None:
    number = await filed(town)
    assert f"【{number}】" in await desk.say(f"/看 {number}")
    assert "没有这个编号" in await desk.say(f"/改类 {number} 环境保护")


async def test_why_says_what_brought_it_to_the_desk(town: Town, desk: Group) -> None:
    await filed(town, "")
    assert "模型拿不准" in await desk.press("为什么")


async def file_as(town: Town, who: str, text: str) -> str:
    """A complaint from first word to receipt from a chat of one's own."""

    async def say(text: str) -> str:
        return await town.hear(who, who, text)

    if "正在办理" in await say(text):
        await say("这是新的诉求")
    heard = await say("同意，继续")
    for _ in range(6):
        if "确认提交" in heard:
            break
        heard = await say("匿名" if "匿名" in heard else "跳过")
    receipt = await say("确认提交")
    return receipt.split("编号 ")[1][:14]


async def test_the_same_text_from_another_person_goes_the_same_way(town: Town, group: Group) -> None:
    text = "翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好"
    for _ in range(3):  # the first one has a record: complaints, one of them sent back twice
        number = await file_as(town, "often", text + "，又坏了")
        await group.say(f"/接 {short(number)}")
    first, second = await file_as(town, "often", text), await file_as(town, "never before", text)
    one, other = await state(town, first), await state(town, second)
    way = ("status", "category", "item", "area", "lead", "assists", "catalogue_row", "confidence", "promised", "flags")
    assert [getattr(one, name) for name in way] == [getattr(other, name) for name in way]
    assert await history(town, first) == await history(town, second)
