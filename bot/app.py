"""The wiring: settings become parts, parts become running tasks. The only place that builds things."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from yarl import URL

from bot import clock
from bot.channels.base import Channel
from bot.channels.incoming import Incoming
from bot.channels.web import WebChannel
from bot.covering import Visible
from bot.desk import Desk
from bot.evidence import Fetcher, Fetching
from bot.media import sniff
from bot.media.images import Images
from bot.media.store import Store
from bot.outbox import Outbox
from bot.rulebook import Books
from bot.settings import Settings
from classifier.predict import BrokenModel
from classifier.registry import Serving
from handlers import dispatch
from handlers.dispatch import Outside
from handlers.messages import Event
from storage import abandoned, engine, migrate, models
from storage.sealed import Keyring
from storage.unit_of_work import Work

if TYPE_CHECKING:
    from telegram import Bot

    from bot.channels.telegram.poll import Poller
    from bot.channels.telegram.send import TelegramChannel

Clock = Callable[[], datetime]
Route = Callable[[web.Request], Awaitable[web.Response]]
FETCHED = frozenset(kind.name for kind in (WebChannel,) if kind.capabilities.fetched)
MODEL_EVERY = 5.0  # seconds until every worker serves a promoted model
log = structlog.get_logger()


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Parts:
    """What runs. outbox is None until the channels are known."""

    desk: Desk
    outside: Outside
    serving: Serving
    books: Books
    keys: Keyring
    tenant: str

    def unit_name(self, code: str) -> str:
        """For the demo's page: the name of a unit in the directory as it is now."""
        directory = self.desk.read(self.books).directory
        return directory.get(code).name if code in directory else code

    def explain(self, text: str, category: str) -> list[tuple[str, float]]:
        """The words of a masked text that counted, if the model would say the same category now."""
        opinion = self.serving.predict(text)
        return list(opinion.words) if opinion and opinion.best.label == category else []


def parts(
    settings: Settings, keys: Keyring, at: Clock = now, random: Random | None = None, demo: bool = False
) -> Parts:
    """Builds all that is under the channels. Raises OtherSchema if the database is not this code's."""
    writing, reading = engine.writing(settings.database_url), engine.reading(settings.database_url)
    migrate.check(writing)
    serving = Serving()
    books = Books(settings.number_prefix)
    outside = Outside(books, serving.predict, random or SystemRandom(), demo, FETCHED)
    desk = Desk(writing, reading, settings.tenant, keys, at, outside)
    return Parts(desk, outside, serving, books, keys, settings.tenant)


@dataclass
class Telegram:
    """One bot. poller: None where the platform calls us; webhook: then, the path and what answers there."""

    bot: "Bot"
    channel: "TelegramChannel"
    poller: "Poller | None" = None
    webhook: tuple[str, Route] | None = None

    async def close(self) -> None:
        await self.bot.request.shutdown()


def telegram(of: Settings, built: Parts, media: Store) -> Telegram | None:
    """None without a token. Raises BadSettings. What speaks with the platform takes a third of a second to import."""
    token = of.telegram_token.get_secret_value()
    if not token:
        return None
    from bot.channels.telegram.poll import Poller
    from bot.channels.telegram.receive import Door, webhook
    from bot.channels.telegram.request import connect
    from bot.channels.telegram.send import NAME, TelegramChannel

    async def report(event: Event) -> None:
        await built.desk.write(lambda work: dispatch.report(work, built.outside, event))

    async def away(seconds: float) -> None:
        await built.desk.write(lambda work: dispatch.away(work, built.outside, NAME, seconds))

    bot = connect(token, of.telegram_api_url, of.telegram_file_url)
    channel = TelegramChannel(bot, Visible(built.desk, media))
    door = Door(bot, built.desk, report, channel.answer)
    if of.telegram_mode == "polling":
        return Telegram(bot, channel, Poller(door, away, Random()))
    url, secret = of.webhook()
    return Telegram(bot, channel, webhook=(URL(url).path, webhook(door, secret)))


def stored(of: Settings) -> Store:
    """Where checked files lie."""
    return Store(of.media_dir)


def web_chat(of: Settings) -> WebChannel:
    return WebChannel(Incoming(of.media_dir / "incoming"))


@asynccontextmanager
async def evidence(built: Parts, channels: Sequence[Channel], media: Store, folder: Path) -> AsyncIterator[Fetcher]:
    """What fetches and checks the files that people send, of the channels that have some."""
    fetching = {channel.name: channel for channel in channels if isinstance(channel, Fetching)}
    pictures, half = Images(), folder / "fetching"
    try:
        yield Fetcher(built.desk, fetching, built.outside, media, sniff.kind, pictures, half, now, Random())
    finally:
        await pictures.close()


@asynccontextmanager
async def running(
    built: Parts, channels: Sequence[Channel], also: Sequence[Callable[[], Awaitable[None]]] = ()
) -> AsyncIterator[Outbox]:
    """Desk, outbox, clock, model watch and what runs beside them, until the block ends; then what waits is finished."""
    built.desk.start()
    await _take_back(built, [channel.name for channel in channels])
    outbox = Outbox(built.desk, {channel.name: channel for channel in channels}, built.outside, Random())
    await serve_promoted(built)
    runs = [outbox.run(), clock.run(built.desk), _watch_model(built), *(each() for each in also)]
    tasks = [asyncio.ensure_future(work) for work in runs]
    try:
        yield outbox
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(built.desk.stop)


async def _take_back(built: Parts, names: Sequence[str]) -> None:
    """Who was just being written to when the process before this one died does not wait for its leases."""
    if found := await built.desk.write(lambda work: abandoned.take_back(work, names), wakes=False):
        log.warning("outbox.taken_back", items=found)


async def _watch_model(built: Parts) -> None:
    while True:
        await asyncio.sleep(MODEL_EVERY)
        await serve_promoted(built)


async def serve_promoted(built: Parts) -> None:
    """Loads the promoted model in a thread while the old one serves. Broken or missing: triage by a person."""
    try:
        await asyncio.to_thread(_load_promoted, built)
    except (BrokenModel, models.Damaged) as error:
        log.error("model.broken", error=type(error).__name__)


def _load_promoted(built: Parts) -> None:
    def read(work: Work) -> tuple[str, bytes] | None:
        promoted = models.serving(work)
        if promoted is None or promoted.version == built.serving.version:
            return None
        return promoted.version, models.read(work, promoted.version)

    found = built.desk.read(read)
    if found is not None:
        built.serving.swap(found[1])
