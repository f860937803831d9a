"""Where the benchmarks happen: a migrated database with Luohu's directory in a folder that is thrown away, a resident
who tells a complaint in five messages, and the real desk.

Time stands still at NOW; chance is the system's, as in service, for its price is part of a turn.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from sqlalchemy import func, select

from bot import demo, rulebook, training
from bot.app import FETCHED
from bot.desk import Desk
from bot.directory import LUOHU
from bot.rulebook import Books
from bot.settings import Settings
from bot.web import frames
from classifier.prediction import Guess, Prediction
from handlers.dispatch import Outside
from handlers.messages import Message
from storage import engine, inbox, migrate, models
from storage.sealed import Keyring
from storage.tables import metadata
from storage.unit_of_work import Work

CHANNEL, TENANT = "web", "luohu"
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Tuesday, 10:00 in Shenzhen
SAID = (
    "翠竹街道水贝社区3栋楼道漏水，从昨天晚上一直流到现在，希望尽快修好",
    "同意，继续",
    "跳过",
    "匿名",
    "确认提交",
)
STEPS = ("first words", "consent", "who: skipped", "contact: anonymous", "filed")
SURE = Prediction((Guess("城乡建设", 0.95), Guess("交通运输", 0.05)), True, 0.6, 0.2, "stand-in", (("漏水", 1.0),))


@contextmanager
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="jiesu-benchmark-") as made:
        yield Path(made)


def settings(file: Path, **more: object) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{file}",
        secret_keys=SecretStr(Keyring.make()),
        tenant=TENANT,
        **more,  # type: ignore[arg-type]
    )


def prepare(of: Settings, *, groups: bool = False, model: bool = False) -> None:
    """Schema and directory; groups: one of invented staff for every unit; model: the starter model, trained here."""
    migrate.upgrade(of.database_url)
    made = training.trained(training.starter_texts()) if model else None
    writing = engine.writing(of.database_url)
    with writing.begin() as connection:
        work = Work(connection, of.tenant, of.keyring(), NOW)
        rulebook.load(work, LUOHU, "benchmark")
        if groups:
            demo._staff(work, Books(of.number_prefix)(work).directory.all, CHANNEL)
        if made is not None:
            models.add(work, made.version, made.data, made.metrics)
            models.promote(work, made.version, "benchmark")
    writing.dispose()


def desk(of: Settings, predict: Callable[[str], Prediction | None] = lambda text: SURE) -> tuple[Desk, Outside]:
    """Not started. By default a stand-in says the category: the price of a model is another benchmark's."""
    outside = Outside(Books(of.number_prefix), predict, SystemRandom(), fetched=FETCHED)
    url = of.database_url
    return Desk(engine.writing(url), engine.reading(url), of.tenant, of.keyring(), lambda: NOW, outside), outside


def check(at: Desk, **expected: int) -> None:
    """That what was timed is what was meant: no message waits or was put aside, and tables have so many rows.

    Raises AssertionError.
    """
    left = at.read(inbox.counts)
    assert (left["waiting"], left["quarantined"]) == (0, 0), left
    for table, count in expected.items():
        rows = select(func.count()).select_from(metadata.tables[table])
        found = at.read(lambda work, rows=rows: work.connection.execute(rows).scalar())  # type: ignore[misc]
        assert found == count, (table, found, count)


def told(building: int) -> tuple[str, ...]:
    """The same of another building: nobody's words are exactly another's, and what is remembered is of no use."""
    return (SAID[0].replace("3栋", f"{building}栋"), *SAID[1:])


def body(chat: str, key: str, text: str) -> str:
    """A frame as a resident's page sends it."""
    return json.dumps({"type": "say", "id": key, "chat": chat, "text": text}, ensure_ascii=False)


def bodies(chats: Sequence[str], step: int) -> list[str]:
    return [body(chat, str(step), SAID[step]) for chat in chats]


def message(raw: str) -> Message:
    """As the connection of a page makes it."""
    said = frames.said(frames.parse(raw))
    return Message(CHANNEL, said.chat, said.chat, f"{said.chat}:{said.id}", text=said.text)


async def say(at: Desk, raw: Sequence[str]) -> None:
    """All of them at once."""
    await asyncio.gather(*(at.receive(message(each)) for each in raw))
