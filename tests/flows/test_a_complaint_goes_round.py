"""A complaint from the first word to the resident's last, through the terminal channel, as people would."""

from storage import complaints as stored
from tests.town import Town


async def lead_of(town: Town, number: str) -> str:
    complaint = await town.read(lambda work: stored.load(work, number, lock=False))
    assert complaint is not None
    return str(complaint.lead)


async def test_a_resident_files_staff_conclude_and_the_resident_confirms(town: Town) -> None:
    number = await town.file()
    lead = await lead_of(town, number)
    await town.join(lead)
    code = number.split("-")[2]
    await town.staff(lead, f"/接 {code}")
    assert "已签收" in town.heard()
    await town.staff(lead, f"/回 {code} 师傅下午上门")
    assert "师傅下午上门" not in town.heard()
    await town.pass_time(seconds=31)
    assert "师傅下午上门" in town.heard()
    await town.staff(lead, f"/办结 {code} 支持 事实：已换水管 依据：物业管理条例")
    assert "解决了吗" in town.heard()
    assert "已办结" in await town.say("解决了")
    assert "谢谢" in await town.say("满意")
    complaint = await town.read(lambda work: stored.load(work, number, lock=False))
    assert (complaint.status, complaint.solved, complaint.satisfied) == ("closed", "yes", "yes")
