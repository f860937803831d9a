"""What is wrong is said in one line with what to do, whichever command meets it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.cli import app, keys
from bot.directory import LUOHU
from storage import engine, facts, migrate, people
from storage.sealed import Keyring
from storage.unit_of_work import Work
from tests.town import DESK, KEYS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, on a database with Luohu's directory: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o700)
    monkeypatch.setenv("JIESU_DATABASE_URL", database)
    monkeypatch.setenv("JIESU_SECRET_KEYS", KEYS)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["jiesu", *words])
        with pytest.raises(SystemExit) as ended:
            app.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return run


def change(database: str, function: Callable[[Work], object]) -> None:
    writing = engine.writing(database)
    with writing.begin() as connection:
        function(Work(connection, "luohu", Keyring.parse(KEYS), datetime.now(UTC)))
    writing.dispose()


def one_line(said: str) -> str:
    assert said.count("\n") == 1, said
    return said


# a database that is not this program's


@pytest.fixture
def empty(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`run` goes to a database with the schema, and nothing loaded."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    migrate.upgrade(url)
    monkeypatch.setenv("JIESU_DATABASE_URL", url)


def test_doctor_on_a_newer_database_says_to_use_a_newer_program(run: Run, database: str) -> None:
    change(database, lambda work: work.connection.execute(text("update alembic_version set version_num = '9999'")))
    code, out, _ = run("doctor")
    assert code == 1
    assert "9999" in out
    assert "请换用新版程序" in out
    assert "jiesu migrate" not in out


@pytest.mark.parametrize("words", [("migrate",), ("migrate", "--down"), ("load",), ("serve",), ("model", "list")])
def test_a_newer_database_ends_any_command_with_the_same_line(run: Run, database: str, words: tuple[str, ...]) -> None:
    change(database, lambda work: work.connection.execute(text("update alembic_version set version_num = '9999'")))
    code, _, err = run(*words)
    assert code == 2
    assert "请换用新版程序" in one_line(err)


def test_there_is_a_line_where_migrate_cannot_go_back_further(run: Run) -> None:
    code = 0
    while code == 0:
        code, _, err = run("migrate", "--down")
    assert code == 2
    assert "数据库版本不能这样变" in one_line(err)


@pytest.mark.parametrize("command", ["migrate", "load", "serve", "doctor"])
@pytest.mark.parametrize(
    ("address", "said"),
    [("sqlite:///rubbish.db", "请检查 JIESU_DATABASE_URL"), ("sqlite:///rubbish.db/in.db", "请检查路径和权限")],
)
def test_a_path_that_is_no_database_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, address: str, said: str
) -> None:
    (tmp_path / "rubbish.db").write_text("this is no database, " * 100, "utf-8")
    monkeypatch.setenv("JIESU_DATABASE_URL", address)
    code, _, err = run(command)
    assert code == 2
    assert said in one_line(err)


@pytest.mark.parametrize(
    "words",
    [("load", "all", "nowhere"), ("load", "catalogue", "nowhere"), ("train", "nowhere"), ("evaluate", "nowhere")],
)
def test_a_path_that_is_not_there_is_named(run: Run, words: tuple[str, ...]) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert "nowhere" in one_line(err)


def test_a_file_that_is_not_utf8_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes("code,name\n1,罗湖区\n".encode("gbk"))
    code, _, err = run("load", "directory", "units.csv")
    assert code == 2
    assert "units.csv" in one_line(err)
    assert "UTF-8" in err


def test_a_dotenv_file_that_is_not_utf8_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("JIESU_TENANT=罗湖".encode("gbk"))
    code, _, err = run("load")
    assert code == 2
    assert ".env: not UTF-8" in err


# nothing loaded yet


@pytest.mark.usefixtures("empty")
def test_one_file_alone_on_an_empty_database_asks_for_all(run: Run) -> None:
    code, _, err = run("load", "directory", str(LUOHU / "units.csv"))
    assert code == 2
    assert "catalogue.csv" in one_line(err)
    assert "jiesu load all 目录" in err
    assert "units.csv" not in err
    assert "jiesu-" not in err  # the folder the files are checked in


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("words", [("code", "group", DESK), ("doctor",)])
def test_the_advice_on_an_empty_database_works(run: Run, words: tuple[str, ...]) -> None:
    code, out, err = run(*words)
    assert code in {1, 2}
    assert "运行 jiesu load" in out + err
    assert "load directory" not in out + err
    assert run("load")[0] == 0
    assert "运行 jiesu load" not in "".join(run(*words)[1:])


def test_a_wrong_line_is_named_without_a_folder_that_is_gone(run: Run, tmp_path: Path) -> None:
    wrong = (LUOHU / "points.csv").read_text("utf-8").splitlines()[0] + "\nx\n"
    (tmp_path / "mine.csv").write_text(wrong, "utf-8")
    code, _, err = run("load", "points", "mine.csv")
    assert code == 2
    assert "文件有误：points.csv, line 2" in one_line(err)


# settings that mean nothing


def test_doctor_names_a_setting_that_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "JIESU_DATABSE_URL" not in run("doctor")[1]
    monkeypatch.setenv("JIESU_DATABSE_URL", "sqlite:///x.db")
    code, out, _ = run("doctor")
    assert code == 1
    assert "✗ 没有 JIESU_DATABSE_URL 这个设置，不起作用：是不是 JIESU_DATABASE_URL？" in out


def test_serve_warns_of_a_setting_that_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIESU_DATABSE_URL", "sqlite:///x.db")
    monkeypatch.delenv("JIESU_SECRET_KEYS")
    code, _, err = run("serve")
    assert code == 2
    assert "是不是 JIESU_DATABASE_URL？" in err.splitlines()[0]


# keys


NEW, OLD = Keyring.make().replace("k1:", "k2:"), KEYS


@pytest.mark.parametrize("words", [("serve",), ("doctor",), ("load",), ("code", "group", DESK)])
@pytest.mark.parametrize(
    "setting",
    [
        pytest.param(Keyring.make(), id="another key of the same name"),
        pytest.param(NEW, id="the old key is gone"),
        pytest.param(f"{OLD},{NEW}", id="the oldest is not the last: nobody would be found again"),
    ],
)
def test_keys_of_another_database_are_refused(
    run: Run, database: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], setting: str
) -> None:
    change(database, keys.check_or_keep)
    monkeypatch.setenv("JIESU_SECRET_KEYS", setting)
    code, _, err = run(*words)
    assert code == 2
    assert "打不开这个数据库" in one_line(err)


@pytest.mark.parametrize(
    "setting", [pytest.param(OLD, id="the same"), pytest.param(f"{NEW},{OLD}", id="a new key in front")]
)
def test_the_keys_kept_at_the_first_load_go_on_to_open(
    run: Run, database: str, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    assert run("load")[0] == 0
    kept: list[str | None] = []
    change(database, lambda work: kept.append(facts.get(work, keys.FACT)))
    assert kept[0]
    monkeypatch.setenv("JIESU_SECRET_KEYS", setting)
    assert run("load")[0] == 0
    assert "打不开" not in "".join(run("doctor")[1:])


# the triage desk


def test_doctor_asks_for_the_group_of_the_triage_desk_until_it_is_bound(run: Run, database: str) -> None:
    code, out, _ = run("doctor")
    assert code == 1
    assert f"jiesu code group {DESK}" in out
    assert run("code", "group", DESK)[0] == 0
    change(database, lambda work: people.bind_group(work, "web", "g-1", DESK, "web:s-1"))
    assert "jiesu code group" not in run("doctor")[1]
