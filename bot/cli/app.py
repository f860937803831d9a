"""The command `jiesu`: what can be asked of it, and errors said in one line with what to do."""

import sys

import typer

from bot.cli import audit, chat, demo, doctor, load, model, serve
from bot.directory import BadFile
from bot.rulebook import NothingLoaded
from bot.settings import BadSettings
from classifier.dataset import DatasetError
from storage.migrate import OtherSchema

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for group in (demo, serve, chat, load, doctor, model, audit):
    group.add_to(app)


def main() -> None:
    """Runs the command; a known mistake ends it with exit code 2 and says what to do."""
    try:
        app()
    except BadSettings as error:
        _end(f"设置有误：\n{error}")
    except OtherSchema as error:
        todo = "运行 jiesu migrate 升级数据库。" if error.behind else "数据库比程序新：请换用新版程序。"
        _end(f"数据库版本不对（{error.found or '空'}，需要 {error.expected}）。{todo}")
    except NothingLoaded:
        _end("数据库里还没有机构数据：先运行 jiesu load directory 目录。")
    except (BadFile, DatasetError) as error:
        _end(f"文件有误：{error}")


def _end(text: str) -> None:
    print(text, file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
