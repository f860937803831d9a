"""jiesu chat: the demo in a terminal. The resident types; `:群` speaks in the group that has the card."""

import asyncio
import sys
from pathlib import Path
from secrets import token_hex

import typer

from bot import app as wiring
from bot import demo, logs
from bot.channels.terminal import NAME, RESIDENT, NoPlace, TerminalChannel, Typed
from bot.cli.demo import prepared

HINT = "直接说事。:位置 纬度 经度 发定位，:群 到工作群说话，:居民 回来，Ctrl-D 结束。选项可以打数字。"
NO_PLACE = "（没有发出。:位置 后面写两个数：先纬度（-90 到 90），后经度（-180 到 180），如 :位置 22.5431 114.0579）"


def add_to(app: typer.Typer) -> None:
    app.command("chat")(run)


def run(folder: Path = typer.Option(demo.FOLDER, help="演示数据放在哪里")) -> None:
    """在终端里聊：居民和工作群轮流说。"""
    logs.quiet()
    prepared(folder, NAME)
    raise typer.Exit(asyncio.run(_chat(folder)))


async def _chat(folder: Path) -> int:
    settings = demo.settings(folder)
    built = wiring.parts(settings, settings.keyring(), demo=True)
    channel = TerminalChannel(_show, staff_sender=demo.staff_sender)
    typed = Typed(channel, token_hex)
    typer.echo(HINT)
    async with wiring.running(built, [channel]):
        while True:
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line:
                break
            try:
                message = typed.message(line.rstrip("\n"))
            except NoPlace:
                typer.echo(NO_PLACE)
                continue
            if message is None:
                typer.echo(f"（现在是{'工作群 ' + channel.last_group if typed.in_group else '居民'}）")
                continue
            await built.desk.receive(message)
        await asyncio.sleep(0.5)  # what was just answered is still shown
    return 0


def _show(chat: str, text: str) -> None:
    who = "居民" if chat == RESIDENT else f"工作群 {chat.removeprefix('group:')}"
    typer.echo(f"\n[{who}]\n{text}\n")
