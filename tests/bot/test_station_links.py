"""`jiesu code station`: the links of posters, for one station or for all of them."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.cli import app
from storage.sealed import Keyring
from tests.botapi.server import BotApi

Run = Callable[..., Awaitable[tuple[int, str, str]]]
STATION = "440303004S04"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=4, username="jiesu_bot") as running:
        yield running


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in a thread beside the platform: exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("JIESU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIESU_DATABASE_URL", database)
    monkeypatch.setenv("JIESU_SECRET_KEYS", Keyring.make())

    def command(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["jiesu", "code", "station", *words])
        with pytest.raises(SystemExit) as ended:
            app.main()
        return int(ended.value.code or 0)

    async def run(*words: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(command, *words)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def speaks_with(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"TOKEN": api.token, "API_URL": api.url, "FILE_URL": api.file_url}
    for name, value in given.items():
        monkeypatch.setenv(f"JIESU_TELEGRAM_{name}", value)


async def test_the_links_of_a_station_are_printed(api: BotApi, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    speaks_with(api, monkeypatch)
    code, out, _ = await run(STATION, "--web", "https://suqiu.example.org/")
    assert code == 0
    assert "翠竹街道 · 水贝社区工作站" in out
    assert f"https://t.me/jiesu_bot?start=at-{STATION}\n" in out
    assert f"https://suqiu.example.org/?at={STATION}\n" in out
    assert "二维码" in out


async def test_without_a_unit_all_stations_are_printed(run: Run) -> None:
    code, out, _ = await run("--bot", "@other_bot")
    assert code == 0
    assert out.count("https://t.me/other_bot?start=at-") == out.count("http://127.0.0.1:8080/?at=") == 81


async def test_without_a_bot_there_are_the_links_of_the_page(run: Run) -> None:
    code, out, _ = await run(STATION)
    assert code == 0
    assert "t.me" not in out
    assert "没有设 JIESU_TELEGRAM_TOKEN" in out


async def test_a_bot_that_cannot_be_asked_is_to_be_named(
    api: BotApi, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks_with(api, monkeypatch)
    monkeypatch.setenv("JIESU_TELEGRAM_API_URL", "http://127.0.0.1:1/bot")
    code, out, err = await run(STATION)
    assert (code, out) == (2, "")
    assert "--bot" in err
    assert api.token not in err


@pytest.mark.parametrize(("unit", "why"), [("440303D01", "不是一个地方"), ("nowhere", "没有编码为 nowhere")])
async def test_what_is_no_place_has_no_poster(run: Run, unit: str, why: str) -> None:
    code, _, err = await run(unit)
    assert code == 2
    assert why in err
