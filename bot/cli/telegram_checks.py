"""What is wrong with Telegram, in words for whoever runs the service. The token is in none of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError
from yarl import URL

from bot.channels.telegram.receive import ALLOWED
from bot.channels.telegram.translate import NAME
from bot.cli.telegram_setup import bot_of, botfather
from bot.settings import TELEGRAM, BadSettings, Settings
from storage import people
from storage.unit_of_work import Work

Groups = Sequence[tuple[str, str]]
SETUP = "运行 jiesu telegram setup"
CLOCK_OFF = timedelta(seconds=30)
LATELY = timedelta(hours=1)
MANY = 100  # updates that wait
ANSWERS_WITHIN = 10.0  # seconds
_REMEDIES = (  # a word of the platform's message, and what to do
    ("403", f"密令对不上：{SETUP}，并重启服务"),
    ("404", "地址的路径没有转到 jiesu serve：请检查反向代理和 JIESU_TELEGRAM_WEBHOOK_URL"),
    ("503", "服务忙或在重启，会再送来"),
    ("Bad Gateway", "反向代理后面的 jiesu serve 没有回答：请看它是否在运行"),
    ("certificate", "证书不对：请用公认机构签发、没有过期、带中间证书的"),
    ("SSL", "证书不对：请用公认机构签发、没有过期、带中间证书的"),
    ("resolve", "域名解析不了：请检查 JIESU_TELEGRAM_WEBHOOK_URL 和 DNS"),
    ("", "连不进来：请检查防火墙、端口和反向代理"),
)


def findings(work: Work, of: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[str]:
    """Nothing if Telegram is not used."""
    if not of.telegram_token.get_secret_value():
        if of.telegram_mode == "webhook" or of.telegram_webhook_url:
            yield "没有 JIESU_TELEGRAM_TOKEN，Telegram 不会启动：在 BotFather 里用 /token 取；不用就删掉其余设置"
        return
    yield from asyncio.run(_all(of, people.has_groups(work, NAME), people.forums(work, NAME), now))


async def _all(of: Settings, has_groups: bool, forums: Groups, now: Callable[[], datetime]) -> list[str]:
    """forums: chat and unit of the groups that have topics."""
    bot = bot_of(of)
    try:
        return [line async for line in _asked(bot, of, has_groups, forums, now)]
    finally:
        await bot.request.shutdown()


async def _asked(
    bot: Bot, of: Settings, has_groups: bool, forums: Groups, now: Callable[[], datetime]
) -> AsyncIterator[str]:
    host = URL(of.telegram_api_url).host
    try:
        off = await _clock_off(of.telegram_api_url, now)
    except (aiohttp.ClientError, TimeoutError):
        yield f"连不上 {host}：请检查网络、代理和 JIESU_TELEGRAM_API_URL"
        return
    if abs(off) > CLOCK_OFF:
        yield f"本机时钟{'快' if off > timedelta() else '慢'}了 {abs(off).total_seconds():.0f} 秒：请打开对时（NTP）"
    try:
        me, hook = await bot.get_me(), await bot.get_webhook_info()
    except InvalidToken:
        also = "" if host == TELEGRAM else "；或者 JIESU_TELEGRAM_API_URL 不对"
        yield f"Telegram 不认 JIESU_TELEGRAM_TOKEN：在 BotFather 里用 /token 重新取{also}"
        return
    except TelegramError as error:
        yield f"{host} 没有正常回答（{type(error).__name__}）：请过一会儿再试，或检查 JIESU_TELEGRAM_API_URL"
        return
    for line in botfather(me) if has_groups else []:
        yield f"BotFather：{line}"
    async for line in _topics(bot, me.id, forums):
        yield line
    for line in _polling(hook) if of.telegram_mode == "polling" else _webhook(hook, of, now()):
        yield line


async def _topics(bot: Bot, me: int, forums: Groups) -> AsyncIterator[str]:
    """Of groups we are no more in nothing is said: the service itself learns that."""
    for chat, unit in forums:
        try:
            member = await bot.get_chat_member(int(chat), me)
        except TelegramError:
            continue
        if not getattr(member, "can_manage_topics", False):
            yield (
                f"{unit} 的工作群开了话题，机器人却没有「管理话题」权限，诉求卡片都发在 General 话题里："
                "请群主在「管理员」里选机器人，打开这项权限"
            )


async def _clock_off(api_url: str, now: Callable[[], datetime]) -> timedelta:
    """How far our clock is ahead of the platform's, to the second. Asks its front page, so without the token."""
    page, timeout = URL(api_url).origin(), aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
    async with aiohttp.request("GET", page, allow_redirects=False, timeout=timeout) as response:
        told = response.headers.get("Date")
    try:
        return now() - parsedate_to_datetime(told) if told else timedelta()
    except ValueError:
        return timedelta()


def _polling(hook: WebhookInfo) -> Iterator[str]:
    if hook.url:
        yield f"设置是 polling，Telegram 那边却登记着 webhook（{URL(hook.url).host}），消息收不到：{SETUP} 会删掉它"


def _webhook(hook: WebhookInfo, of: Settings, now: datetime) -> Iterator[str]:
    try:
        url, _ = of.webhook()
    except BadSettings as error:
        yield f"设置有误：{error}"
        return
    if hook.url != url:
        there = f"登记的是别处（{URL(hook.url).host}{URL(hook.url).path}）" if hook.url else "没有登记 webhook"
        yield f"设置是 webhook，Telegram 那边{there}，消息收不到：{SETUP}"
        return
    if not set(ALLOWED) <= set(hook.allowed_updates or ()):
        yield f"登记的 webhook 收不全消息种类：{SETUP}"
    yield from _trouble(hook, of, now)


def _trouble(hook: WebhookInfo, of: Settings, now: datetime) -> Iterator[str]:
    """What the platform said when it last could not get through; it does not say when it could again."""
    at, said = hook.last_error_date, hook.last_error_message or ""
    if at is not None and now - at < LATELY:
        shown = said.replace(of.telegram_token.get_secret_value(), "…")
        todo = next(todo for word, todo in _REMEDIES if word in said)
        yield f"Telegram 最近一次送不进来（{at:%m-%d %H:%M} UTC，{shown}）：{todo}"
    if hook.pending_update_count > MANY:
        yield f"Telegram 那边积压了 {hook.pending_update_count} 条消息：请看 jiesu serve 是否在运行、是否太忙"
