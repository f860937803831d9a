"""What Telegram is told once, before the service runs: menus, and whether it calls us or we ask.

What only BotFather can change (privacy mode, joining groups) is looked at, not set.
"""

from collections.abc import Sequence

from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.channels.telegram.receive import ALLOWED

SCOPES: dict[str, BotCommandScope] = {
    "private": BotCommandScopeAllPrivateChats(),
    "group": BotCommandScopeAllGroupChats(),
    "admins": BotCommandScopeAllChatAdministrators(),
}
LANGUAGES = ("", "zh")  # "": whoever has no menu in their own language
CONNECTIONS = 20  # at once; of one chat they come one after the other

Menu = Sequence[tuple[str, str]]


async def set_menus(bot: Bot, menus: Sequence[tuple[str, Menu]]) -> None:
    """Commands and what they do, for each scope. Raises TelegramError, KeyError for a scope that is none."""
    for scope, menu in menus:
        for language in LANGUAGES:
            await bot.set_my_commands(list(menu), scope=SCOPES[scope], language_code=language or None)


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """What waits there is kept. Raises TelegramError."""
    await bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED, max_connections=CONNECTIONS)


async def delete_webhook(bot: Bot) -> bool:
    """So that we may poll; what waits there is kept. False: none was set. Raises TelegramError."""
    if not (await bot.get_webhook_info()).url:
        return False
    await bot.delete_webhook(drop_pending_updates=False)
    return True
