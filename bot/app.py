"""The wiring: settings become parts, parts become running tasks. The only place that builds things."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random, SystemRandom

import structlog

from bot import clock
from bot.channels.base import Channel
from bot.channels.web import WebChannel
from bot.desk import Desk
from bot.outbox import Outbox
from bot.rulebook import Books
from bot.settings import Settings
from classifier.predict import BrokenModel
from classifier.registry import Serving
from handlers.dispatch import Outside
from storage import engine, migrate, models
from storage.sealed import Keyring
from storage.unit_of_work import Work

Clock = Callable[[], datetime]
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


@asynccontextmanager
async def running(built: Parts, channels: Sequence[Channel]) -> AsyncIterator[Outbox]:
    """Desk, outbox, clock and model watch, until the block ends; then what waits is finished."""
    built.desk.start()
    outbox = Outbox(built.desk, {channel.name: channel for channel in channels}, built.outside, Random())
    await serve_promoted(built)
    tasks = [asyncio.create_task(work) for work in (outbox.run(), clock.run(built.desk), _watch_model(built))]
    try:
        yield outbox
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(built.desk.stop)


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
