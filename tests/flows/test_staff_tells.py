"""Who is told of what: each row of the workflow has the pushes it names and no other, one turn tells one message."""

from collections.abc import Awaitable, Callable

import pytest

from complaints.workflow import BY_ID
from storage import complaints as stored
from tests.group import (
    ABOVE,
    DISTRICT,
    LABOUR,
    STATION,
    Group,
    filed,
    id_of,
    nothing_is_left_over,
    open_group,
    short,
    told,
)
from tests.town import Town

Act = Callable[[Town, Group, str], Awaitable[object]]


def staff(said: str) -> Act:
    return lambda town, group, number: group.say(said.format(short(number)))


def resident(*said: str) -> Act:
    async def act(town: Town, group: Group, number: str) -> None:
        for text in said:
            await town.say(text.format(number))

    return act


def wait(**length: float) -> Act:
    return lambda town, group, number: town.pass_time(**length)


CONCLUDED = staff("/办结 {} 支持 事实：修好 依据：条例")
CLAIMED = staff("/接 {}")
REPLIED: tuple[Act, ...] = (staff("/回 {} 来了"), wait(seconds=31))
AGAIN: tuple[Act, ...] = (CONCLUDED, resident("没解决", "跳过"))

# what was done before | what is done in one turn | the rows it takes
ROWS: list[tuple[str, tuple[Act, ...], Act, list[str]]] = [
    ("claim", (), CLAIMED, ["T9"]),
    ("undo a claim", (CLAIMED,), staff("/撤销 {}"), ["T9b"]),
    ("take back", (CLAIMED,), wait(hours=6), ["T9b"]),
    ("transfer", (), staff("/转 {} 翠竹街道 够不着"), ["T9c"]),
    ("transfer what is claimed", (CLAIMED,), staff("/转 {} 翠竹街道 够不着"), ["T9c"]),
    ("re-route by category", (CLAIMED,), staff("/改类 {} 劳动和社会保障"), ["T9c"]),
    ("correct a category", (), staff("/改类 {} 环境保护"), []),
    ("first contact", (CLAIMED, staff("/回 {} 来了")), wait(seconds=31), ["T13"]),
    ("a second reply", (CLAIMED, *REPLIED, staff("/回 {} 还在修")), wait(seconds=31), []),
    ("conclude at once", (CLAIMED,), CONCLUDED, ["T13b"]),
    ("conclude", (CLAIMED, *REPLIED), CONCLUDED, ["T20"]),
    ("note", (CLAIMED,), staff("/记 {} 内部的话"), []),
    ("late", (), wait(hours=1), []),
    ("solved", (CLAIMED, CONCLUDED), resident("解决了"), ["T21"]),
    ("silence", (CLAIMED, CONCLUDED), wait(days=7), ["T21"]),
    ("not solved", (CLAIMED, CONCLUDED, resident("没解决")), resident("跳过"), ["T22", "T23"]),
    (
        "not solved for the third time",
        (CLAIMED, *AGAIN, *AGAIN, CONCLUDED, resident("没解决")),
        resident("跳过"),
        ["T22", "T23b"],
    ),
]
TOLD_WITHOUT_A_ROW = {"a second reply"}


@pytest.mark.parametrize(("what", "before", "act", "rows"), ROWS, ids=[row[0] for row in ROWS])
async def test_one_turn_tells_the_resident_what_its_rows_say_in_one_message(
    town: Town, what: str, before: tuple[Act, ...], act: Act, rows: list[str]
) -> None:
    group = await open_group(town, STATION)
    for unit in (ABOVE, LABOUR):
        await open_group(town, unit)
    number = await filed(town)
    for done in before:
        await done(town, group, number)
    heard, happened = len(town.all()), len(await rows_of(town, number))
    await act(town, group, number)
    assert [row for row in (await rows_of(town, number))[happened:] if row] == rows
    expected = any(BY_ID[row].tells for row in rows) or what in TOLD_WITHOUT_A_ROW
    assert len(told(town, heard)) == expected, told(town, heard)
    await nothing_is_left_over(town)


async def rows_of(town: Town, number: str) -> list[str]:
    return [row.transition for row in await town.read(lambda work: stored.events(work, number))]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好", ["T1", "T2", "T8"]),
        ("翠竹街道水贝社区3栋有件事想问问，昨天开始的，希望尽快答复", ["T1", "T3"]),
    ],
)
async def test_filing_is_answered_with_one_receipt(town: Town, text: str, rows: list[str]) -> None:
    number = await town.file(text)
    assert [row for row in await rows_of(town, number) if row] == rows
    assert sum(number in heard for heard in town.all()) == 1


async def test_accepted_at_the_desk_and_sent_on_it_is_one_message(town: Town) -> None:
    desk = await open_group(town, DISTRICT)
    number = await filed(town, "")
    heard = len(town.all())
    await desk.say(f"/改类 {short(number)} 环境保护")
    assert [row for row in (await rows_of(town, number)) if row] == ["T1", "T3", "T4", "T8"]
    assert len(told(town, heard)) == 1


async def test_what_the_resident_is_told_names_no_clerk_and_asks_nothing_of_the_group(town: Town) -> None:
    group = await open_group(town, STATION)
    number = await filed(town)
    await group.say(f"/接 {short(number)}")
    await group.say(f"/回 {short(number)} 来了")
    await town.pass_time(seconds=31)
    for text in town.all():
        assert "示例S04" not in text
        assert id_of(STATION) not in text
        assert "/reply" not in text
