"""A resident's phone, a station's group, a browser and the demo it looks at, for every flow that asks for one.

What the phone read is looked at when the flow is over; what the browser complained of fails the test.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.terminal import NAME as TERMINAL
from tests.aloud import ALOUD
from tests.evidence import Camera
from tests.group import STATION, Group, open_group
from tests.not_on_telegram import why_not
from tests.page import LONG, WIDE, Demo
from tests.phone import Phone
from tests.telegram_town import TELEGRAM, TelegramTown, on_telegram
from tests.town import Town

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
MISSING = f"{ALOUD} no Chromium, the page is not tested. On Debian: apt-get install chromium fonts-noto-cjk"


@pytest.fixture
async def telegram(database: str) -> AsyncIterator[TelegramTown]:
    """For what only Telegram does."""
    async with on_telegram(database) as opened:
        yield opened


@pytest.fixture(params=[TERMINAL, TELEGRAM])
async def town(request: pytest.FixtureRequest, database: str) -> AsyncIterator[Town]:
    """The same on each channel; what cannot be the same is told in NOT_ON_TELEGRAM."""
    if request.param == TELEGRAM:
        if why := why_not(request.node):
            pytest.skip(f"not on Telegram: {why}")
        async with on_telegram(database) as opened:
            yield opened
        return
    on_terminal = await Town(database).open()
    yield on_terminal
    await on_terminal.close()


@pytest.fixture
async def phone(town: Town) -> AsyncIterator[Phone]:
    held = Phone(town)
    yield held
    await held.check()


@pytest.fixture
def camera(town: Town, tmp_path: Path) -> Camera:
    """Of the same resident, with a platform behind it and a job that fetches when it is told to."""
    return Camera(town, tmp_path)


@pytest.fixture
async def group(town: Town) -> Group:
    """The station's, with its usual clerk and a colleague, wang."""
    return await open_group(town, STATION, "wang")


@pytest.fixture(scope="session")
def chromium() -> str:
    pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """Of a module: while it is there, no test of the same thread can run a loop of its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One for all: its model is trained once, and each test is another person."""
    running = Demo(tmp_path_factory.mktemp("demo"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def open_page(browser: Any, demo: Demo) -> Iterator[Callable[..., Any]]:
    """A page of a new person; whatever the browser complains of fails the test."""
    demo.revive()
    contexts, complaints = [], []

    def heard(message: Any) -> None:
        if message.type in {"error", "warning"} and "net::ERR_CONNECTION_" not in message.text:
            complaints.append(message.text)

    def open_one(
        size: dict[str, int] = WIDE,
        path: str = "/",
        context: Any = None,
        between: Any = None,
        address: str = demo.address,
        **more: Any,
    ) -> Any:
        if context is None:
            context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce", **more)
            context.set_default_timeout(LONG)
            contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if between is not None:
            page.route_web_socket(re.compile("/ws$"), between)
        page.goto(address + path)
        page.wait_for_selector('#link[data-state="open"]')
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
