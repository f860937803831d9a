"""The page in a real browser, against the real demo: what a resident and a member of staff see and can do.

Needs a Chromium. Without one the tests are skipped, loudly; where CI is true they fail.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
MISSING = "NO CHROMIUM: the page is NOT tested. On Debian: apt-get install chromium fonts-noto-cjk"
WIDE, PHONE, NARROW = (
    {"width": 1440, "height": 900},
    {"width": 390, "height": 844},
    {"width": 360, "height": 640},
)
LONG = 60_000  # ms: the machine may be busy


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        request.config.pluginmanager.getplugin("terminalreporter").write_line(f"\n{MISSING}\n", red=True, bold=True)
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(ARGS))
        yield started
        started.close()


class Demo:
    """`jiesu demo` in a process of its own, that can be ended and started again on the same database and port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-c", "from bot.cli.app import main; main()", "demo", "--no-browser"]
        with (self.folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--folder", str(self.folder / "var")],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            )
        _wait(lambda: self._answers(), "the demo to answer")

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError((self.folder / "log").read_text())
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        self._process.send_signal(how)
        self._process.wait(30)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(is_so: Callable[[], bool], what: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.1)


@pytest.fixture(scope="module")
def demo(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def open_page(browser: Any, demo: Demo) -> Iterator[Callable[..., Any]]:
    """A page of a new person; whatever the browser complains of fails the test."""
    contexts, complaints = [], []

    def heard(message: Any) -> None:
        if message.type in {"error", "warning"} and "ERR_CONNECTION_REFUSED" not in message.text:
            complaints.append(message.text)

    def open_one(size: dict[str, int] = WIDE, path: str = "/", context: Any = None, **more: Any) -> Any:
        if context is None:
            context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce", **more)
            context.set_default_timeout(LONG)
            contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(demo.address + path)
        page.wait_for_selector('#link[data-state="open"]')
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def say(page: Any, text: str, column: str = "resident") -> None:
    page.fill(f"#{column}-input", text)
    page.press(f"#{column}-input", "Enter")


def heard(page: Any, text: str, column: str = "resident") -> Any:
    return page.locator(f"#{column} .message.heard", has_text=text).last


def press(page: Any, label: str, column: str = "resident") -> None:
    page.locator(f"#{column} .message .choice", has_text=re.compile(f"^\\d?{re.escape(label)}$")).last.click()


def file(page: Any, text: str) -> str:
    """Tells a matter, skips what is asked, submits; the number it got."""
    say(page, text)
    press(page, "同意，继续")
    while True:
        page.wait_for_selector(
            "#resident .live .choice:has-text('跳过'), #resident .live .choice:has-text('匿名')"
            ", #resident .live .choice:has-text('确认提交')"
        )
        labels = page.locator("#resident .live .choice").all_inner_texts()
        wanted = next(name for name in ("确认提交", "匿名", "跳过") if any(name in label for label in labels))
        before = page.locator("#resident .message.heard").count()
        press(page, wanted)
        page.wait_for_function("n => document.querySelectorAll('#resident .message.heard').length > n", arg=before)
        if wanted == "确认提交":
            return str(page.locator("#resident .copy").last.inner_text().removeprefix("复制 "))


# from the first word to the last


def test_the_example_story_reaches_its_end(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.click("#story")
    page.wait_for_selector("#caption:has-text('8/8')", timeout=120_000)
    page.wait_for_selector("#facts .big:has-text('已办结')")
    assert page.locator("#facts .state.good", has_text="完整").count() == 1
    number = page.input_value("#numbers")
    assert "已办结" in page.locator("#group .message.card", has_text=number).inner_text()
    assert page.locator("#story").get_attribute("aria-pressed") == "false"


def test_a_poster_says_where_it_hangs(open_page: Callable[..., Any]) -> None:
    place = open_page().evaluate("async () => (await (await fetch('/demo/groups')).json())[0].unit")
    page = open_page(path=f"/?at={place}")
    assert "您扫的是" in heard(page, "您扫的是").inner_text()
    page.reload()
    page.wait_for_selector('#link[data-state="open"]')
    page.wait_for_timeout(500)
    assert page.locator(".message.mine").count() == 1  # once, however often the page is loaded


def test_staff_answer_by_replying_to_the_card(open_page: Callable[..., Any]) -> None:
    page = open_page()
    number = file(page, "翠竹街道水贝社区路灯坏了一个星期，希望尽快修好")
    card = page.locator("#group .message.card", has_text=number)
    card.wait_for()
    if card.locator(".choice", has_text="签收").count() == 0:  # the model was not sure: triage first
        press(page, "改分类", "group")
        say(page, "城乡建设", "group")
    card.locator(".choice", has_text="签收").click()
    card.locator(".choice", has_text="回复居民").click()
    assert page.evaluate("document.activeElement.id") == "group-input"
    page.keyboard.press("Escape")
    assert page.locator(".replying").is_hidden()
    card.locator(".choice", has_text="回复居民").click()
    say(page, "今天下午派人来修", "group")
    press(page, "立即发送", "group")
    heard(page, "今天下午派人来修").wait_for()


# nothing lost, nothing twice


def test_what_is_typed_while_the_service_is_down_is_kept_and_sent_once(
    open_page: Callable[..., Any], demo: Demo
) -> None:
    page = open_page()
    say(page, "你好")
    heard(page, "您好").wait_for()
    before = page.locator("#resident .message.heard").count()
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    assert page.inner_text("#offline") == "连接中断，消息已保存，恢复后自动发送"
    say(page, "楼下水管爆了")
    page.wait_for_selector(".message.mine.waiting:has-text('楼下水管爆了')")
    demo.start()
    page.wait_for_selector("#resident .live .choice:has-text('同意，继续')")
    page.wait_for_timeout(1000)
    assert page.locator(".message.mine.sent", has_text="楼下水管爆了").count() == 1
    assert page.locator("#resident .message.heard").count() == before + 1
    assert page.locator("#offline").is_hidden()


def test_a_message_not_acknowledged_before_the_tab_was_closed_is_sent_when_it_opens_again(
    open_page: Callable[..., Any], demo: Demo
) -> None:
    page = open_page()
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    say(page, "你好")
    context = page.context
    page.close()
    demo.start()
    again = open_page(context=context)
    heard(again, "您好").wait_for()
    assert again.locator(".message.mine.sent", has_text="你好").count() == 1


def test_the_page_shows_the_same_after_it_was_loaded_again(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "楼下水管爆了")
    press(page, "同意，继续")
    heard(page, "步").wait_for()
    page.wait_for_timeout(500)
    before = page.locator("#resident .bubble").all_inner_texts()
    page.reload()
    page.wait_for_selector('#link[data-state="open"]')
    page.wait_for_timeout(500)
    assert page.locator("#resident .bubble").all_inner_texts() == before


def test_two_tabs_of_one_person_show_the_same(open_page: Callable[..., Any]) -> None:
    first = open_page()
    second = open_page(context=first.context)
    say(first, "你好")
    for page in (first, second):
        heard(page, "您好").wait_for()
        page.locator(".message.mine", has_text="你好").wait_for()
    second.wait_for_timeout(300)
    assert [page.locator("#resident .message").count() for page in (first, second)] == [2, 2]


def test_a_page_that_lost_its_memory_gets_what_it_was_told(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "你好")
    heard(page, "您好").wait_for()
    page.evaluate("localStorage.clear()")
    page.reload()
    heard(page, "您好").wait_for()
    assert page.locator("#resident .message").count() == 1


# everybody can use it


def test_the_numbers_press_the_buttons_of_the_last_message(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "楼下水管爆了")
    page.wait_for_selector("#resident .live .choice")
    page.locator("#resident .log").focus()
    page.keyboard.press("1")
    page.locator(".message.mine.chosen", has_text="同意，继续").wait_for()


def test_a_number_that_is_typed_presses_the_button_that_shows_it(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "楼下水管爆了")
    page.wait_for_selector("#resident .live .choice")
    say(page, "1")
    page.locator(".message.mine.chosen", has_text="同意，继续").wait_for()


def test_enter_that_picks_a_word_of_an_input_method_sends_nothing(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.fill("#resident-input", "shui")
    page.dispatch_event("#resident-input", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert page.locator("#resident .message").count() == 0
    assert page.input_value("#resident-input") == "shui"


def test_an_example_can_be_sent_with_one_touch(open_page: Callable[..., Any]) -> None:
    page = open_page(PHONE, has_touch=True)
    page.locator(".chip").first.tap()
    page.wait_for_selector("#resident .live .choice")
    assert page.locator("#resident .empty").is_hidden()


@pytest.mark.parametrize("size", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
def test_nothing_is_wider_than_the_screen(open_page: Callable[..., Any], size: dict[str, int]) -> None:
    page = open_page(size)
    say(page, "楼下水管爆了" + "w" * 200)
    page.wait_for_selector("#resident .live .choice")
    for tab in ("resident", "group", "happened"):
        if size is not WIDE:
            page.click(f"#tab-{tab}")
        wide = page.evaluate(
            "[document.documentElement.scrollWidth, ...[...document.querySelectorAll('.log, .facts')]"
            ".map(e => e.scrollWidth - e.clientWidth + innerWidth)]"
        )
        assert max(wide) <= size["width"], tab


def test_what_is_touched_is_large_enough_on_a_phone(open_page: Callable[..., Any]) -> None:
    """WCAG 2.2, 2.5.8 asks for 24 px; the targets of the conversation have 44."""
    page = open_page(PHONE, has_touch=True)
    say(page, "楼下水管爆了")
    page.wait_for_selector("#resident .live .choice")
    sizes = page.evaluate(
        "[...document.querySelectorAll('#resident .live .choice, #resident .send, .tabs button, #story')]"
        ".map(e => e.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44


CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  return [...document.querySelectorAll('body *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
    .filter(e => e.checkVisibility() && !e.closest(':disabled, select, noscript, .hidden, .skip'))
    .map(e => {
      const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
      return [Math.round((a + 0.05) / (b + 0.05) * 100) / 100, e.className, e.textContent.trim().slice(0, 20)];
    });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_its_ground(open_page: Callable[..., Any], scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    page = open_page(color_scheme=scheme)
    file(page, "翠竹街道水贝社区路灯坏了一个星期，希望尽快修好")
    page.wait_for_selector("#group .message.card .choice")
    page.wait_for_selector("#facts .chain")
    page.wait_for_timeout(2000)  # a card that changed fades into its colour
    found = page.evaluate(CONTRAST)
    assert len(found) > 40
    assert [text for text in found if text[0] < 4.5] == []


def test_a_screen_reader_finds_its_way(open_page: Callable[..., Any]) -> None:
    page = open_page()
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.get_by_role("log").count() == 2
    assert page.get_by_role("main").count() == 1
    page.wait_for_function("() => document.querySelector('#resident .log').getAttribute('aria-live') === 'polite'")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, textarea, select')].filter(e => e.checkVisibility())"
        ".filter(e => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"
    )
    assert unnamed == []


def test_nothing_is_loaded_from_elsewhere(browser: Any, demo: Demo) -> None:
    context = browser.new_context()
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.address)
    page.wait_for_selector('#link[data-state="open"]')
    context.close()
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((demo.address, "data:"))] == []
