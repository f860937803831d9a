"""jiesu load, jiesu code, jiesu stats: data in, one-time codes, figures out."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import typer

from bot import rulebook, settings
from bot.directory import LUOHU
from bot.rulebook import Books
from complaints.deadlines import Terms
from storage import engine, migrate, outbox, people, turns
from storage.people import Code
from storage.unit_of_work import Work

T = TypeVar("T")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LASTS = timedelta(hours=24)
code = typer.Typer(no_args_is_help=True, help="一次性口令：绑定工作群，加入工作人员。")


def add_to(app: typer.Typer) -> None:
    app.command("load")(load)
    app.command("stats")(stats)
    app.add_typer(code, name="code")


def in_transaction(function: Callable[[Work], T]) -> T:
    """One short transaction of its own beside whatever runs."""
    of = settings.read()
    writing = engine.writing(of.database_url)
    migrate.check(writing)
    with writing.begin() as connection:
        return function(Work(connection, of.tenant, of.keyring(), datetime.now(UTC)))


def load(
    what: str = typer.Argument("directory", help="directory：一个目录里的全部 CSV"),
    folder: Path = typer.Argument(LUOHU, help="放 CSV 的目录；默认是自带的罗湖示例"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查，不写入"),
) -> None:
    """载入机构目录、派单目录、分类、地标、日历。"""
    if what != "directory":
        raise typer.BadParameter("现在可以载入的是 directory（目录里的全部 CSV 一起检查、一起载入）")
    if dry_run:
        book = rulebook.read(folder, settings.read().number_prefix, Terms())
        typer.echo(f"没有错误：{len(book.directory.all)} 个单位，{len(book.categories)} 个分类。没有写入。")
        return
    versions = in_transaction(lambda work: rulebook.load(work, folder, "cli"))
    for name, version in versions.items():
        typer.echo(f"{name}\t版本 {version}")


@code.command("group")
def group(unit: str) -> None:
    """让一个群成为某单位的工作群：在群里发 /绑定 口令。"""
    _make("group", "G-", unit, "", "")


@code.command("staff")
def staff(
    unit: str,
    role: str = typer.Option("staff", help="staff 工作人员，head 负责人，triage 研判"),
    name: str = typer.Option("", help="显示在卡片上的称呼"),
) -> None:
    """让一个人成为某单位的工作人员：私聊里发 /start 口令。"""
    if role not in {"staff", "head", "triage"}:
        raise typer.BadParameter("role 应是 staff、head 或 triage")
    _make("staff", "S-", unit, role, name)


def _make(kind: str, prefix: str, unit: str, role: str, name: str) -> None:
    typed = prefix + "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(2))

    def make(work: Work) -> str:
        directory = Books(settings.read().number_prefix, Terms())(work).directory
        if unit not in directory:
            raise typer.BadParameter(f"没有编码为 {unit} 的单位")
        people.make_code(work, typed, Code(kind, unit, role, name), work.now + LASTS)
        return directory.get(unit).name

    where = in_transaction(make)
    typer.echo(f"{typed}\n{where}，{LASTS.total_seconds() / 3600:.0f} 小时内有效，只能用一次。")


def stats(as_json: bool = typer.Option(False, "--json", help="输出 JSON")) -> None:
    """收件、发件的数目：收到 = 办完 + 隔离 + 等待。"""
    found = in_transaction(lambda work: {"inbox": turns.counts(work), "outbox": outbox.counts(work)})
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{k}: {v}" for k, v in found.items()))
