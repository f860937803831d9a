"""Staff put a word under stars: in all that groups are shown of that complaint, and nowhere else."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from storage import audit, masks, tables
from storage import complaints as stored
from storage.unit_of_work import Work
from tests.group import (
    ABOVE,
    LABOUR,
    Group,
    claimed,
    filed,
    history,
    nothing_is_left_over,
    open_group,
    short,
    state,
)
from tests.town import Town

GIST = "水贝社区3栋502的钱七叔天天装修，楼道漏水，钱七叔说不管"


async def shown(group: Group, number: str) -> str:
    """All that the group can be shown of it now."""
    asked = [await group.say(f"/{verb} {number}") for verb in ("看", "全文", "为什么")]
    return "\n".join([group.card(number), *asked, await group.say("/队列")])


@pytest.mark.parametrize(
    "said", ["/遮 {short} 钱七叔", "/mask {number} 钱七叔", "遮 {short} 钱七叔", "/遮盖 {short} 钱 七叔"]
)
async def test_a_word_is_masked_wherever_a_group_reads_of_it(town: Town, group: Group, said: str) -> None:
    number = await claimed(town, group, gist=GIST)
    answer = await group.say(said.format(number=number, short=short(number)))
    assert "已遮住 2 处" in answer
    assert "钱七叔" not in answer
    assert "水贝社区3栋502的***天天装修" in group.card(number)
    assert "钱七叔" not in await shown(group, number)
    await nothing_is_left_over(town)


async def test_under_the_card_a_word_like_a_receipt_number_is_meant_as_a_word(town: Town, group: Group) -> None:
    number = await filed(town, gist="水贝社区A3栋50277漏水")
    assert "已遮住 1 处" in await group.under(number, "/遮 50277")
    assert "A3栋*****漏水" in group.card(number)
    assert "已遮住 1 处" in await group.under(number, "遮 A3栋")
    assert "水贝社区********漏水" in group.card(number)


async def test_what_comes_later_is_masked_too_and_goes_out_in_full(town: Town, group: Group) -> None:
    number = await claimed(town, group, gist=GIST)
    await group.say(f"/遮 {short(number)} 钱七叔")
    before = len(group.heard)
    await town.say(f"/补充 {number} 今天钱七叔又来了")
    await group.say(f"/记 {short(number)} 找过钱七叔")
    await group.say(f"/转 {short(number)} 钱七叔")
    await group.say(f"/回 {short(number)} 已经约钱七叔面谈")
    await town.pass_time(seconds=31)
    assert "已经约钱七叔面谈" in town.heard()
    await group.say(f"/办结 {short(number)} 支持 事实：钱七叔停工 依据：条例")
    assert "钱七叔停工" in town.heard()
    assert "居民补充：今天***又来了" in "".join(group.heard[before:])
    assert "钱七叔" not in "".join(group.heard[before:])
    assert "钱七叔" not in await shown(group, number)


async def test_another_complaint_keeps_the_word(town: Town, group: Group) -> None:
    number, other = await claimed(town, group, gist=GIST), await claimed(town, group, gist=GIST)
    await group.say(f"/遮 {short(number)} 钱七叔")
    assert "钱七叔" in group.card(other)
    assert "钱七叔" in await group.say(f"/看 {short(other)}")


async def test_the_text_as_typed_stays_whole_and_the_history_holds_no_word(town: Town, group: Group) -> None:
    number = await claimed(town, group, gist=GIST)
    await group.say(f"/遮 {short(number)} 钱七叔")
    await group.say(f"/遮 {short(number)} -钱七叔")
    await group.say(f"/遮 {short(number)} 3栋502")
    assert await town.read(lambda work: stored.last_words(work, number, "filed")) == GIST
    assert (await history(town, number))[-3:] == ["masked", "unmasked", "masked"]
    rows = await town.read(lambda work: [tuple(row) for row in stored.events(work, number)])
    assert "钱七叔" not in str(rows)
    assert "3栋502" not in str(rows)
    assert "手工遮盖（1 处）" in await group.say(f"/看 {short(number)}")
    assert "手工遮盖" not in await town.say(f"进度 {number}")
    verdict = await town.read(audit.verify)
    assert (verdict.intact, verdict.erased) == (True, 0)


async def test_the_word_lies_in_no_column_in_clear(town: Town, group: Group) -> None:
    number = await claimed(town, group, gist="水贝社区钱七叔漏水")
    await group.say(f"/遮 {short(number)} 七")
    await group.press("遮住")

    def clear(work: Work) -> list[str]:
        rows = [row for table in tables.metadata.sorted_tables for row in work.connection.execute(select(table))]
        return [str(row) for row in rows if "七" in str(row)]

    assert await town.read(clear) == []


@pytest.mark.parametrize(
    "undo",
    [
        lambda group, number: group.say(f"/撤销 {short(number)}"),
        lambda group, number: group.under(number, "撤销"),
        lambda group, number: group.say(f"/遮 {short(number)} -钱七叔"),
        lambda group, number: group.under(number, "/mask -钱七叔"),
        lambda group, number: group.press("取消遮盖"),
    ],
)
async def test_it_is_shown_again(town: Town, group: Group, undo: Callable[[Group, str], Awaitable[str]]) -> None:
    number = await claimed(town, group, gist=GIST)
    await group.say(f"/遮 {short(number)} 3栋502")
    await group.say(f"/遮 {short(number)} -3栋502")
    await group.say(f"/遮 {short(number)} 钱七叔")
    await group.say(f"/记 {short(number)} 找过钱七叔")
    assert "已取消遮盖" in await undo(group, number)
    assert GIST in group.card(number)
    assert "找过钱七叔" in group.card(number)
    assert (await state(town, number)).holder  # the claim stays
    assert "已撤销签收" in await group.say(f"/撤销 {short(number)}")


async def test_each_of_two_that_overlap_stays_masked_without_the_other(town: Town, group: Group) -> None:
    number = await filed(town, gist="水贝社区钱七叔漏水")
    await group.say(f"/遮 {short(number)} 社区钱七叔")
    await group.say(f"/遮 {short(number)} 水贝")
    await group.say(f"/遮 {short(number)} -社区钱七叔")
    assert "诉求：**社区钱七叔漏水" in group.card(number)


async def test_undo_takes_back_what_was_done_last(town: Town, group: Group) -> None:
    number = await filed(town, gist=GIST)
    await group.say(f"/遮 {short(number)} 钱七叔")
    await town.pass_time(minutes=1)
    await group.say(f"/接 {short(number)}")
    await group.say(f"/回 {short(number)} 来了")
    assert "回复已撤回" in await group.say(f"/撤销 {short(number)}")
    assert "已撤销签收" in await group.say(f"/撤销 {short(number)}")
    assert "已取消遮盖" in await group.say(f"/撤销 {short(number)}")


async def test_undo_leaves_what_a_colleague_has_masked(town: Town, group: Group) -> None:
    number = await claimed(town, group, gist=GIST)
    await group.say(f"/遮 {short(number)} 钱七叔", "wang")
    assert "已撤销签收" in await group.say(f"/撤销 {short(number)}")
    assert "钱七叔" not in group.card(number)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "遮住哪个词"),
        ("*", "遮住哪个词"),
        ("…", "遮住哪个词"),
        ("孙八", "找不到这个词"),
        ("13912345678", "找不到这个词"),  # it stands there, but under stars: the answer must not confirm it
        ("-孙八", "没有遮着"),
        ("-", "没有遮着"),
    ],
)
async def test_what_cannot_be_masked_is_refused(town: Town, group: Group, typed: str, answer: str) -> None:
    number = await filed(town, gist="水贝社区漏水，电话13912345678")
    assert answer in await group.say(f"/遮 {short(number)} {typed}")
    assert "masked" not in await history(town, number)


@pytest.mark.parametrize(
    ("word", "count"),
    [("电", 4), ("漏", 2), ("停电", 4)],
)
async def test_a_single_sign_or_a_word_in_many_places_is_counted_first(
    town: Town, group: Group, word: str, count: int
) -> None:
    number = await filed(town, gist="停电停电停电停电，漏气漏水")
    assert f"将遮住 {count} 处" in await group.say(f"/遮 {short(number)} {word}")
    assert word in group.card(number)
    assert f"已遮住 {count} 处" in await group.press("遮住")
    assert word not in group.card(number)
    assert "已经处理过" in await group.press("遮住")
    assert (await history(town, number)).count("masked") == 1


async def test_only_units_that_may_look_may_mask(town: Town, group: Group) -> None:
    above, other = await open_group(town, ABOVE), await open_group(town, LABOUR)
    number = await filed(town, gist=GIST)
    assert "没有这个编号" in await other.say(f"/遮 {number} 钱七叔")
    assert await group.say(f"/遮 {number} 钱七叔", "stranger") == ""
    assert "钱七叔" in group.card(number)
    assert "已遮住 2 处" in await above.say(f"/遮 {number} 钱七叔")
    assert "钱七叔" not in group.card(number)
    assert "命令" in await town.say(f"/遮 {number} 水贝")


async def test_a_forwarded_command_masks_nothing(town: Town, group: Group) -> None:
    number = await filed(town, gist=GIST)
    assert "不能执行" in await group.say(f"/遮 {short(number)} 钱七叔", odd="forwarded")
    assert await town.read(lambda work: masks.hidden(work, number)) == []


async def test_masked_words_leave_the_reasons_of_the_classifier(town: Town, group: Group) -> None:
    number = await filed(town, gist=GIST)
    assert "起作用的词：漏水" in await group.say(f"/为什么 {short(number)}")
    await group.say(f"/遮 {short(number)} 漏水")
    assert "漏水" not in await group.say(f"/为什么 {short(number)}")


async def test_a_closed_one_can_still_be_masked(town: Town, group: Group) -> None:
    number = await claimed(town, group, gist=GIST)
    await group.say(f"/办结 {short(number)} 支持 事实：停工 依据：条例")
    await town.say("解决了")
    assert "已遮住 2 处" in await group.say(f"/遮 {short(number)} 钱七叔")
    assert "钱七叔" not in group.card(number)
    assert (await state(town, number)).status == "closed"


@pytest.mark.parametrize(("gist", "hinted"), [(GIST, True), ("王阿姨家楼道漏水", True), ("水贝社区3栋楼道漏水", False)])
async def test_show_tells_of_the_command_only_when_something_may_lead_to_somebody(
    town: Town, group: Group, gist: str, hinted: bool
) -> None:
    number = await filed(town, gist=gist)
    assert (f"发 /mask {number} 词" in await group.say(f"/看 {short(number)}")) == hinted


async def test_help_knows_it(town: Town, group: Group) -> None:
    assert "/遮 Q8XW 3栋　/mask" in await group.say("/帮助")
    assert "/mask、/遮盖、/遮" in await group.say("/帮助 遮")
