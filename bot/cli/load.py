"""jiesu load, jiesu code, jiesu stats: data in, one-time codes, figures out."""

import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import typer

from bot import loading, rulebook, settings
from bot.cli import keys
from bot.directory import LUOHU, BadFile
from bot.rulebook import Books
from complaints.rulebook import Rulebook
from handlers import dispatch
from handlers.dispatch import Outside
from storage import engine, inbox, migrate, outbox, people, reference
from storage.people import Code
from storage.unit_of_work import Work

T = TypeVar("T")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LASTS = timedelta(hours=24)
SHOWN = 20  # complaints a dry run names
code = typer.Typer(no_args_is_help=True, help="一次性口令：绑定工作群，加入工作人员。")


def add_to(app: typer.Typer) -> None:
    app.command("load")(load)
    app.command("stats")(stats)
    app.add_typer(code, name="code")


def in_transaction(function: Callable[[Work], T]) -> T:
    """One short transaction of its own beside whatever runs. Raises WrongKeys, OtherSchema, BadSettings."""
    of = settings.read()
    keyring = of.keyring()
    writing = engine.writing(of.database_url)
    migrate.check(writing)
    with writing.begin() as connection:
        work = Work(connection, of.tenant, keyring, datetime.now(UTC))
        keys.check_or_keep(work)
        return function(work)


def load(
    what: str = typer.Argument("all", help="all（目录里的全部 CSV）、people，或 " + "、".join(loading.FILES)),
    file: Path = typer.Argument(LUOHU, help="文件，all 时是文件夹；默认是自带的罗湖示例"),
    dry_run: bool = typer.Option(False, "--dry-run", help="只检查，说明对在办诉求的影响，不写入"),
) -> None:
    """载入机构目录、派单目录、分类、日历、地标、人员。"""
    if what == "people":
        count = in_transaction(lambda work: loading.load_people(work, file, _rules(work)))
        typer.echo(f"已载入 {count} 人。")
        return
    files = _files(what, file)
    if dry_run:
        in_transaction(lambda work: _say_effect(work, files))
        return
    for line in in_transaction(lambda work: _keep(work, files)):
        typer.echo(line)


def _keep(work: Work, files: dict[str, str]) -> list[str]:
    """Loads, and counts the clocks of open complaints again if the calendar is a new one."""
    before = _rules(work).working_time if reference.current(work, "calendar.csv") else None
    versions = rulebook.load_files(work, files, "cli")
    lines = [f"{name}\t版本 {version}" for name, version in versions.items()]
    if before is not None and before != _rules(work).working_time:
        outside = Outside(Books(settings.read().number_prefix), lambda text: None, secrets.SystemRandom())
        told = dispatch.recount(work, outside, before)
        lines.append(f"按新日历重新计算了在办诉求的时限，通知居民 {told} 人。")
    return lines


def _files(what: str, file: Path) -> dict[str, str]:
    if what not in {"all", *loading.FILES}:
        raise typer.BadParameter(f"可以载入的有：all、people、{'、'.join(loading.FILES)}")
    if what == "all":
        found = sorted(name for name in os.listdir(file) if name.endswith(".csv"))
        return {name: _text(file / name) for name in found}
    return {loading.FILES[what]: _text(file / loading.FILES[what] if file.is_dir() else file)}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(file, 0, "not UTF-8: save it as CSV UTF-8") from None


def _rules(work: Work) -> Rulebook:
    return Books(settings.read().number_prefix)(work)


def _say_effect(work: Work, files: dict[str, str]) -> None:
    new = rulebook.imagine(work, files, settings.read().number_prefix)
    moved = loading.effect(work, new)
    typer.echo(f"没有错误：{len(new.directory.all)} 个单位，{len(new.categories)} 个分类。没有写入。")
    typer.echo(f"在办诉求里有 {len(moved)} 件会派到别处{'：' if moved else '。'}")
    for each in moved[:SHOWN]:
        typer.echo(f"  {each.number}  {each.before} → {each.after or '人工研判'}")


@code.command("group")
def group(unit: str) -> None:
    """让一个群成为某单位的工作群：在群里发 /绑定 口令。"""
    _make("group", "G-", unit, "", "")


@code.command("staff")
def staff(
    unit: str,
    role: str = typer.Option("staff", help="、".join(people.ROLES)),
    name: str = typer.Option("", help="显示在卡片上的称呼"),
) -> None:
    """让一个人成为某单位的工作人员：私聊里发 /start 口令。"""
    if role not in people.ROLES:
        raise typer.BadParameter(f"role 应是 {'、'.join(people.ROLES)}")
    _make("staff", "S-", unit, role, name)


def _make(kind: str, prefix: str, unit: str, role: str, name: str) -> None:
    typed = prefix + "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(2))

    def make(work: Work) -> str:
        directory = _rules(work).directory
        if unit not in directory:
            raise typer.BadParameter(f"没有编码为 {unit} 的单位")
        people.make_code(work, typed, Code(kind, unit, role, name), work.now + LASTS)
        return directory.get(unit).name

    where = in_transaction(make)
    typer.echo(f"{typed}\n{where}，{LASTS.total_seconds() / 3600:.0f} 小时内有效，只能用一次。")


def stats(as_json: bool = typer.Option(False, "--json", help="输出 JSON")) -> None:
    """收件、发件的数目：收到 = 办完 + 隔离 + 等待。"""
    found = in_transaction(lambda work: {"inbox": inbox.counts(work), "outbox": outbox.counts(work)})
    typer.echo(json.dumps(found) if as_json else "\n".join(f"{k}: {v}" for k, v in found.items()))
