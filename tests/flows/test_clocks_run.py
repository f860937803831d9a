"""The service clocks on the working calendar: what they promise, whom they remind, and that each fires once."""

from datetime import datetime

import pytest

from bot import clock
from complaints import alarms as table
from complaints.complaint import By
from complaints.workflow import Actor
from handlers import dispatch, record
from handlers.clock import ticks
from handlers.turn import Scene
from storage import clocks
from storage import complaints as stored
from storage.unit_of_work import Work
from tests.group import (
    ABOVE,
    DISTRICT,
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
from tests.town import Town, at


async def until(town: Town, moment: str) -> None:
    town.time = at(moment)
    await clock.beat(town.desk)
    await town.deliver()


def reminders(group: Group, kind: str = "") -> list[str]:
    return [text for text in group.heard if text.startswith("〔超时〕LH") and kind in text]


@pytest.mark.parametrize(
    ("filed_at", "claim", "feedback", "resolve"),
    [
        ("2026-11-24 10:00", "2026-11-24 11:00", "2026-11-24 12:00", "2026-11-24 18:00"),  # a Tuesday morning
        ("2026-11-24 11:30", "2026-11-24 14:30", "2026-11-24 15:30", "2026-11-24 18:00"),  # over the noon break
        ("2026-11-24 17:30", "2026-11-25 09:30", "2026-11-25 10:30", "2026-11-24 18:00"),  # runs over into Wednesday
        ("2026-11-24 22:00", "2026-11-25 10:00", "2026-11-25 11:00", "2026-11-25 18:00"),  # out of hours
        ("2026-11-27 18:00", "2026-11-30 10:00", "2026-11-30 11:00", "2026-11-30 18:00"),  # Friday as it closes
        ("2026-09-30 17:00", "2026-09-30 18:00", "2026-10-08 10:00", "2026-09-30 18:00"),  # into the October holidays
    ],
)
async def test_a_dispatched_complaint_has_three_clocks(
    town: Town, filed_at: str, claim: str, feedback: str, resolve: str
) -> None:
    town.time = at(filed_at)
    number = await filed(town)
    assert await alarms(town, number) == {"claim": at(claim), "feedback": at(feedback), "resolve": at(resolve)}


async def test_one_at_the_triage_desk_is_to_be_accepted_within_ten_minutes(town: Town) -> None:
    desk = await open_group(town, DISTRICT)
    number = await filed(town, "")
    assert await alarms(town, number) == {"accept": at("2026-11-24 10:10")}
    await until(town, "2026-11-24 10:11")
    assert "受理时限已过" in reminders(desk)[0]
    assert f"/category {short(number)}" in reminders(desk)[0]
    assert "受理 今天 10:10（已超时）" in desk.card(number)


async def test_an_urgent_one_counts_calendar_time(town: Town) -> None:
    town.time = at("2026-11-24 22:00")
    number = await filed(town)

    def rush(work: Work) -> None:
        complaint = stored.load(work, number)
        assert complaint is not None
        complaint.flags = complaint.flags | {"urgent": True}
        complaint.transfer(ABOVE, By(Actor.UNIT, "li"), "急", work.now)
        record.save(Scene(work, town.outside, town.outside.rules(work)), complaint)

    await town.desk.write(rush)
    assert (await alarms(town, number))["claim"] == at("2026-11-24 23:00")


async def test_nobody_claims_and_unit_by_unit_the_ones_above_are_told(town: Town) -> None:
    station, above, centre = [await open_group(town, unit) for unit in (STATION, ABOVE, DISTRICT)]
    number = await filed(town)
    rungs = [
        ("2026-11-24 11:00", 1, 0, 0),
        ("2026-11-24 12:00", 2, 1, 0),
        ("2026-11-24 15:00", 2, 2, 1),  # the station leads no more
        ("2026-11-25 18:00", 2, 2, 1),  # from then on once a working day, and only on the card
        ("2026-11-26 18:00", 2, 2, 1),
    ]
    for moment, *counts in rungs:
        await until(town, moment)
        assert [len(reminders(group, "签收时限")) for group in (station, above, centre)] == counts
        assert "签收 " in station.card(number)
        assert "11:00（已超时）" in station.card(number)
        assert await alarms(town, number)
    assert (await history(town, number)).count("late") >= len(rungs)
    assert above.card(number)
    assert centre.card(number)
    await nothing_is_left_over(town)


async def test_a_unit_without_a_group_is_passed_over(town: Town) -> None:
    centre = await open_group(town, DISTRICT)
    number = await filed(town)
    await until(town, "2026-11-24 11:00")
    assert len(reminders(centre, "签收时限")) == 1
    assert "只读" in centre.card(number)


async def test_the_ladder_begins_anew_at_another_unit(town: Town) -> None:
    station, above = await open_group(town, STATION), await open_group(town, ABOVE)
    number = await filed(town)
    for moment in ("11:00", "12:00", "15:00"):
        await until(town, f"2026-11-24 {moment}")
    assert len(reminders(above, "签收时限")) == 2
    await above.say(f"/转 {short(number)} 水贝社区工作站 还是你们")
    before = len(station.heard)
    await until(town, "2026-11-24 16:01")
    assert [text for text in station.heard[before:] if "签收时限已过。" in text]  # the first reminder, not the fourth


async def test_a_claim_without_a_word_is_taken_back_after_four_working_hours(town: Town) -> None:
    station, above = await open_group(town, STATION), await open_group(town, ABOVE)
    number = await claimed(town, station)
    assert (await alarms(town, number))["take_back"] == at("2026-11-24 16:00")
    before = len(town.all())
    await until(town, "2026-11-24 15:59")
    assert (await state(town, number)).status == "claimed"
    await until(town, "2026-11-24 16:00")
    complaint = await state(town, number)
    assert (complaint.status, complaint.holder) == ("dispatched", None)
    assert sum("〔收回〕" in text for text in station.heard) == 1
    assert sum("〔收回〕" in text for text in above.heard) == 1
    assert above.card(number)
    assert told(town, before) == []  # the resident hears when somebody has it again
    assert (await alarms(town, number))["claim"] == at("2026-11-24 17:00")
    await nothing_is_left_over(town)


async def test_a_word_in_time_keeps_it(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await claimed(town, station)
    await until(town, "2026-11-24 15:59")
    await town.pass_time(seconds=45)
    await station.say(f"/回 {short(number)} 正在路上")
    await until(town, "2026-11-24 16:00")  # the words still wait for their half minute
    assert (await state(town, number)).status == "claimed"
    await until(town, "2026-11-24 16:02")
    assert ((await state(town, number)).status, (await state(town, number)).holder is None) == ("handling", False)
    assert set(await alarms(town, number)) == {"resolve"}


async def test_a_clock_that_was_answered_does_not_fire(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await claimed(town, station)
    await station.say(f"/回 {short(number)} 正在路上")
    await station.press("立即发送")
    await station.say(f"/办结 {short(number)} 支持 事实：修好 依据：条例")
    await until(town, "2026-11-25 18:00")
    assert reminders(station) == []
    assert set(await alarms(town, number)) == {"silence"}


async def test_a_tick_repeated_a_restart_and_a_second_worker_fire_nothing_twice(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await filed(town)
    await until(town, "2026-11-24 11:00")
    for _ in range(3):
        await clock.beat(town.desk)
    again = await town.another(town.time).open()
    for _ in range(2):
        await clock.beat(again.desk)
        await town.deliver()
        await again.deliver()
    await again.close()
    said = station.heard + again.group(STATION)
    assert sum("签收时限已过" in text for text in said) == 1
    assert (await history(town, number)).count("late") == 1


async def test_a_clock_read_before_somebody_else_fired_it_does_nothing(town: Town) -> None:
    await open_group(town, STATION)
    number = await filed(town)
    town.time = at("2026-11-24 11:00")
    seen = await town.read(lambda work: clocks.due(work, 10))
    await clock.beat(town.desk)
    assert len(seen) == 1
    assert await town.desk.write(lambda work: clocks.take(work, seen[0])) is False
    assert (await history(town, number)).count("late") == 1


async def test_after_a_night_without_power_each_clock_fires_once_and_says_when_it_was_due(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await filed(town)
    await until(town, "2026-11-25 09:00")
    assert len(reminders(station)) == 3  # claim, feedback, resolve
    assert "签收 昨天 11:00（已超时）" in station.card(number)
    await until(town, "2026-11-25 09:59")
    assert len(reminders(station)) == 3


async def test_a_clock_whose_act_fails_goes_on_later_and_holds_up_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = await open_group(town, STATION)
    number = await filed(town)

    def break_down(scene: object, subject: str, due: datetime) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setitem(ticks.LATE, "claim", break_down)
    await until(town, "2026-11-24 12:00")
    assert len(reminders(station, "首次反馈时限")) == 1
    assert (await alarms(town, number))["claim"] == at("2026-11-24 12:00") + dispatch.FAILED_CLOCK_WAITS
    monkeypatch.undo()
    await until(town, "2026-11-24 12:02")
    assert len(reminders(station, "签收时限")) == 1


async def test_withdrawn_it_has_no_alarm_and_no_reminder(town: Town) -> None:
    station = await open_group(town, STATION)
    number = await filed(town)
    await town.say(f"撤回 {number}")
    for word in ("跳过", "确定撤回"):
        if (await state(town, number)).is_open:
            await town.say(word)
    assert (await state(town, number)).status == "withdrawn"
    assert await alarms(town, number) == {}
    await until(town, "2026-11-30 18:00")
    assert reminders(station) == []
    assert "已撤回" in station.card(number)


def test_every_clock_that_is_ever_set_has_an_act() -> None:
    kinds = {kind for started in table.STARTS.values() for kind in started}
    assert kinds == set(table.ALL)
    assert kinds <= set(ticks.ACTS) | set(ticks.LATE)


async def test_what_nobody_claims_moves_up_and_can_be_claimed_there(town: Town) -> None:
    station, above, centre = [await open_group(town, unit) for unit in (STATION, ABOVE, DISTRICT)]
    number = await filed(town)
    before = len(town.all())
    for moment, lead in (("11:00", STATION), ("12:00", ABOVE), ("15:00", DISTRICT)):
        await until(town, f"2026-11-24 {moment}")
        assert (await state(town, number)).lead == lead
    assert "改由" in reminders(station, "签收时限")[-1]
    assert set((await state(town, number)).assists) >= {STATION, ABOVE}
    assert len(town.all()) == before  # the resident is told nothing of it
    assert (await history(town, number)).count("taken_up") == 2
    assert "已签收" in await centre.say(f"/接 {short(number)}")
    assert await above.say(f"/接 {short(number)}") != ""
    assert (await state(town, number)).lead == DISTRICT


async def test_what_nobody_claims_passes_over_a_unit_without_a_group(town: Town) -> None:
    await open_group(town, STATION)
    centre = await open_group(town, DISTRICT)
    number = await filed(town)
    for moment in ("11:00", "12:00"):
        await until(town, f"2026-11-24 {moment}")
    assert (await state(town, number)).lead == DISTRICT
    assert "已签收" in await centre.say(f"/接 {short(number)}")
