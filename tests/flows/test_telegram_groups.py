"""What Telegram does to groups and chats: they move, close, lose messages. Unit, cards and duty stay."""

import pytest

from bot.channels.terminal import RESIDENT, group_chat
from handlers.messages import Outgoing, outgoing_from_json
from storage import cards, people
from storage.shown import after
from tests.botapi.chats import Chat, Shown
from tests.group import STATION, Group, filed, open_group, short
from tests.phone import Phone
from tests.telegram_town import TelegramTown

CLERK = f"staff:{STATION}"


@pytest.fixture
async def station(telegram: TelegramTown) -> Group:
    return await open_group(telegram, STATION, "wang")


def hung(chat: Chat, number: str) -> list[Shown]:
    """The cards of the complaint that stand in the chat."""
    return [each for each in chat.from_bot if each.text.removeprefix("〔超时〕").startswith(f"【{number}】")]


async def test_there_is_one_card_and_it_changes(telegram: TelegramTown, station: Group) -> None:
    number = await filed(telegram)
    for said in ("/接 {}", "/记 {} 一条备注", "/回 {} 来了"):
        await station.say(said.format(short(number)))
        await telegram.pass_time(seconds=31)
    (card,) = hung(telegram.side.group(station.chat), number)
    assert card.text.startswith(f"【{number}】办理中")
    assert len(card.edits) >= 2
    assert await station.card_id(number) == str(card.message_id)
    await station.under(number, "师傅走了")
    await telegram.pass_time(seconds=31)
    assert "师傅走了" in telegram.heard()


async def test_a_card_that_an_admin_deletes_is_sent_anew(telegram: TelegramTown, station: Group) -> None:
    number = await filed(telegram)
    chat = telegram.side.group(station.chat)
    telegram.side.world.remove(chat, int(await station.card_id(number)))
    assert "已签收" in await station.say(f"/接 {short(number)}")
    (card,) = hung(chat, number)
    assert card.text.startswith(f"【{number}】已签收")
    assert await station.card_id(number) == str(card.message_id)


async def test_a_card_that_is_as_it_should_be_is_left_alone(telegram: TelegramTown, station: Group) -> None:
    """An edit whose answer was lost is made again: the platform says that nothing changed."""
    number = await filed(telegram)
    telegram.side.api.faults.once("drop_after", "editMessageText")
    await station.say(f"/接 {short(number)}")
    await telegram.pass_time(minutes=6)
    (card,) = hung(telegram.side.group(station.chat), number)
    assert card.text.startswith(f"【{number}】已签收")
    await telegram.channel.edit(station.id, str(card.message_id), await drawn(telegram, station), 1)
    assert telegram.side.api.calls[-1].description.startswith("Bad Request: message is not modified")


# a group moves


def basic(telegram: TelegramTown) -> Chat:
    """A group that can still become a supergroup."""
    group = telegram.side.world.group("水贝工作群", kind="group", bot="administrator")
    telegram.side.put(group_chat(STATION), group)
    return group


@pytest.mark.parametrize("told", [True, False], ids=["by the platform", "by a send that fails"])
async def test_a_group_that_becomes_a_supergroup_keeps_its_unit_and_its_cards(
    telegram: TelegramTown, told: bool
) -> None:
    old = basic(telegram)
    station = await open_group(telegram, STATION)
    number = await filed(telegram)
    await station.say(f"/接 {short(number)}")
    assert len(hung(old, number)) == 1
    new = telegram.side.world.migrate(old, telegram.side.person(CLERK))
    telegram.side.put(station.chat, new)
    moved = telegram.side.came()
    if told:
        await telegram.come(moved)
    else:
        await telegram.desk.write(lambda work: cards.want(work, number))
        await telegram.pass_time(minutes=1)
    unit = await telegram.read(lambda work: people.unit_of_group(work, telegram.name, str(new.id)))
    assert unit == STATION
    (card,) = hung(new, number)
    assert await station.card_id(number) == str(card.message_id)
    await station.under(number, "师傅三点上门")
    await telegram.pass_time(seconds=31)
    assert "师傅三点上门" in telegram.heard()
    before = len(telegram.all(station.chat))
    await telegram.come(moved)  # told late, or twice
    assert len(telegram.all(station.chat)) == before
    assert len(hung(new, number)) == 1


# blocked, thrown out


async def test_who_blocks_the_bot_is_to_be_called_until_the_bot_is_let_in_again(
    telegram: TelegramTown, station: Group
) -> None:
    phone, resident = Phone(telegram), telegram.side.person(RESIDENT)
    number = await phone.file()
    await station.say(f"/接 {short(number)}")
    resident.block()
    await telegram.come()
    assert "消息未送达" in station.card(number)
    assert sum("送不到居民那里" in text for text in station.heard) == 1
    assert any("也没有留联系方式" in text for text in station.heard)  # so there is nobody to call
    assert "可能收不到消息" in await station.say(f"/回 {short(number)} 师傅三点上门")
    await telegram.pass_time(seconds=31)
    assert "师傅三点上门" not in telegram.heard()
    resident.unblock()
    await telegram.come()
    assert "消息未送达" not in station.card(number)
    await station.say(f"/回 {short(number)} 改到四点")
    await telegram.pass_time(seconds=31)
    assert "改到四点" in telegram.heard()


async def test_a_block_is_learnt_from_a_send_too(telegram: TelegramTown, station: Group) -> None:
    phone, resident = Phone(telegram), telegram.side.person(RESIDENT)
    number = await phone.file()
    resident.block()
    telegram.side.came()  # and nobody tells
    await station.say(f"/接 {short(number)}")
    assert "消息未送达" in station.card(number)
    assert sum("送不到居民那里" in text for text in station.heard) == 1


async def test_thrown_out_and_let_in_again_the_group_is_still_the_units(telegram: TelegramTown, station: Group) -> None:
    world, chat, clerk = telegram.side.world, telegram.side.group(station.chat), telegram.side.person(CLERK)
    first = await filed(telegram)
    world.kick(chat, clerk)
    await telegram.come()
    second = await filed(telegram)
    assert hung(chat, second) == []
    world.add(chat, clerk, "administrator")
    await telegram.come()
    assert "我回来了" in "\n".join(station.heard[-4:])
    assert len(hung(chat, second)) == 1
    assert "已签收" in await station.say(f"/接 {short(first)}")
    assert "已签收" in await station.under(second, "/接")


# who cannot be known


@pytest.mark.parametrize("as_channel", [False, True], ids=["anonymous administrator", "in a channel's name"])
@pytest.mark.parametrize("said", ["/接 {}", "/办结 {} 支持 事实：修好 依据：条例"])
async def test_who_hides_behind_a_chat_is_refused_and_told_what_works(
    telegram: TelegramTown, station: Group, as_channel: bool, said: str
) -> None:
    number = await filed(telegram)
    chat, clerk = telegram.side.group(station.chat), telegram.side.person(CLERK)
    hidden = telegram.side.world.channel("水贝之声") if as_channel else chat
    clerk.write(said.format(short(number)), chat, as_chat=hidden)
    await telegram.come()
    assert "请用自己的账号重新发一条" in station.heard[-1]
    (card,) = hung(chat, number)
    assert "签收" in card.labels  # nothing was done
    assert "已签收" in await station.say(f"/接 {short(number)}")
    assert "已签收" in station.card(number)


async def drawn(telegram: TelegramTown, station: Group) -> Outgoing:
    """The card as the database has it shown."""
    rows = await telegram.read(lambda work: after(work, telegram.name, station.id, 0))
    return outgoing_from_json([row for row in rows if "】" in row.payload][-1].payload)
