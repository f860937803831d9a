"""jiesu code station: the links on the posters of the stations; whoever opens one has said where they are.

A link holds the code of a unit and no secret: it lasts, and anybody may have it. Nothing is drawn here: whatever makes
QR codes makes one of a link.
"""

import asyncio
import sys
from collections.abc import Iterator
from urllib.parse import quote

import typer

from bot import settings
from bot.cli.load import code, in_transaction
from bot.rulebook import Books
from bot.settings import Settings
from complaints import posters
from complaints.units import HEIGHT, Directory, Level, Unit

HOW = "链接用任何二维码工具都能做成码，印在海报上。扫码进来，地点就记为这里，居民可以改。"


def add_to(app: typer.Typer) -> None:
    """Among the codes, which `load` adds."""
    code.command("station")(station)


def station(
    unit: str = typer.Argument("", help="单位编码；不写：全部社区工作站"),
    web: str = typer.Option("", help="网页对外的网址，如 https://suqiu.example.org；不写：本机的"),
    bot: str = typer.Option("", help="机器人的用户名；不写：向 Telegram 查 JIESU_TELEGRAM_TOKEN 的"),
) -> None:
    """海报用的链接：扫码打开对话，地点先填好这个站点。例：jiesu code station 440303004S04"""
    of = settings.read()
    directory = in_transaction(lambda work: Books(of.number_prefix)(work).directory)
    units = _units(directory, unit)
    name = bot.lstrip("@") or _name(of)
    for line in _lines(directory, units, name, web or f"http://{of.http_host}:{of.http_port}"):
        typer.echo(line)


def _units(directory: Directory, code: str) -> list[Unit]:
    """Raises typer.BadParameter for what is no place."""
    if not code:
        return list(directory.of(Level.COMMUNITY))
    if code not in directory:
        raise typer.BadParameter(f"没有编码为 {code} 的单位")
    found = directory.get(code)
    if found.level not in HEIGHT:
        raise typer.BadParameter(f"{found.name} 是部门，不是一个地方：海报要挂在街道、社区或站点")
    return [found]


def _name(of: Settings) -> str:
    """Of the bot whose token is set; empty if there is none."""
    return asyncio.run(_ask(of)) if of.telegram_token.get_secret_value() else ""


async def _ask(of: Settings) -> str:
    from telegram.error import TelegramError  # a third of a second, which other commands need not wait

    from bot.cli.telegram_setup import bot_of

    bot = bot_of(of)
    try:
        return (await bot.get_me()).username or ""
    except TelegramError as error:
        print(f"Telegram 查不到机器人（{type(error).__name__}）：用 --bot 写出它的用户名。", file=sys.stderr)
        raise typer.Exit(2) from None
    finally:
        await bot.request.shutdown()


def _lines(directory: Directory, units: list[Unit], bot: str, web: str) -> Iterator[str]:
    for unit in units:
        above = directory.area(unit.code, Level.SUBDISTRICT)
        place = f"{above.name} · " if above and above is not unit else ""
        yield f"{place}{unit.name}"
        if bot:
            yield f"  Telegram  {_link(bot, unit)}"
        yield f"  网页      {web.rstrip('/')}/?{posters.QUERY}={quote(unit.code, safe='')}"
    yield HOW
    if not bot:
        yield "没有设 JIESU_TELEGRAM_TOKEN，也没有 --bot，所以没有 Telegram 的链接。"


def _link(bot: str, unit: Unit) -> str:
    said = posters.payload(unit.code)
    return f"https://t.me/{bot}?start={said}" if said else "没有：编码里只能有英文字母、数字、_ 和 -，最长 61 个"
