"""Staff cover a part of a picture: from the word on nobody sees it, and when it is drawn only what is left of it."""

from dataclasses import dataclass, field

import pytest

from complaints.cells import Range
from handlers.messages import Outgoing
from storage import audit
from storage import complaints as stored
from tests.evidence import JPEG, Camera, document, photo
from tests.group import ABOVE, HOUSING, LABOUR, Group, filed, history, nothing_is_left_over, open_group, short, state
from tests.phone import Phone, number_in
from tests.town import Town

SEALED = b"\x01"  # how what the keys have sealed begins
PLAIN = JPEG + b"jpeg of photo ref-a"
C3, D4_E6, A1 = Range(2, 2, 2, 2), Range(3, 3, 4, 5), Range(0, 0, 0, 0)


def less(*ranges: Range) -> bytes:
    """The picture with these covered, as the worker that stands in draws it."""
    return PLAIN + f" less {' '.join(str(each.box) for each in ranges)}".encode()


@dataclass
class Seen:
    """Every file that is sent, as it is when it is sent: chat and bytes."""

    files: list[tuple[str, bytes]] = field(default_factory=list)

    def all(self) -> list[bytes]:
        return [each for _, each in self.files]

    def last(self) -> bytes:
        return self.files[-1][1]


@pytest.fixture
def seen(town: Town, camera: Camera, monkeypatch: pytest.MonkeyPatch) -> Seen:
    found, send = Seen(), town.channel.send

    async def watched(chat: str, out: Outgoing, position: int) -> str:
        shown = await send(chat, out, position)
        found.files += [(chat, camera.store.path(each.sha256).read_bytes()) for each in out.media]
        return shown

    monkeypatch.setattr(town.channel, "send", watched)
    return found


@pytest.fixture
async def number(phone: Phone, camera: Camera, group: Group, seen: Seen) -> str:
    """A complaint of the group's with a photo, a document and another photo."""
    await phone.to_the_card()
    camera.platform.content["ref-b"] = b"document of me"
    for each in (photo("a"), document("b"), photo("c")):
        await camera.send(each)
    await camera.fetch()
    return number_in(await phone.say("确认提交"))


async def drawn(camera: Camera, group: Group) -> str:
    """What the group reads when the job has done its work."""
    before = len(group.heard)
    await camera.fetch()
    return "\n".join(group.heard[before:])


def stored_files(camera: Camera) -> list[bytes]:
    return [path.read_bytes() for path in (camera.folder / "media").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "way",
    ["/遮图 {short} 1", "/blur {number} 1", "/打码 {short} 第1份", "遮图 {short} １", "under 遮图 1", "under /blur 1"],
)
async def test_a_grid_is_drawn_over_the_picture_with_what_to_write(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str, way: str
) -> None:
    said = way.removeprefix("under ").format(short=short(number), number=number)
    answer = await (group.under(number, said) if way.startswith("under") else group.say(said))
    assert "马上发到这里" in answer
    told = await drawn(camera, group)
    assert f"/遮图 {short(number)} 1 C3 D4-E6" in told
    assert seen.files == [(group.id, PLAIN + b" with 6 x 8")]
    assert "C3 D4-E6" in await group.say(said, reply_to=await group.card_id(number))  # it is there already
    assert seen.files[1:] == seen.files[:1]
    assert "covered" not in await history(town, number)


@pytest.mark.parametrize(
    "typed",
    ["{short} 1 C3 D4-E6", "{short} 第1份 C3、D4到E6", "{short} 1 ｃ３，Ｄ４—Ｅ６", "{number} 1 C3 C3 D5 D4:E6"],
)
async def test_cells_are_covered_and_the_group_is_shown_what_is_left(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str, typed: str
) -> None:
    assert "遮挡处理中（7 格）" in await group.say(f"/遮图 {typed.format(short=short(number), number=number)}")
    assert seen.files == []
    assert "第 1 份照片已遮好" in await drawn(camera, group)
    assert seen.files == [(group.id, less(C3, D4_E6))]
    await group.say(f"/材料 {number}")
    assert PLAIN not in seen.all()
    assert not [each for each in stored_files(camera) if each.endswith(b"photo ref-a")]
    await nothing_is_left_over(town)


