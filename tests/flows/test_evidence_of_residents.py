"""A resident sends photos, voice messages and files: before all else, beside words, together, or to a complaint."""

from dataclasses import replace

import pytest

from complaints.material import MEBI, Limits
from handlers.messages import File
from handlers.texts import alert
from storage import complaints as stored
from tests.evidence import Camera, document, photo, voice
from tests.group import Group, history, open_group
from tests.phone import STORY, Phone, number_in
from tests.town import DESK, Town


async def test_a_photo_first_of_all_begins_a_draft_and_is_held_until_consent(phone: Phone, camera: Camera) -> None:
    said = await camera.send(photo("a"))
    assert said.startswith("收到照片 1 张（共 1 份材料）")
    assert "登记之前" in said
    assert await camera.fetch() == said
    assert (await camera.states(), camera.platform.fetched) == (["held"], [])
    assert "第 1/6 步" in await phone.say("同意")
    await camera.fetch()
    assert await camera.states() == ["kept"]
    assert camera.files() == [b"jpeg of photo ref-a", b"thumb of photo ref-a"]


async def test_a_photo_with_words_begins_as_the_words_would(phone: Phone, camera: Camera) -> None:
    assert "登记之前" in await camera.send(photo("a"), text=STORY)
    assert "第 4/6 步" in await phone.say("同意")


async def test_words_in_front_of_a_greeting_are_no_story(phone: Phone, camera: Camera) -> None:
    await camera.send(photo("a"), text="你好")
    assert "第 1/6 步" in await phone.say("同意")


async def test_without_consent_it_is_gone(phone: Phone, camera: Camera) -> None:
    await camera.send(photo("a"), document("我的身份证"))
    await phone.say("不同意")
    (first, second) = await camera.rows()
    for row in (first, second):
        assert (row.state, row.ref, row.name, row.unique_ref, row.sha256) == ("erased", None, None, None, None)
    await camera.fetch()
    assert camera.platform.fetched == []
    assert "ref-a" not in await phone.readable()


@pytest.mark.parametrize("ends", ["取消", "expires"])
async def test_with_its_draft_what_was_kept_is_erased_and_its_file_dropped(
    phone: Phone, camera: Camera, ends: str
) -> None:
    await camera.send(photo("a"), text=STORY)
    await phone.say("同意")
    await camera.fetch()
    assert len(camera.files()) == 2
    if ends == "expires":
        await camera.town.pass_time(days=40)
    else:
        await phone.say(ends)
    assert await camera.states() == ["erased"]
    await camera.fetch()
    assert camera.files() == []
    (row,) = await camera.rows()
    assert (row.sha256, row.thumb, row.type) == (None, None, None)


async def test_a_file_that_somebody_else_sent_too_stays_when_one_is_erased(phone: Phone, camera: Camera) -> None:
    camera.platform.content = {"ref-a": b"photo same", "ref-b": b"photo same"}
    await camera.send(photo("a"), text=STORY)
    await phone.say("同意")
    await phone.to_the_card()
    number = number_in(await phone.say("确认提交"))
    await camera.send(photo("b"), text="水贝社区另外一件事，路灯坏了")
    await phone.press("这是新的诉求")
    await phone.say("同意")
    await camera.fetch()
    await phone.say("取消")
    await camera.fetch()
    assert [row.state for row in await camera.of_complaint(number)] == ["kept"]
    assert camera.files() == [b"jpeg of photo same", b"thumb of photo same"]


