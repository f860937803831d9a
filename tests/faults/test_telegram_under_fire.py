"""The whole service over Telegram, while updates come twice, sends fail and the process is killed: nothing is lost.

And nothing is done twice, but for texts of which nobody could know whether they had arrived; those say so.
"""

import asyncio
import json
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.channels.telegram.poll import MOST_REFUSALS
from storage.tables import outbox
from tests.botapi.server import BotApi
from tests.faults.fire import MODES, Fire, Plan, against, calm, environment
from tests.page import Database, Service, free_port
from tests.town import KEYS, sqlite_url

RESIDENTS, KILLS, HANDLED = 20, 4, 2
COMES = 6.0  # seconds within which they begin, so that each kill meets somebody at some step
WITHIN = 240.0  # seconds; forty if the machine has nothing else to do

Load = Callable[[str], Path]


@pytest.fixture(scope="session")
def load(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Makes a folder with a database of its own."""

    def one(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        shutil.copy(template, folder / "test.db")
        return folder

    return one


@pytest.fixture(scope="session")
def undisturbed(load: Load) -> Fire:
    quiet = Fire(load("calm"), calm())
    found = asyncio.run(quiet.run())
    assert found.wrong == {}
    assert found.figures["given"] == found.figures["handed over"]
    return quiet


@pytest.mark.parametrize("seed", [11])
@pytest.mark.parametrize("mode", MODES)
async def test_nothing_is_lost_and_what_comes_twice_says_so(
    load: Load, undisturbed: Fire, mode: str, seed: int
) -> None:
    fire = Fire(load(mode), Plan(mode, seed, RESIDENTS, KILLS, COMES, HANDLED, WITHIN))
    found = await fire.run()
    against(found, fire.residents, undisturbed.residents)
    print(mode, seed, json.dumps(found.figures, ensure_ascii=False))
    assert found.wrong == {}, f"seed {seed}, logs in {fire.folder}"
    assert found.figures["complaints"] == found.figures["cards"] == RESIDENTS
    assert found.figures["kills"] == KILLS
    assert found.figures["replies"] == HANDLED
    assert found.figures["handed over"] > found.figures["given"]
    assert min(found.figures[fault] for fault in ("dropped before", "dropped after", "on its way at a kill")) > 0


# how it ends


@asynccontextmanager
async def serving(folder: Path, api: BotApi, **more: str) -> AsyncIterator[Service]:
    port = free_port()
    service = Service(folder, ["serve"], environment(folder, port, api, "polling") | more)
    try:
        await asyncio.to_thread(service.start, port)
        yield service
    finally:
        await asyncio.to_thread(service.end, signal.SIGKILL)


async def test_what_is_being_sent_when_it_stops_is_finished(load: Load) -> None:
    """So that nobody reads it twice after the start."""
    folder = load("stops")
    async with BotApi(slow_ms=1000) as api, serving(folder, api) as service:
        person = api.world.person("张三")
        person.started = True
        person.write("楼道漏水")
        await api.until(lambda: api.accepted, 30)
        assert await asyncio.to_thread(service.end, signal.SIGTERM) == 0
    database = Database(sqlite_url(folder), KEYS)
    rows = database.read(lambda work: work.connection.execute(select(outbox.c.state, outbox.c.again)).all())
    database.close()
    assert rows == [("sent", False)]


async def test_a_refused_token_is_told_to_who_runs_it_and_the_page_goes_on(load: Load) -> None:
    folder, token = load("refused"), "123456:" + "B" * 35
    async with BotApi() as api, serving(folder, api, JIESU_TELEGRAM_TOKEN=token) as service:
        await api.until(lambda: "@BotFather" in (folder / "log").read_text("utf-8"), 30)
        async with aiohttp.ClientSession() as http, http.get(service_page(folder)) as page:
            assert page.status == 200
        assert await asyncio.to_thread(service.end, signal.SIGTERM) == 0
        assert [call.status for call in api.calls] == [401] * MOST_REFUSALS
    said = (folder / "log").read_text("utf-8")
    assert "JIESU_TELEGRAM_TOKEN" in said
    assert token not in said


def service_page(folder: Path) -> str:
    """The address that it printed."""
    return next(line for line in (folder / "log").read_text("utf-8").splitlines() if line.startswith("http://"))
