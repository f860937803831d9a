"""Whatever people do in whatever order: what is open has a next alarm, what is over has none, and no turn is lost."""

from random import Random

import pytest

from storage import reports
from tests.group import (
    ABOVE,
    DISTRICT,
    HOUSING,
    LABOUR,
    MARKET,
    STATION,
    Group,
    alarms,
    filed,
    nothing_is_left_over,
    open_group,
    short,
    state,
)
from tests.town import Town

STAFF = [
    "/接 {}",
    "/接 {}",
    "/接 {}",
    "/撤销 {}",
    "/回 {} 师傅来了",
    "/记 {} 秘密",
    "/转 {} 翠竹街道 够不着",
    "/转 {} 住建 不归我们",
    "/转 {} 水贝社区工作站 还是你们",
    "/改类 {} 劳动和社会保障",
    "/改类 {} 城乡建设",
    "/改类 {} 其他",
    "/办结 {} 支持 事实：修好 依据：条例",
    "/办结 {} 解释 事实：看过 依据：条例",
    "/办结 {}",
    "取消",
    "1",
]
NEXT = {
    "triage": ["/改类 {} 城乡建设"],
    "dispatched": ["/接 {}"],
    "claimed": ["/回 {} 师傅来了", "/改类 {} 城乡建设", "/办结 {} 支持 事实：修好 依据：条例"],
    "handling": ["/办结 {} 支持 事实：修好 依据：条例", "/改类 {} 城乡建设"],
}
RESIDENT = ["解决了", "没解决", "没解决", "跳过", "进度 {}", "补充 {} 又漏了", "满意"]
WAITS = [{"seconds": 31}, {"minutes": 20}, {"hours": 1}, {"hours": 5}, {"days": 8}]


@pytest.mark.parametrize("seed", range(6))
async def test_an_open_complaint_always_has_a_next_alarm(town: Town, seed: int) -> None:
    random = Random(seed)
    units = {
        unit: await open_group(town, unit, f"other-{unit}")
        for unit in (STATION, ABOVE, DISTRICT, HOUSING, LABOUR, MARKET)
    }
    number = await filed(town, random.choice(["城乡建设", ""]))
    for _ in range(40):
        await step(town, units, number, random)
        complaint = await state(town, number)
        assert bool(await alarms(town, number)) == complaint.is_open, complaint.status
        assert complaint.lead not in complaint.assists
        assert not any("秘密" in text for text in town.all())
    found = await town.read(lambda work: reports.happened(work, number))
    assert found["chain"]["intact"] if "chain" in found else found["intact"]
    await town.pass_time(seconds=31)
    await nothing_is_left_over(town)


async def step(town: Town, units: dict[str, Group], number: str, random: Random) -> None:
    complaint = await state(town, number)
    likely = NEXT.get(complaint.status, [])
    if likely and random.random() < 0.5:
        holder = "other-" + str(complaint.lead) if "other-" in (complaint.holder or "") else None
        await units[complaint.lead or DISTRICT].say(random.choice(likely).format(short(number)), holder)
        await town.pass_time(seconds=random.choice([1, 31]))
    elif complaint.status in {"replied", "closed"} or random.random() < 0.3:
        await town.say(random.choice(RESIDENT).format(number))
    elif random.random() < 0.2:
        await town.pass_time(**random.choice(WAITS))
    else:
        group = units[complaint.lead or DISTRICT] if random.random() < 0.9 else random.choice(list(units.values()))
        who = random.choice([None, None, None, f"other-{group.unit}"])
        await group.say(random.choice(STAFF).format(short(number)), who, numbered=True)