async def test_a_caption_in_the_middle_of_a_question_is_heard_as_its_answer(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    said = await camera.send(photo("a"), text="水贝社区")
    assert said.startswith("收到照片 1 张（共 1 份材料）\n\n第 3/6 步")


async def test_a_photo_alone_in_the_middle_of_a_question_asks_it_again(phone: Phone, camera: Camera) -> None:
    question = (await phone.say("/new", "同意", "楼道漏水")).split("\n")[0]
    await camera.send(photo("a"))
    assert await camera.send(voice("b")) == camera.town.heard()
    assert camera.town.heard().startswith(f"收到语音 1 段（共 2 份材料）\n\n{question}")


async def test_an_album_of_seven_gets_one_answer(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    said = await camera.album(*(photo(str(place)) for place in range(7)), text="水贝社区")
    assert said.startswith("收到照片 7 张（共 7 份材料）\n\n第 3/6 步")


async def test_an_album_first_of_all_is_answered_by_the_question_for_consent(phone: Phone, camera: Camera) -> None:
    said = await camera.album(photo("a"), photo("b"), text=STORY)
    assert said.startswith("收到照片 2 张（共 2 份材料）")
    assert "登记之前" in said
    assert "第 4/6 步" in await phone.press("同意")


async def test_danger_beside_an_album_is_answered_at_once(camera: Camera) -> None:
    assert "119" in await camera.send(photo("a"), text="着火了", album="a1")


async def test_the_same_photo_again_is_said_and_not_taken_twice(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    await camera.send(photo("a"))
    assert "和之前发的一样" in await camera.send(photo("a"))
    assert len(await camera.rows()) == 1


async def test_what_is_too_large_is_refused_at_once_and_the_rest_goes_on(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    said = await camera.send(photo("a"), document("合同", size=21 * MEBI))
    assert said.startswith("收到照片 1 张（共 1 份材料）\n文件「合同.pdf」没有收：太大了")
    assert "第 2/6 步" in said
    await camera.fetch()
    assert (await camera.states(), camera.platform.fetched) == (["kept", "refused"], ["ref-a"])


async def test_more_than_are_taken_are_counted_and_refused(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意", "楼道漏水")
    said = await camera.album(*(photo(str(place)) for place in range(12)))
    assert said.startswith("收到照片 10 张（共 10 份材料）\n照片 2 张没有收：超过了份数")


async def test_a_complaint_takes_no_more_than_its_limit(phone: Phone, camera: Camera) -> None:
    camera.town.outside = replace(camera.town.outside, limits=Limits(step=2, complaint=3))
    camera.town.desk._outside = camera.town.outside
    await phone.file()
    await phone.press("补充")
    assert "共 2 份材料" in await camera.send(photo("a"), photo("b"))
    await phone.press("补充")
    said = await camera.send(photo("c"), photo("d"))
    assert "收到照片 1 张（共 3 份材料）" in said
    assert "超过了份数" in said


@pytest.mark.parametrize("text", ["", "楼上也漏了"])
async def test_added_later_it_joins_the_complaint_and_staff_are_told(
    phone: Phone, camera: Camera, group: Group, text: str
) -> None:
    number = await phone.file()
    await phone.press("补充")
    said = await camera.send(photo("a"), photo("b"), text=text)
    assert said.startswith("收到照片 2 张（共 2 份材料）\n\n已补充到")
    assert [line for line in group.heard if "材料 2 份" in line and text in line]
    event = (await camera.town.read(lambda work: stored.events(work, number)))[-1]
    assert (event.kind, event.facts["files"], bool(event.text_hash)) == ("added", 2, bool(text))
    assert "居民补充（材料 2 份）" in await phone.say("进度")


async def test_an_album_added_later_is_one_event_and_one_line_to_staff(
    phone: Phone, camera: Camera, group: Group
) -> None:
    number = await phone.file()
    await phone.press("补充")
    said = await camera.album(photo("a"), photo("b"), photo("c"))
    assert said.startswith("收到照片 3 张（共 3 份材料）\n\n已补充到")
    assert (await history(camera.town, number)).count("added") == 1
    assert len([line for line in group.heard if "居民补充（材料 3 份" in line]) == 1


async def test_with_open_complaints_it_is_asked_where_a_photo_belongs(
    phone: Phone, camera: Camera, group: Group
) -> None:
    number = await phone.file()
    said = await camera.send(photo("a"))
    assert "新的事，还是补充" in said
    await phone.press("补充到")
    assert [row.state for row in await camera.of_complaint(number)] == ["wanted"]
    assert any("材料 1 份" in line for line in group.heard)


async def test_a_number_beside_a_photo_says_where_it_belongs(phone: Phone, camera: Camera) -> None:
    number = await phone.file()
    await camera.send(photo("a"), text=number)
    assert len(await camera.of_complaint(number)) == 1


async def test_a_command_beside_a_photo_adds_it(phone: Phone, camera: Camera) -> None:
    number = await phone.file()
    said = await camera.send(photo("a"), text=f"补充 {number} 楼上也漏了")
    assert said.startswith("收到照片 1 张（共 1 份材料）\n\n已补充到")


async def test_beside_a_command_that_leads_nowhere_it_is_told_that_nothing_was_taken(camera: Camera) -> None:
    assert (await camera.send(photo("a"), text="/我的")).startswith("一起发来的照片 1 张没有收")


async def test_a_photo_of_what_is_still_wrong_goes_to_the_complaint_that_is_sent_back(
    phone: Phone, camera: Camera
) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await camera.send(photo("a"), text="墙角那里还在滴水")
    assert "已退回重办" in await phone.press("没解决")
    assert [row.state for row in await camera.of_complaint(number)] == ["wanted"]
    assert (await phone.words(number))[-1] == "墙角那里还在滴水"


async def test_solved_in_a_caption_closes_and_the_photo_is_not_taken_for_a_new_matter(
    phone: Phone, camera: Camera
) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    said = await camera.send(photo("a"), text="解决了")
    assert said.startswith("一起发来的照片 1 张没有收")
    assert "已办结" in said


async def test_a_photo_while_it_is_asked_what_is_wrong_goes_to_that_complaint(phone: Phone, camera: Camera) -> None:
    number = await phone.file()
    await phone.ask_whether_solved(number)
    await phone.press("没解决")
    await camera.send(photo("a"), text="墙角还在滴水")
    assert len(await camera.of_complaint(number)) == 1
    assert (await phone.complaint(number)).reopened == 1


async def test_in_a_talk_with_the_duty_desk_a_photo_begins_no_form(phone: Phone, camera: Camera, town: Town) -> None:
    desk = await open_group(town, DESK)
    await phone.say("我不想活了", "取消")
    await desk.press(alert.TAKE)
    said = await camera.send(photo("a"))
    assert said.startswith("一起发来的照片 1 张没有收")
    assert "只看得到文字" in said
    await camera.send(photo("b"), text="你能看到吗", album="x")
    assert any("你能看到吗" in line for line in desk.heard)
    assert await camera.rows() == []


async def changed(camera: Camera, key: str, text: str, *files: File) -> str:
    more = {"files": files, "odd": "edited", "replaces": key}
    return await camera.town.say(text, key=f"{key}:e1", **more)


async def test_changed_before_filing_it_replaces_what_it_was(phone: Phone, camera: Camera) -> None:
    await phone.say("/new", "同意")
    await camera.town.say("楼道漏水", key="k1", files=(photo("a"),))
    assert (await changed(camera, "k1", "楼道漏水，还漏电", photo("b"))).startswith("已按改过的消息更新")
    assert await camera.states() == ["erased", "wanted"]
    card = await phone.say("水贝社区", "跳过", "跳过", "跳过", "匿名")
    assert "事情：楼道漏水，还漏电\n" in card


async def test_changed_after_filing_it_is_an_addition(phone: Phone, camera: Camera) -> None:
    await camera.town.say(STORY, key="k1", files=(photo("a"),))
    await phone.say("同意")
    await phone.to_the_card()
    number = number_in(await phone.say("确认提交"))
    assert "已补充到" in await changed(camera, "k1", "其实是4栋", photo("a"))
    assert (await phone.words(number))[-1] == "其实是4栋"
    assert len(await camera.of_complaint(number)) == 1
