"""What `jiesu telegram setup` does: menus, the way updates come, and what BotFather must be told."""

import sys
from collections.abc import AsyncIterator

import typer
from telegram import Bot, User
from telegram.error import InvalidToken, TelegramError
from yarl import URL

from bot.channels.telegram import setup
from bot.channels.telegram.request import connect
from bot.settings import BadSettings, Settings
from handlers import dispatch

SCOPES = {"private": "私聊", "group": "群", "admins": "群管理员"}


def bot_of(of: Settings) -> Bot:
    """Raises BadSettings if there is no token."""
    token = of.telegram_token.get_secret_value()
    if not token:
        raise BadSettings(
            "JIESU_TELEGRAM_TOKEN: missing; BotFather gives one (/newbot), or name a file in *_TOKEN_FILE"
        )
    return connect(token, of.telegram_api_url, of.telegram_file_url)


def botfather(me: User) -> list[str]:
    """What is to be said to BotFather, who alone can change it."""
    name, said = f"@{me.username}", []
    if not me.can_read_all_group_messages:
        said.append(
            f"/setprivacy，选 {name}，选 Disable；再把机器人移出工作群重新加入（或设为群管理员）。"
            "不关的话，群里只收得到 / 命令和对卡片的回复，“接”“办结”这样的中文命令和问答收不到"
        )
    if not me.can_join_groups:
        said.append(f"/setjoingroups，选 {name}，选 Enable；不然加不进工作群")
    return said


async def set_up(of: Settings) -> int:
    """The exit code. Raises BadSettings."""
    bot = bot_of(of)
    try:
        async for line in _steps(bot, of):
            typer.echo(line)
    except InvalidToken:
        raise BadSettings("JIESU_TELEGRAM_TOKEN: Telegram 不认这个 token；请在 BotFather 里用 /token 重新取") from None
    except TelegramError as error:
        host = URL(of.telegram_api_url).host
        print(f"{host} 没有办成（{type(error).__name__}）：请检查网络和 JIESU_TELEGRAM_API_URL。", file=sys.stderr)
        return 2
    finally:
        await bot.request.shutdown()
    return 0


async def _steps(bot: Bot, of: Settings) -> AsyncIterator[str]:
    """Each is done when its line comes. Raises TelegramError, BadSettings."""
    webhook = of.webhook() if of.telegram_mode == "webhook" else None
    me = await bot.get_me()
    yield f"机器人 @{me.username}（{me.full_name}）：https://t.me/{me.username}"
    menus = dispatch.menus()
    await setup.set_menus(bot, menus)
    yield "命令菜单已登记：" + "，".join(f"{SCOPES[scope]} {len(menu)} 条" for scope, menu in menus)
    if webhook is not None:
        await setup.set_webhook(bot, *webhook)
        yield f"接收方式 webhook，已登记：{URL(webhook[0]).host}"
    elif await setup.delete_webhook(bot):
        yield "接收方式 polling，原来的 webhook 已删除，没收的消息还在"
    else:
        yield "接收方式 polling，没有 webhook，不用改"
    for said in botfather(me):
        yield f"还要在 BotFather 里做：{said}"
    yield "工作群：把机器人加进群，在群里发 /bind 和 jiesu code group 给的口令"
