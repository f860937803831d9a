"""What a voice message says is written down by staff: kept masked with the complaint, its mark on the card changes, and
the resident hears nothing of it."""

import pytest

from tests.evidence import Camera, photo, voice
from tests.group import LABOUR, Group, history, open_group, short, state
from tests.phone import Phone, number_in
from tests.town import Town

SAID = "楼上半夜还在装修，电话13800138000"


async def with_voices(phone: Phone, camera: Camera, *names: str) -> str:
    """A complaint with a photo and then these voice messages; its number."""
    camera.platform.content |= {f"ref-{name}": b"voice" for name in names}
    await phone.to_the_card()
    for file in (photo("a"), *map(voice, names)):
        await camera.send(file)
    await camera.fetch()
    return number_in(await phone.say("确认提交"))


@pytest.mark.parametrize("way", ["/transcribe {short} {said}", "/转写 {short} {said}", "写 {short} {said}"])
async def test_the_only_voice_message_needs_no_place(phone: Phone, camera: Camera, group: Group, way: str) -> None:
    number = await with_voices(phone, camera, "v")
    assert "语音 1（待转写）" in group.card(number)
    before = len(phone.town.all())
    said = await group.say(way.format(short=short(number), said=SAID))
    assert f"{number} 第 2 份语音已转写" in said
    card = group.card(number)
    assert "语音 1（已转写）" in card
    assert "语音转写：楼上半夜还在装修，电话138****8000" in card
    assert "待转写" not in card
    assert phone.town.all()[before:] == []
    assert (await history(phone.town, number))[-1] == "transcribed"


async def test_the_words_are_masked_wherever_staff_read_them(phone: Phone, camera: Camera, group: Group) -> None:
    number = await with_voices(phone, camera, "v")
    said = [await group.say(f"/{word} {short(number)}{rest}") for word, rest in (("转写", f" {SAID}"), ("看", ""))]
    said.append(await group.say(f"/全文 {short(number)}"))
    assert all("楼上半夜还在装修" in text for text in said)
    assert not any("13800138000" in text for text in said)
    assert "转写语音" not in await phone.say(f"进度 {number}")


async def test_of_several_the_place_is_named_and_each_is_marked(phone: Phone, camera: Camera, group: Group) -> None:
    number = await with_voices(phone, camera, "v", "w")
    asked = await group.say(f"/转写 {short(number)} 楼上太吵")
    assert "第 2、3 份都是语音" in asked
    assert await history(phone.town, number) == ["registered", "classified", "accepted", "dispatched"]
    assert "第 3 份语音已转写：第 3 份语音：楼上太吵" in await group.say(f"/转写 {short(number)} 3 楼上太吵")
    assert "语音 2（已转写 1、待转写 1）" in group.card(number)
    assert "第 2 份语音已转写" in await group.say(f"/转写 {short(number)} 楼下也吵")  # the only one that waits
    assert "语音 2（已转写）" in group.card(number)


async def test_by_buttons_it_is_asked_which_and_what_it_says(phone: Phone, camera: Camera, group: Group) -> None:
    number = await with_voices(phone, camera, "v", "w")
    assert "转写哪一份" in await group.press("转写语音")
    assert "第 3 份语音说了什么" in await group.press("第 3 份语音")
    assert "第 3 份语音已转写" in await group.say("楼上太吵")
    assert "第 2 份语音说了什么" in await group.press("转写语音")  # nothing else is left to choose
    await group.say("取消")
    assert (await state(phone.town, number)).transcribed == {(await camera.of_complaint(number))[2].id}


async def test_what_was_written_down_wrong_is_written_once_more(phone: Phone, camera: Camera, group: Group) -> None:
    number = await with_voices(phone, camera, "v")
    for said in ("楼上装秀", "楼上装修"):
        await group.say(f"/转写 {short(number)} {said}")
    assert "语音转写：楼上装秀\n语音转写：楼上装修" in group.card(number)
    assert (await history(phone.town, number)).count("transcribed") == 2


async def test_a_colleague_of_the_holder_may_and_another_unit_may_not(
    town: Town, phone: Phone, camera: Camera, group: Group
) -> None:
    number, stranger = await with_voices(phone, camera, "v"), await open_group(town, LABOUR)
    await group.say(f"/接 {short(number)}", "wang")
    assert "已转写" in await group.say(f"/转写 {short(number)} 楼上太吵")
    assert "转写" not in (await stranger.say(f"/转写 {number} 楼下也吵")).replace("/转写", "")
    assert (await history(town, number)).count("transcribed") == 1


async def test_where_no_voice_was_sent_there_is_nothing_to_write_down(
    phone: Phone, camera: Camera, group: Group
) -> None:
    number = await with_voices(phone, camera)
    assert "转写" not in group.card(number)
    assert "可以转写的语音：0 段" in await group.say(f"/转写 {short(number)} 楼上太吵")


async def test_added_later_it_waits_to_be_written_down_too(phone: Phone, camera: Camera, group: Group) -> None:
    number = await with_voices(phone, camera, "v")
    await group.say(f"/转写 {short(number)} 楼上太吵")
    await phone.press("补充")
    await camera.send(voice("later"))
    assert "语音 2（已转写 1、待转写 1）" in group.card(number)
