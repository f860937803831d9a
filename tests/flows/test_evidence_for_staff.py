"""Staff look at what a resident sent along: the lead, under names of ours; others nothing."""

import pytest

from storage import inbox
from tests.evidence import Camera, document, photo
from tests.group import Group, filed, open_group
from tests.phone import Phone, number_in
from tests.town import Town


async def kept(phone: Phone, camera: Camera) -> str:
    await phone.to_the_card()
    camera.platform.content["ref-我和王小明"] = b"document active"
    await camera.send(photo("a"), document("我和王小明"))
    await camera.fetch()
    return number_in(await phone.say("确认提交"))


@pytest.mark.parametrize("way", ["button", "/material", "/材料"])
async def test_staff_of_the_lead_look_at_it_under_names_of_ours(
    phone: Phone, camera: Camera, group: Group, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    number = await kept(phone, camera)
    shown = []
    send = camera.town.channel.send

    async def watched(chat: str, out: object, position: int) -> str:
        shown.append(out)
        return await send(chat, out, position)  # type: ignore[arg-type]

    monkeypatch.setattr(camera.town.channel, "send", watched)
    said = await group.press("看材料") if way == "button" else await group.say(f"{way} {number}")
    assert "共 2 份可看" in said
    assert "第 2 份可能带有程序" in said
    media = shown[-1].media  # type: ignore[attr-defined]
    assert [(each.kind, each.type) for each in media] == [("photo", "image/jpeg"), ("document", "application/pdf")]
    assert all(camera.store.path(each.sha256).exists() for each in media)
    assert "王小明" not in said + "".join(each.name for each in media)
    assert media[1].name.endswith("-2-文件.pdf")


async def test_a_group_that_has_nothing_to_do_with_it_sees_nothing(
    phone: Phone, camera: Camera, group: Group, town: Town
) -> None:
    number = await kept(phone, camera)
    stranger = await open_group(town, "440303D02")
    said = await stranger.say(f"/material {number}")
    assert "材料" not in said.replace("/材料", "")
    assert said
    held = await group.button("看材料")
    assert "材料第" not in await stranger.say("", button=held)


async def test_files_of_staff_under_a_card_go_nowhere_and_they_are_told(town: Town, group: Group) -> None:
    number = await filed(town)
    assert "不会转给居民" in await group.under(number, "", files=(photo("a"),))
    assert await town.read(inbox.counts) == {"done": 1, "quarantined": 0, "waiting": 0}
