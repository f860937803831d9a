"""One trial a row of the table: the forbidden thing, done with python-telegram-bot's plain Bot.

A trial gets the server and a bot and must end in the row's refusal; it gives the {names} of the row's text before.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
)  # fmt: skip
from telegram.error import TelegramError

from tests.botapi.chats import Chat
from tests.botapi.people import Person
from tests.botapi.server import BotApi

PICTURE = b"\xff\xd8\xff\xe0" + bytes(60)
Act = Callable[[BotApi, Bot], Awaitable[Any]]


@dataclass(frozen=True)
class Trial:
    """`facts` fill the row's text; `parameters` are what the answer carries; `options` are the server's."""

    act: Act
    facts: dict[str, object] = field(default_factory=dict)
    parameters: dict[str, int] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


TRIALS: dict[str, Trial] = {}


def trial(key: str, *, facts: dict[str, object] | None = None, parameters: dict[str, int] | None = None,
          **options: Any) -> Callable[[Act], Act]:  # fmt: skip
    """Enter a trial for the row `key`."""

    def enter(act: Act) -> Act:
        if key in TRIALS:
            raise ValueError(key)
        TRIALS[key] = Trial(act, facts or {}, parameters or {}, options)
        return act

    return enter


async def goes(call: Awaitable[Any]) -> Any:
    """What is still allowed. Raises AssertionError if it is refused, which no trial may pass for its own refusal."""
    try:
        return await call
    except TelegramError as error:
        raise AssertionError(f"refused too early: {error}") from error


def resident(api: BotApi) -> Person:
    person = api.world.person("张三")
    person.start()
    return person


def forum(api: BotApi, bot: str = "administrator") -> Chat:
    return api.world.group("网格一组", [resident(api)], forum=True, bot=bot)


def button(**deed: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("选", **deed)]])


def rows(number: int, data: str = "1") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("选", callback_data=data)] for _ in range(number)])
