"""jiesu doctor: what is wrong, and what to do; exit code 1 if anything is."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy.engine import make_url

from bot import settings
from bot.cli import keys, strange
from bot.rulebook import Books, NothingLoaded
from storage import engine, inbox, migrate, models, people
from storage.unit_of_work import Work

ROOM = 500 * 1024 * 1024  # bytes of free disk


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(run)


def run() -> None:
    """检查设置、数据库、密钥、目录、工作群、模型、日历、磁盘、Telegram。"""
    found = list(_findings())
    for line in found:
        typer.echo(f"✗ {line}")
    if not found:
        typer.echo("✓ 没有发现问题。")
    raise typer.Exit(1 if found else 0)


def _findings() -> Iterator[str]:
    try:
        of = settings.read()
        of.keyring()
    except settings.BadSettings as error:
        yield f"设置有误：{error}"
        return
    yield from strange.lines()
    yield from _disk(of)
    try:
        migrate.check(engine.reading(of.database_url))
    except migrate.OtherSchema as error:
        todo = "运行 jiesu migrate" if error.behind else "数据库比程序新，请换用新版程序"
        yield f"数据库版本是 {error.found or '空'}，需要 {error.expected}：{todo}"
        return
    reading = engine.reading(of.database_url)
    with reading.begin() as connection:
        work = Work(connection, of.tenant, of.keyring(), datetime.now(UTC))
        yield from _content(work, of)
        yield from _telegram(work, of)


def _telegram(work: Work, of: settings.Settings) -> Iterator[str]:
    from bot.cli import telegram_checks  # a third of a second, which other commands need not wait

    yield from telegram_checks.findings(work, of)


def _disk(of: settings.Settings) -> Iterator[str]:
    file = make_url(of.database_url).database if engine.is_sqlite(of.database_url) else None
    if not file:
        return
    folder = Path(file).resolve().parent
    if not folder.exists():
        yield f"没有文件夹 {folder.name}/：运行 jiesu migrate 会建好"
        return
    if shutil.disk_usage(folder).free < ROOM:
        yield "磁盘剩余不到 500 MB：请清理"
    if stat.S_IMODE(os.stat(folder).st_mode) & 0o077:
        yield f"{folder.name}/ 别人也能读：chmod 700 {folder.name}"


def _content(work: Work, of: settings.Settings) -> Iterator[str]:
    """Raises WrongKeys: with keys of another database nothing further can be told."""
    keys.check(work)
    try:
        rules = Books(of.number_prefix)(work)
    except NothingLoaded:
        yield "还没有机构目录：运行 jiesu load"
        return
    if rules.working_time.provisional(work.now.date()):
        yield f"日历里没有 {work.now.year} 年：时限按周一到周五算，等通知出来后再载入 calendar.csv"
    district = rules.directory.district
    if not people.groups_of(work, district.code):
        yield f"研判台（{district.name}）还没有工作群，转人工研判的诉求没人看见：运行 jiesu code group {district.code}"
    checks: tuple[Callable[[Work], Iterator[str]], ...] = (_model, _inbox)
    for check in checks:
        yield from check(work)


def _model(work: Work) -> Iterator[str]:
    promoted = models.serving(work)
    if promoted is None:
        yield "没有启用的模型：诉求都会转人工研判。运行 jiesu train 和 jiesu model promote"
        return
    try:
        models.read(work, promoted.version)
    except models.Damaged:
        yield f"模型 {promoted.version} 的内容损坏：重新训练，或 jiesu model rollback"


def _inbox(work: Work) -> Iterator[str]:
    count = inbox.counts(work)[inbox.QUARANTINED]
    if count:
        yield f"有 {count} 条消息没能自动处理，等人查看"
