"""What is typed in the terminal: words as they are, and pins as `:位置 22.5431 114.0579`."""

from itertools import count

import pytest

from bot.channels.terminal import NAME, RESIDENT, NoPlace, TerminalChannel, Typed
from handlers.messages import Message, Outgoing


def typed() -> Typed:
    keys = count(1)
    return Typed(TerminalChannel(lambda chat, text: None), lambda: str(next(keys)))


@pytest.mark.parametrize(
    "line",
    [
        ":位置 22.5431 114.0579",
        "  :位置\t22.5431  114.0579 ",
        ":位置22.5431,114.0579",
        ":位置 22.5431，114.0579",  # as an input method for Chinese types it
        ":位置 +22.5431, 114.0579",
    ],
)
def test_two_numbers_are_a_pin(line: str) -> None:
    expected = Message(NAME, RESIDENT, RESIDENT, "1", point=(22.5431, 114.0579), numbered=True)
    assert typed().message(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        ":位置",
        ":位置 22.5431",
        ":位置 22.5431 114.0579 5",
        ":位置 114.0579 22.5431",  # the wrong way round
        ":位置 22.5431 180.1",
        ":位置 nan 114",
        ":位置 22 inf",
        ":位置 22.5431114.0579",
        ":位置 翠竹街道水贝社区",
    ],
)
def test_anything_else_is_no_pin(line: str) -> None:
    with pytest.raises(NoPlace):
        typed().message(line)


@pytest.mark.parametrize("line", ["位置 22.5431 114.0579", "我在 :位置 22 114", "楼下水管爆了"])
def test_other_lines_are_words(line: str) -> None:
    message = typed().message(line)
    assert message is not None
    assert (message.text, message.point) == (line, None)


async def test_in_the_group_a_pin_is_words_like_all_others() -> None:
    channel = TerminalChannel(lambda chat, text: None)
    lines = Typed(channel, lambda: "1")
    await channel.send("group:U1", Outgoing("卡片"), 1)
    assert lines.message(":群") is None
    message = lines.message(":位置 22 114")
    assert message is not None
    assert (message.chat, message.point, message.text) == ("group:U1", None, ":位置 22 114")