async def test_until_it_is_drawn_nobody_in_a_group_sees_it(
    camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    await group.say(f"/遮图 {short(number)} 1 C3")
    said = await group.say(f"/材料 {number}")
    assert "共 2 份可看" in said
    assert "遮挡处理中，现在看不到：第 1 份" in said
    assert "遮挡处理中" in await group.say(f"/遮图 {short(number)} 1")
    assert PLAIN not in seen.all()
    await drawn(camera, group)
    assert "共 3 份可看" in await group.say(f"/材料 {number}")


async def test_what_was_written_before_is_not_sent_after(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    """A channel that is given the bytes: the page asks for them and is refused by its own route."""
    above = await open_group(town, ABOVE)
    deliver, town.deliver = town.deliver, _nothing  # type: ignore[method-assign]
    await above.say(f"/材料 {number}")
    await group.say(f"/遮图 {short(number)} 1 C3")
    town.deliver = deliver  # type: ignore[method-assign]
    await town.deliver()
    if town.name == "telegram":
        assert seen.files == []
        assert "材料第 1 到 3 份" in above.heard[-1]
    await drawn(camera, group)
    assert less(C3) in seen.all()


async def _nothing() -> None: ...


async def test_more_is_added_to_what_is_covered(camera: Camera, group: Group, seen: Seen, number: str) -> None:
    await group.say(f"/遮图 {short(number)} 1 C3")
    await drawn(camera, group)
    assert "已经遮着" in await group.say(f"/遮图 {short(number)} 1 C3")
    await group.say(f"/遮图 {short(number)} 1 A1")
    assert less(C3) not in seen.all()[1:]
    await drawn(camera, group)
    assert seen.last() == less(C3, A1)
    await group.say(f"/遮图 {short(number)} 1")
    await drawn(camera, group)
    assert seen.last() == less(C3, A1) + b" with 6 x 8"


async def test_two_words_before_it_is_drawn_are_drawn_together(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    above = await open_group(town, ABOVE)
    await group.say(f"/遮图 {short(number)} 1")
    await group.say(f"/遮图 {short(number)} 1 C3")
    await above.say(f"/遮图 {number} 1 A1")
    await drawn(camera, group)
    assert seen.files == [(group.id, less(C3, A1)), (above.id, less(C3, A1))]


@pytest.mark.parametrize("undo", ["撤销", "undo", "恢复原图", "button"])
async def test_the_original_comes_back(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str, undo: str
) -> None:
    await group.say(f"/遮图 {short(number)} 1 C3")
    await drawn(camera, group)
    said = await (group.press("恢复原图") if undo == "button" else group.say(f"/遮图 {short(number)} 1 {undo}"))
    assert "正在恢复原图" in said
    assert "已恢复原图" in await drawn(camera, group)
    assert seen.last() == PLAIN
    assert "没有遮挡" in await group.say(f"/遮图 {short(number)} 1 {undo if undo != 'button' else '撤销'}")
    assert [kind for kind in await history(town, number) if "cover" in kind] == ["covered", "uncovered"]
    assert stored_files(camera).count(PLAIN) == 1
    assert not [each for each in stored_files(camera) if each.startswith(SEALED) or b" less " in each]


async def test_taken_back_before_it_is_drawn_it_is_as_before(
    camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    await group.say(f"/遮图 {short(number)} 1 C3")
    await group.say(f"/遮图 {short(number)} 1 撤销")
    assert "已恢复原图" in await drawn(camera, group)
    assert seen.last() == PLAIN
    assert "共 3 份可看" in await group.say(f"/材料 {number}")


async def test_covered_anew_while_it_comes_back_only_the_new_cells_are(
    camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    await group.say(f"/遮图 {short(number)} 1 C3")
    await drawn(camera, group)
    await group.say(f"/遮图 {short(number)} 1 撤销")
    await group.say(f"/遮图 {short(number)} 1 A1")
    await drawn(camera, group)
    assert seen.last() == less(A1)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "可以遮的是第 1、3 份"),
        ("2", "可以遮的是第 1、3 份"),  # a document
        ("9 C3", "可以遮的是第 1、3 份"),
        ("C3", "可以遮的是第 1、3 份"),
        ("1 G1", "没有 G1 这一格，什么也没遮。列是 A 到 F，行是 1 到 8"),
        ("1 C3 D4-E9", "没有 E9 这一格"),
        ("1 左上角", "看不懂要遮哪几格"),
        ("1 撤销", "没有遮挡"),
    ],
)
async def test_what_cannot_be_done_is_answered_and_does_nothing(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str, typed: str, answer: str
) -> None:
    assert answer in await group.say(f"/遮图 {short(number)} {typed}")
    assert await drawn(camera, group) == ""
    assert seen.files == []
    assert "covered" not in await history(town, number)


async def test_of_several_one_is_chosen_by_a_key(camera: Camera, group: Group, seen: Seen, number: str) -> None:
    await group.say(f"/材料 {number}")
    await group.press("遮住人脸、车牌")
    await group.press("第 1 份")
    await drawn(camera, group)
    assert seen.last() == PLAIN + b" with 6 x 8"


async def test_an_only_picture_need_not_be_named(
    town: Town, phone: Phone, camera: Camera, group: Group, seen: Seen
) -> None:
    await phone.to_the_card()
    await camera.send(photo("a"))
    await camera.fetch()
    number = number_in(await phone.say("确认提交"))
    await group.say(f"/遮图 {short(number)} C3")
    await drawn(camera, group)
    assert seen.last() == less(C3)
    assert "可以遮挡的照片：0 张" in await group.say(f"/遮图 {await filed(town)}")


async def test_the_same_picture_sent_again_is_covered_too(
    phone: Phone, camera: Camera, group: Group, seen: Seen
) -> None:
    await phone.to_the_card()
    camera.platform.content["ref-b"] = b"photo ref-a"
    await camera.send(photo("a"))
    await camera.send(photo("b"))
    await camera.fetch()
    number = number_in(await phone.say("确认提交"))
    await group.say(f"/遮图 {short(number)} 1 C3")
    await drawn(camera, group)
    assert seen.files == [(group.id, less(C3))]
    await group.say(f"/材料 {number}")
    assert seen.all()[1:] == [less(C3), less(C3)]
    assert PLAIN not in stored_files(camera)


async def test_only_units_that_may_look_may_cover(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    other = await open_group(town, LABOUR)
    assert "没有这个编号" in await other.say(f"/遮图 {number} 1 C3")
    assert await group.say(f"/遮图 {number} 1 C3", "stranger") == ""
    assert "不能执行" in await group.say(f"/遮图 {number} 1 C3", odd="forwarded")
    held = await group.say(f"/材料 {number}") and await group.button("遮住人脸、车牌")
    assert "哪一份" not in await other.say("", button=held)
    assert "命令" in await town.say(f"/遮图 {number} 1 C3")
    assert await drawn(camera, group) == ""
    assert "covered" not in await history(town, number)


async def test_a_unit_that_lost_it_meanwhile_is_shown_nothing(
    town: Town, camera: Camera, group: Group, seen: Seen, number: str
) -> None:
    await group.say(f"/接 {short(number)}")
    await group.say(f"/遮图 {short(number)} 1 C3")
    await group.say(f"/转 {short(number)} 住建 属于房屋质量问题")
    assert (await state(town, number)).lead == HOUSING
    before = len(seen.files)
    assert "已遮好" not in await drawn(camera, group)
    assert seen.files[before:] == []


async def test_the_resident_reads_that_a_part_was_covered_and_the_history_stays_whole(
    town: Town, camera: Camera, group: Group, number: str
) -> None:
    await group.say(f"/遮图 {short(number)} 1 C3")
    await drawn(camera, group)
    assert "遮住照片的一部分（第 1 份材料）" in await town.say(f"进度 {number}")
    assert "遮住照片的一部分（第 1 份材料）" in await group.say(f"/看 {number}")
    events = await town.read(lambda work: stored.events(work, number))
    assert [row.facts for row in events if row.kind == "covered"] == [{"place": 1, "cells": 1}]
    assert (await town.read(audit.verify)).intact


async def test_help_knows_it(group: Group) -> None:
    assert "/遮图 Q8XW 1 C3 D4-E6" in await group.say("/帮助")
    assert "/blur、/遮图、/打码" in await group.say("/帮助 遮图")
