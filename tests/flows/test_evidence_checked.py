"""What became of a file when it was fetched and looked at: refused, lost, kept, or asked whether it shows the place."""

import pytest

from storage import complaints as stored
from tests.evidence import Camera, document, photo, voice
from tests.group import Group
from tests.phone import Phone, number_in


@pytest.mark.parametrize(
    ("why", "said"),
    [("executable", "里面有程序"), ("archive", "是压缩包"), ("broken", "打不开"), ("mismatch", "对不上")],
)
async def test_what_the_check_refuses_is_told_by_name_and_reason_and_the_rest_goes_on(
    phone: Phone, camera: Camera, why: str, said: str
) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    camera.platform.content["ref-合同"] = f"bad {why}".encode()
    await camera.send(photo("a"), document("合同"))
    told = await camera.fetch()
    assert told.startswith("您发的第 2 份材料（文件「合同.pdf」）没有收：")
    assert said in told
    assert await camera.states() == ["kept", "refused"]
    card = await phone.say("水贝社区", "跳过", "跳过", "跳过", "匿名")
    assert "材料：照片 1\n" in card


async def test_voice_is_marked_on_the_review_card_and_on_the_staffs(phone: Phone, camera: Camera, group: Group) -> None:
    await phone.to_the_card()
    card = await camera.send(photo("a"), voice("b"))
    assert "材料：照片 1、语音 1（待转写）（检查中 2）" in card
    camera.platform.content["ref-b"] = b"voice of me"
    await camera.fetch()
    number = number_in(await phone.say("确认提交"))
    assert "材料：照片 1、语音 1（待转写）\n" in group.card(number)
    events = await camera.town.read(lambda work: stored.events(work, number))
    assert events[0].facts["files"] == 2


async def test_the_staffs_card_is_drawn_anew_when_the_check_is_done(phone: Phone, camera: Camera, group: Group) -> None:
    await phone.to_the_card()
    await camera.send(photo("a"))
    number = number_in(await phone.say("确认提交"))
    assert "材料：照片 1（检查中 1）" in group.card(number)
    await camera.fetch()
    assert "材料：照片 1\n" in group.card(number)


async def test_what_the_platform_lost_is_asked_for_again(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    camera.platform.gone.add("ref-a")
    await camera.send(photo("a"))
    assert "您发的第 1 份材料（照片）没有取到，平台上已经没有了" in await camera.fetch()
    camera.platform.gone.clear()
    await camera.send(photo("a"))
    await camera.fetch()
    assert await camera.states() == ["lost", "kept"]


async def test_where_a_photo_was_taken_is_asked_once_and_yes_sets_the_place(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    camera.platform.content |= {"ref-a": b"photo at a", "ref-b": b"photo at b"}
    await camera.send(photo("a"), photo("b"))
    await camera.fetch()
    assert [text for text in camera.town.all() if "用它作为地点吗" in text] == [camera.town.heard()]
    assert "水贝" in camera.town.heard()
    assert "第 3/6 步" in await phone.press("用拍摄地点")
    assert [row.point for row in await camera.rows()] == [None, None]


@pytest.mark.parametrize("answer", ["no", "silence"])
async def test_where_a_photo_was_taken_is_forgotten_unless_it_is_said_to_be_the_place(
    phone: Phone, camera: Camera, answer: str
) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    camera.platform.content["ref-a"] = b"photo at a"
    await camera.send(photo("a"))
    await camera.fetch()
    assert (await camera.rows())[0].point is not None
    if answer == "no":
        assert "第 2/6 步" in await phone.press("不用")
    else:
        await phone.say("不知道", "跳过", "跳过", "跳过", "匿名", "确认提交")
    assert (await camera.rows())[0].point is None


async def test_after_filing_nobody_is_asked_where_a_photo_was_taken(phone: Phone, camera: Camera) -> None:
    await phone.file()
    await phone.press("补充")
    camera.platform.content["ref-a"] = b"photo at a"
    await camera.send(photo("a"))
    await camera.fetch()
    assert "用它作为地点吗" not in "".join(camera.town.all())
    assert (await camera.rows())[0].point is None
