"""jiesu audit: whether the history is still what was written."""

import typer

from bot.cli.load import in_transaction
from storage import audit, seal
from storage.audit import Broken
from storage.seal import Head

WHAT = {
    "edited": "被改过",
    "missing": "少了一条",
    "cut": "后面的记录被删",
    "no_events": "没有任何记录",
    "no_complaint": "诉求本身不见了",
    "text": "原话和记录对不上",
    "seal": "封印链断了",
}
group = typer.Typer(no_args_is_help=True, help="核对经过记录有没有被动过。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(group, name="audit")


@group.command("verify")
def verify(head: str = typer.Option("", "--head", help="以前公布的封印，形如 12:哈希；对得上才算完整")) -> None:
    """核对每件诉求的记录链和全区的封印链；有问题以 1 退出。"""
    posted = _head(head) if head else None
    verdict, broken = in_transaction(lambda work: (audit.verify(work), seal.verify(work, posted)))
    for each in dict.fromkeys((*verdict.broken, *broken)):
        typer.echo(f"✗ {_said(each)}")
    typer.echo(f"诉求 {verdict.complaints} 件，记录 {verdict.events} 条，已依规删除的原话 {verdict.erased} 条。")
    intact = verdict.intact and not broken
    typer.echo("✓ 完整" if intact else "✗ 有改动，见上")
    raise typer.Exit(0 if intact else 1)


@group.command("head")
def head() -> None:
    """现在的封印，公布在外面，以后好核对。"""
    found = in_transaction(seal.head)
    typer.echo(f"{found.seq}:{found.hash}" if found else "还没有封印")


def _head(typed: str) -> Head:
    seq, _, hash = typed.partition(":")
    if not seq.isdecimal() or not hash:
        raise typer.BadParameter("形如 12:哈希")
    return Head(int(seq), hash)


def _said(broken: Broken) -> str:
    where = f"{broken.complaint} " if broken.complaint else ""
    return f"{where}第 {broken.seq} 条：{WHAT.get(broken.what, broken.what)}"
