"""jiesu serve, jiesu migrate: the service on its real database.

SIGTERM and Ctrl-C stop it cleanly: no new connections, the pages are told to come back, what was taken is finished.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import typer
from aiohttp import web
from yarl import URL

from bot import app as wiring
from bot import logs, settings
from bot.channels.base import Channel
from bot.cli import keys, strange
from bot.cli.load import in_transaction
from bot.web.app import make_app
from storage import engine, facts, migrate
from storage.unit_of_work import Work

if TYPE_CHECKING:
    from bot.channels.telegram.poll import Poller

FINISHES_WITHIN = 3.0  # seconds for requests that are being answered when the service stops
REFUSED = (
    "JIESU_TELEGRAM_TOKEN: Telegram 不认这个令牌，已停止接收 Telegram 的消息，网页照常。"
    "请到 @BotFather 核对令牌，改好后重新运行"
)


def add_to(app: typer.Typer) -> None:
    app.command("serve")(serve)
    app.command("migrate")(bring)


def bring(down: bool = typer.Option(False, "--down", help="退回一个版本")) -> None:
    """把数据库升级到这个版本的程序需要的样子。"""
    url = settings.read().database_url
    _not_newer(url)
    (migrate.downgrade if down else migrate.upgrade)(url)
    typer.echo("数据库已就绪。" if not down else "数据库已退回一个版本。")


def _not_newer(url: str) -> None:
    """Raises OtherSchema if this program does not know the database's revision, so has no way from it."""
    reading = engine.reading(url)
    try:
        migrate.check(reading)
    except migrate.OtherSchema as error:
        if not error.behind:
            raise
    finally:
        reading.dispose()


def serve() -> None:
    """运行服务：网页聊天，居民在 /，单位的工作群在 /group。需要 JIESU_SECRET_KEYS。"""
    logs.to_stdout()
    for line in strange.lines():
        typer.echo(line, err=True)
    raise typer.Exit(asyncio.run(_serve(settings.read())))


async def _serve(of: settings.Settings) -> int:
    built = wiring.parts(of, of.keyring())
    if _is_demo(of):
        raise settings.BadSettings("JIESU_DATABASE_URL: 这是演示数据库，serve 不用它；请换一个")
    in_transaction(keys.check_or_keep)
    media, channel = wiring.stored(of), wiring.web_chat(of)
    telegram = wiring.telegram(of, built, media)
    channels: list[Channel] = [channel, *([telegram.channel] if telegram else [])]
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    poller = telegram.poller if telegram else None
    async with (
        _closed(telegram),  # after the others: what is being sent is finished first
        wiring.evidence(built, channels, media, of.media_dir) as fetcher,
        wiring.running(built, channels, [fetcher.run, *([partial(_poll, poller)] if poller else [])]),
    ):
        hook = telegram.webhook if telegram else None
        app = make_app(
            built.desk,
            channel,
            demo=False,
            unit_name=built.unit_name,
            open_paths=(hook[0],) if hook else (),
            media=media,
            outside=built.outside,
        )
        if hook:
            app.router.add_post(*hook)
        runner = web.AppRunner(app, shutdown_timeout=FINISHES_WITHIN)
        await runner.setup()
        try:
            typer.echo(await _listen(runner, of.http_host, of.http_port))
            await stopped.wait()
        finally:
            await runner.cleanup()
    return 0


@asynccontextmanager
async def _closed(telegram: wiring.Telegram | None) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if telegram:
            await telegram.close()


async def _poll(poller: "Poller") -> None:
    """Until cancelled; a token that is refused is no reason to end the rest, but whoever runs this is to see it."""
    await poller.run()
    if poller.refused:
        typer.echo(REFUSED, err=True)


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    """The address, with the port that was given if any would do. Raises BadSettings if it cannot be had."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise settings.BadSettings(
            f"JIESU_HTTP_HOST, JIESU_HTTP_PORT: {host}:{port} 用不了：{error.strerror}"
        ) from None
    return str(URL.build(scheme="http", host=host, port=runner.addresses[0][1]))


def _is_demo(of: settings.Settings) -> bool:
    reading = engine.reading(of.database_url)
    with reading.begin() as connection:
        return facts.get(Work(connection, of.tenant, of.keyring(), datetime.now(UTC)), "demo") is not None
