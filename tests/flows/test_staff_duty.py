"""A unit off duty: its backup gets what is new, the card says whose backup it is, and it comes back by itself."""

import pytest

from tests.group import ABOVE, DISTRICT, HOUSING, STATION, filed, open_group, short, state
from tests.town import Town


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("/离岗", "今天 18:00"),
        ("/offduty", "今天 18:00"),
        ("离岗", "今天 18:00"),
        ("/离岗 2", "明天 18:00"),
        ("/离岗 5天", "周一（11月30日） 18:00"),  # over the weekend
    ],
)
async def test_what_is_new_goes_to_the_backup(town: Town, said: str, until: str) -> None:
    station, above = await open_group(town, STATION), await open_group(town, ABOVE)
    assert f"水贝社区工作站（示例） 离岗到 {until}，新诉求由 翠竹街道 代办" in await station.say(said)
    number = await town.file()
    complaint = await state(town, number)
    assert complaint.lead == ABOVE
    assert "翠竹街道（原应 水贝社区工作站（示例）：离岗，由上级代办）" in above.card(number)
    assert f"/claim {short(number)}" in above.card(number)
    assert station.card(number) == ""


async def test_the_review_card_names_the_backup_before_it_is_filed(town: Town) -> None:
    station = await open_group(town, STATION)
    await station.say("/离岗")
    await town.file()
    reviewed = next(text for text in town.all() if "请核对" in text)
    assert "翠竹街道" in reviewed.split("办理：")[1].splitlines()[0]


async def test_it_is_back_when_it_says_so_or_when_the_day_is_over(town: Town) -> None:
    station = await open_group(town, STATION)
    await station.say("/离岗 3天")
    assert (await state(town, await filed(town))).lead == ABOVE
    assert "已上岗" in await station.say("/上岗")
    assert "本来就在岗" in await station.say("/onduty")
    assert (await state(town, await filed(town))).lead == STATION
    await station.say("/离岗")
    await town.pass_time(hours=8, seconds=1)
    assert (await state(town, await filed(town))).lead == STATION


async def test_a_backup_that_is_away_too_has_its_own(town: Town) -> None:
    for unit in (STATION, ABOVE):
        await (await open_group(town, unit)).say("/离岗")
    assert (await state(town, await filed(town))).lead == DISTRICT


@pytest.mark.parametrize("said", ["/离岗 0", "/离岗 99", "/离岗 明天", "/离岗 -1", "/离岗 ²"])
async def test_how_long_must_be_understood(town: Town, said: str) -> None:
    station = await open_group(town, STATION)
    assert "离岗几个工作日" in await station.say(said)
    assert (await state(town, await filed(town))).lead == STATION


async def test_the_centre_has_no_backup(town: Town) -> None:
    centre = await open_group(town, DISTRICT)
    assert "不能离岗" in await centre.say("/离岗")


async def test_the_desk_sends_and_a_correction_moves_to_the_backup_too(town: Town) -> None:
    desk = await open_group(town, DISTRICT)
    await (await open_group(town, STATION)).say("/离岗")
    number = await filed(town, "")
    assert "翠竹街道" in await desk.say(f"/改类 {short(number)} 环境保护")
    assert (await state(town, number)).lead == ABOVE


async def test_nothing_is_transferred_to_a_unit_that_is_away(town: Town) -> None:
    station, housing = await open_group(town, STATION), await open_group(town, HOUSING)
    await housing.say("/离岗")
    number = await filed(town)
    assert "住房和建设局 离岗，今天 18:00 以后回来" in await station.say(f"/转 {short(number)} 住建 不归我们")
    assert (await state(town, number)).lead == STATION


async def test_what_it_has_already_stays_with_it(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await filed(town)
    assert "队列里已有的 1 件不会动" in await station.say("/离岗")
    await station.say(f"/接 {short(number)}")
    assert (await state(town, number)).status == "claimed"
