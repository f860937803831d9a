"""The clocks of a draft count from the last word, though no answer moves them."""

from tests.phone import Phone

REMINDER, GONE = "还没说完", "已到期删除"


def heard(phone: Phone, words: str) -> int:
    return len([text for text in phone.town.all() if words in text])


async def test_a_word_on_the_way_puts_the_reminder_off(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意")
    await phone.town.pass_time(hours=10)
    await phone.say("水贝社区")
    await phone.town.pass_time(hours=23, minutes=59)
    assert heard(phone, REMINDER) == 0
    await phone.town.pass_time(minutes=1)
    assert heard(phone, REMINDER) == 1


async def test_each_idle_time_has_a_reminder_of_its_own(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意")
    await phone.town.pass_time(hours=30)
    await phone.say("水贝社区")
    await phone.town.pass_time(hours=24)
    assert heard(phone, REMINDER) == 2
    await phone.town.pass_time(hours=48)
    assert heard(phone, REMINDER) == 2


async def test_a_draft_is_kept_for_its_days_from_the_last_word(phone: Phone) -> None:
    await phone.say("路灯坏了", "同意")
    await phone.town.pass_time(days=6)
    await phone.say("水贝社区")
    await phone.town.pass_time(days=6, hours=23, minutes=59)
    assert heard(phone, GONE) == 0
    await phone.town.pass_time(minutes=1)
    assert heard(phone, GONE) == 1
