"""jiesu demo: no token, no network. A resident's chat, a staff group, and what happened, side by side."""

import asyncio
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

import typer
from aiohttp import web
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot import app as wiring
from bot import demo, logs, story
from bot.channels.web import NAME
from bot.cli import keys
from bot.web.app import make_app
from storage import engine
from storage.unit_of_work import Work

console = Console()
STAGES = {
    "database": "建数据库",
    "directory": "载入罗湖机构目录",
    "model: segment": "训练示例模型：分词",
    "model: count": "训练示例模型：统计",
    "model: fold": "训练示例模型：交叉验证",
    "model: fit": "训练示例模型：拟合",
    "model: calibrate": "训练示例模型：校准",
    "model: done": "训练示例模型：完成",
    "ready": "准备好了",
}


def add_to(app: typer.Typer) -> None:
    app.command("demo")(run)


def run(
    port: int = typer.Option(8080, help="网页端口；0 为任一空闲端口"),
    no_browser: bool = typer.Option(False, "--no-browser", help="不自动打开浏览器"),
    play: bool = typer.Option(False, "--story", help="在终端里走完一件诉求，再从数据库读回来"),
    text: str = typer.Option(story.TEXT, help="和 --story 一起用：居民说的话"),
    folder: Path = typer.Option(demo.FOLDER, help="演示数据放在哪里"),
) -> None:
    """演示：无需令牌，不联网。数据在 var/，删掉即可重来。"""
    logs.quiet()
    prepared(folder, NAME)
    try:
        code = asyncio.run(
            story.play(demo.settings(folder), text, console.print) if play else _serve(folder, port, no_browser)
        )
    except KeyboardInterrupt:
        code = 0
    raise typer.Exit(code)


def prepared(folder: Path, channel: str) -> None:
    """Makes the demo's database ready behind a progress bar. Raises WrongKeys."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=False) as bar:
        task = bar.add_task("准备", total=1.0)
        demo.prepare(
            demo.settings(folder),
            channel,
            datetime.now(UTC),
            lambda stage, share: bar.update(task, completed=share, description=STAGES.get(stage, stage)),
        )
    of = demo.settings(folder)
    writing = engine.writing(of.database_url)
    with writing.begin() as connection:
        keys.check_or_keep(Work(connection, of.tenant, of.keyring(), datetime.now(UTC)))
    writing.dispose()


async def _serve(folder: Path, port: int, no_browser: bool) -> int:
    settings = demo.settings(folder)
    built = wiring.parts(settings, settings.keyring(), random=SystemRandom(), demo=True)
    media, channel = wiring.stored(settings), wiring.web_chat(settings)
    async with (
        wiring.evidence(built, [channel], media, settings.media_dir) as fetcher,
        wiring.running(built, [channel], [fetcher.run]),
    ):
        await demo.file_samples(built.desk, NAME)
        app = make_app(
            built.desk,
            channel,
            demo=True,
            unit_name=built.unit_name,
            explain=built.explain,
            media=media,
            outside=built.outside,
        )
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError as error:
            console.print(f"端口 {port} 用不了（{error.strerror}）。换一个：jiesu demo --port 8081")
            await runner.cleanup()
            return 1
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        _greet(address)
        if not no_browser:
            webbrowser.open(address)
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
    return 0


def _greet(address: str) -> None:
    console.print(f"\n[bold]{address}[/bold]")
    console.print("  左边：居民的聊天　　中间：单位的工作群　　右边：发生了什么")
    console.print("  没有数据离开这台电脑；删掉 var/ 就能重来；Ctrl-C 停止\n")
