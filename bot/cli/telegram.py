"""jiesu telegram: what is done once for the bot of the service.

What speaks with the platform is imported where it is used: it takes a third of a second, and most commands need none.
"""

import asyncio

import typer

from bot import settings

telegram = typer.Typer(no_args_is_help=True, help="Telegram 机器人：登记菜单和接收方式。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(telegram, name="telegram")


@telegram.callback()
def group() -> None:
    """Keeps `setup` a word of its own while it is the only command."""


@telegram.command()
def setup() -> None:
    """登记命令菜单，按 JIESU_TELEGRAM_MODE 登记或删除 webhook，说明还要在 BotFather 里做什么。"""
    from bot.cli.telegram_setup import set_up

    raise typer.Exit(asyncio.run(set_up(settings.read())))
