"""The command `jiesu`: what can be asked of it, and errors said in one line with what to do."""

import sys

import typer
from alembic.util.exc import CommandError
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.cli import audit, chat, demo, doctor, load, model, serve, station, telegram
from bot.cli.keys import WrongKeys
from bot.directory import BadFile
from bot.rulebook import Incomplete, NothingLoaded
from bot.settings import BadSettings
from classifier.dataset import DatasetError
from complaints.errors import UnknownUnit
from storage.migrate import OtherSchema

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for group in (demo, serve, chat, load, station, doctor, model, audit, telegram):
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
        _end("数据库里还没有机构数据：先运行 jiesu load（自带的罗湖示例）或 jiesu load all 目录。")
    except Incomplete as error:
        _end(f"还缺 {'、'.join(error.missing)}：先运行 jiesu load all 目录，把全部文件一起载入。")
    except WrongKeys:
        _end("JIESU_SECRET_KEYS 打不开这个数据库：请用原来的密钥；换新密钥时，新的写在最前面，原来的留在最后。")
    except (BadFile, DatasetError) as error:
        _end(f"文件有误：{error}")
    except UnknownUnit as error:
        _end(f"文件有误：地名或坐标写了 {error}，units.csv 里没有这个编码。")
    except CommandError as error:
        _end(f"数据库版本不能这样变：{_first_line(error)}。jiesu migrate 升级到本程序的版本。")
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):  # a mistake of ours, not of who runs it
            raise
        _end(f"数据库用不了：{_first_line(error.orig)}。请检查 JIESU_DATABASE_URL。")
    except OSError as error:
        _end(f"打不开 {error.filename or '文件'}：{error.strerror or error}。请检查路径和权限。")


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]


def _end(text: str) -> None:
    print(text, file=sys.stderr)
    raise SystemExit(2)


if __name__ == "__main__":
    main()
