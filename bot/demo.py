"""The demo: a database of its own with Luohu's directory, demo staff in every group, a trained model, a few samples.

Everything stays on this machine. The database is marked, and `jiesu serve` refuses a marked one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from secrets import token_hex

from pydantic import SecretStr
from sqlalchemy import Engine

from bot import rulebook
from bot.desk import Desk
from bot.directory import LUOHU
from bot.rulebook import Books
from bot.settings import Settings
from complaints.units import Level, Unit
from handlers.messages import Message
from storage import conversations, drafts, engine, facts, migrate, models, people
from storage.sealed import Keyring
from storage.unit_of_work import Work

FOLDER = Path("var")
QUEUES = (Level.DISTRICT, Level.SUBDISTRICT, Level.COMMUNITY, Level.SECTOR_POINT, Level.DEPARTMENT)
SAMPLES = (
    ("示例居民甲", "东门步行街 3 号楼门口的下水道堵了两天，污水都漫到路上了，希望尽快疏通"),
    ("示例居民乙", "翠竹街道水贝社区这边工地夜里十二点还在打桩，吵得孩子睡不着，希望晚上停工"),
    ("示例居民丙", "我在莲塘一家餐馆打工，老板拖了两个月工资没发，希望帮我要回来"),
)

Tell = Callable[[str, float], None]


def group_chat(unit: str) -> str:
    return f"group:{unit}"


def staff_sender(unit: str) -> str:
    return f"demo-{unit}"


def settings(folder: Path = FOLDER, **more: object) -> Settings:
    """The demo's own database and key, made at the first start."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Settings(
        database_url=f"sqlite:///{folder / 'demo.db'}",
        secret_keys=SecretStr(_key(folder / "demo.key")),
        media_dir=folder / "media",
        **more,  # type: ignore[arg-type]
    )


def _key(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(Keyring.make(), "utf-8")
    return file.read_text("utf-8")


def prepare(of: Settings, channel: str, now: datetime, tell: Tell = lambda stage, share: None) -> None:
    """Brings the demo's database to where it can be shown; what is there stays. Raises BadFile, OtherSchema."""
    tell("database", 0.0)
    migrate.upgrade(of.database_url)
    writing = engine.writing(of.database_url)
    with writing.begin() as connection:
        work = Work(connection, of.tenant, of.keyring(), now)
        facts.put(work, "demo", "1")
        tell("directory", 0.3)
        rulebook.load(work, LUOHU, "demo")
        _staff(work, Books(of.number_prefix)(work).directory.all, channel)
    if _needs_model(writing, of, now):
        _train(writing, of, now, tell)
    writing.dispose()
    tell("ready", 1.0)


def _staff(work: Work, units: Iterable[Unit], channel: str) -> None:
    """One plainly invented person and one group for every unit that can have a queue."""
    for unit in units:
        if unit.level in QUEUES:
            sender = staff_sender(unit.code)
            name = f"示例工作人员（{unit.name.removesuffix('（示例）')}）"
            people.join(work, f"demo-{channel}-{unit.code}", channel, sender, unit.code, "staff", name)
            people.bind_group(work, channel, group_chat(unit.code), unit.code, sender)


def _needs_model(writing: Engine, of: Settings, now: datetime) -> bool:
    with writing.begin() as connection:
        return models.serving(Work(connection, of.tenant, of.keyring(), now)) is None


def _train(writing: Engine, of: Settings, now: datetime, tell: Tell) -> None:
    from bot import training

    made = training.trained(training.starter_texts(), lambda stage, share: tell(f"model: {stage}", share))
    with writing.begin() as connection:
        work = Work(connection, of.tenant, of.keyring(), now)
        models.add(work, made.version, made.data, made.metrics)
        models.promote(work, made.version, "demo")


async def file_samples(desk: Desk, channel: str) -> None:
    """A few complaints, told through the same doors as any other, once."""
    if await desk.write(lambda work: facts.get(work, f"samples:{channel}")):
        return
    for sender, text in SAMPLES:
        await _tell(desk, channel, sender, [text, "同意，继续"])
        while await desk.write(partial(_is_asked, channel=channel, chat=sender)):
            await _tell(desk, channel, sender, ["跳过"])
        await _tell(desk, channel, sender, ["确认提交"])
    await desk.write(lambda work: facts.put(work, f"samples:{channel}", "1"))


def _is_asked(work: Work, channel: str, chat: str) -> bool:
    conversation = conversations.lock(work, channel, chat)
    draft = drafts.load(work, conversation.draft) if conversation.draft else None
    return draft is not None and draft.asked is not None


async def _tell(desk: Desk, channel: str, sender: str, said: list[str]) -> None:
    for text in said:
        await desk.receive(Message(channel, sender, sender, f"sample-{token_hex(8)}", text=text))
