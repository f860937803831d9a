"""jiesu train, evaluate, predict, model: the classifier from the command line.

What trains is imported where it is used: scikit-learn takes a second, and the service must never load it.
"""

import json
import sys
from datetime import UTC
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.load import in_transaction
from classifier.dataset import read
from classifier.predict import BrokenModel, load
from storage import models
from storage.unit_of_work import Work

model = typer.Typer(no_args_is_help=True, help="模型的版本：查看、启用、退回。")
console = Console(stderr=True)


def add_to(app: typer.Typer) -> None:
    app.command("train")(train)
    app.command("evaluate")(evaluate)
    app.command("predict")(predict)
    app.add_typer(model, name="model")


def train(
    data: Path = typer.Argument(None, help="CSV 或 JSON 行，有 text 和 label；不写就用自带的示例文本"),
    out: Path = typer.Option(None, help="模型写到哪个文件；不写就存进数据库"),
    as_json: bool = typer.Option(False, "--json", help="输出 JSON"),
) -> None:
    """训练一个模型；不会自动启用。"""
    from bot import training

    examples = read(data) if data else training.starter_texts()
    with Progress(console=console) as bar:
        task = bar.add_task("训练", total=1.0)
        made = training.trained(examples, lambda stage, share: bar.update(task, completed=share))
    if out:
        out.write_bytes(made.data)
    else:
        in_transaction(lambda work: models.add(work, made.version, made.data, made.metrics))
    _report({"version": made.version, **made.metrics}, as_json)
    if not out and not as_json:
        typer.echo(f"已存进数据库，启用请运行：jiesu model promote {made.version}")


def evaluate(
    data: Path,
    of: str = typer.Option("", "--model", help="模型文件或版本；不写就用正在启用的"),
    labels_map: Path = typer.Option(None, "--labels-map", help="CSV：我们的分类对应的评测分类"),
    as_json: bool = typer.Option(False, "--json", help="输出 JSON"),
) -> None:
    """用一份有答案的数据评测模型。"""
    from classifier import evaluate as evaluation

    examples = read(data)
    mapping = {e.text: e.label for e in read(labels_map)} if labels_map else None
    _report(dict(evaluation.evaluate(_loaded(of), examples, mapping)), as_json)


def predict(
    text: str = typer.Argument("-", help="一句话；- 从标准输入一行一句"),
    of: str = typer.Option("", "--model", help="模型文件或版本；不写就用正在启用的"),
    as_json: bool = typer.Option(False, "--json", help="输出 JSON"),
) -> None:
    """看模型怎么分这句话。"""
    serving = _loaded(of)
    texts = [line.rstrip("\n") for line in sys.stdin] if text == "-" else [text]
    found = []
    for each in texts:
        said = serving.predict(each)
        guesses = {guess.label: round(guess.probability, 4) for guess in said.guesses}
        found.append({"sure": said.sure, "guesses": guesses, "words": [word for word, _ in said.words[:8]]})
    if as_json:
        typer.echo(json.dumps(found if text == "-" else found[0], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{'确定' if one['sure'] else '拿不准'}  {one['guesses']}  起作用的词：{'、'.join(one['words'])}")


def _loaded(of: str) -> Any:
    """The model of a file, of a stored version, or the one that serves."""
    if of and Path(of).exists():
        data: bytes | None = Path(of).read_bytes()
    else:
        data = in_transaction(lambda work: _stored(work, of))
    if data is None:
        raise typer.BadParameter(f"没有模型 {of or '（还没有启用的）'}。先运行 jiesu train")
    try:
        return load(data)
    except BrokenModel as error:
        raise typer.BadParameter(f"模型读不了：{error}") from None


def _stored(work: Work, of: str) -> bytes | None:
    serving = models.serving(work)
    version = of or (serving.version if serving else "")
    try:
        return models.read(work, version)
    except KeyError:
        return None


def _report(metrics: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(metrics, ensure_ascii=False, default=str))
        return
    for name, value in metrics.items():
        typer.echo(f"{name}: {value}")


@model.command("list")
def list_models() -> None:
    """全部版本，正在启用的带 *。"""
    found, serving = in_transaction(lambda work: (models.every(work), models.serving(work)))
    for each in found:
        mark = "*" if serving and each.version == serving.version else " "
        made = f"{each.made_at.astimezone(UTC):%Y-%m-%d %H:%M}"
        typer.echo(f"{mark} {each.version}  {made} UTC  macro_f1 {each.metrics.get('macro_f1')}")
    if not found:
        typer.echo("还没有模型。运行 jiesu train")


@model.command("show")
def show(version: str) -> None:
    """一个版本的全部指标。"""
    found = [each for each in in_transaction(models.every) if each.version == version]
    if not found:
        raise typer.BadParameter(f"没有版本 {version}")
    _report(found[0].metrics, False)


@model.command("promote")
def promote(version: str) -> None:
    """启用一个版本；运行中的服务 5 秒内换上。"""
    if not in_transaction(lambda work: models.promote(work, version, "cli")):
        raise typer.BadParameter(f"没有版本 {version}")
    typer.echo(f"已启用 {version}")


@model.command("rollback")
def rollback() -> None:
    """退回上一个启用过的版本。"""
    back = in_transaction(lambda work: models.roll_back(work, "cli"))
    typer.echo(f"已退回 {back}" if back else "没有可以退回的版本")
    raise typer.Exit(0 if back else 1)
