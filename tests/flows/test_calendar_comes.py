"""A year's holidays are announced after a complaint was counted by plain weekdays: its clocks are counted again."""

from datetime import UTC
from functools import partial

from bot import rulebook
from bot.directory import LUOHU
from handlers import dispatch
from storage import clocks
from tests.town import Town, at

# 2028 is in no calendar yet; Monday 3 January 2028 is taken as announced holiday here
ANNOUNCED = "2028-01-03,0,元旦\n2028-01-04,1,班\n"


async def test_the_clock_moves_past_the_announced_holiday_and_the_resident_is_told(town: Town) -> None:
    town.time = at("2027-12-31 19:00")  # Friday evening, of a year that is in no calendar either
    number = await town.file()
    before = await town.read(partial(clocks.of, subject=number))
    assert before["resolve"] == at("2028-01-03 18:00")  # Monday
    old = (await town.desk.write(town.outside.rules)).working_time
    content = (LUOHU / "calendar.csv").read_text("utf-8") + ANNOUNCED
    await town.desk.write(lambda work: rulebook.load_files(work, {"calendar.csv": content}, "test"))
    await town.pass_time(seconds=2)
    told = await town.desk.write(lambda work: dispatch.recount(work, town.outside, old))
    await town.deliver()
    after = await town.read(partial(clocks.of, subject=number))
    assert (told, after["resolve"].astimezone(UTC)) == (1, at("2028-01-04 18:00").astimezone(UTC))
    assert "1月4日 18:00" in town.heard()
    assert await town.desk.write(lambda work: dispatch.recount(work, town.outside, old)) == 0
