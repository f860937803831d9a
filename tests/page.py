"""A browser on the page of a real `jiesu demo`: what a resident and a member of staff do there, for tests.

Each action waits for what a person would wait for; what came of it is read back from the database.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from complaints.complaint import Complaint
from complaints.workflow import Status
from storage import complaints as stored
from storage import engine, models
from storage.sealed import Keyring
from storage.unit_of_work import Work

ROOT = Path(__file__).resolve().parents[1]
WIDE, PHONE, NARROW = (
    {"width": 1440, "height": 900},
    {"width": 390, "height": 844},
    {"width": 360, "height": 640},
)
LONG = 60_000  # ms: the machine may be busy
JIESU = (sys.executable, "-m", "bot")


class Database:
    """What a service has written, read beside it."""

    def __init__(self, url: str, keys: str) -> None:
        self._reading, self._keys = engine.reading(url), Keyring.parse(keys)

    def read(self, function: Callable[[Work], Any]) -> Any:
        with self._reading.begin() as connection:
            return function(Work(connection, "luohu", self._keys, datetime.now(UTC)))

    def complaint(self, number: str) -> Complaint:
        found: Complaint = self.read(lambda work: stored.load(work, number, lock=False))
        return found

    def reached(self, number: str, status: Status) -> Complaint:
        """The complaint once it has this status."""
        wait(lambda: self.complaint(number).status is status, f"{number} to be {status.value}")
        return self.complaint(number)

    def history(self, number: str) -> list[str]:
        return [row.kind for row in self.read(lambda work: stored.events(work, number))]

    def words(self, number: str, *kinds: str) -> list[str]:
        return [word.masked for word in self.read(lambda work: stored.words(work, number, kinds))]

    def close(self) -> None:
        self._reading.dispose()


class Service:
    """A command of `jiesu` in a process of its own, that can be ended and started again at the same port."""

    def __init__(self, folder: Path, command: list[str], env: dict[str, str]) -> None:
        self._folder, self._command, self._env = folder, command, env

    def start(self, port: int) -> None:
        self._port = port
        clean = {name: value for name, value in os.environ.items() if not name.startswith("JIESU_")}
        with (self._folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                [*JIESU, *self._command],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**clean, "PYTHONPATH": str(ROOT), **self._env},
            )
        wait(self._answers, f"{self._command[0]} to answer")

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError((self._folder / "log").read_text())
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self._port)) == 0

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def end(self, how: signal.Signals) -> int:
        if self.runs:
            self._process.send_signal(how)
        return self._process.wait(30)


class Demo:
    """`jiesu demo`; killed, it starts again on what it had written."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._url, self._key = f"sqlite:///{folder / 'var' / 'demo.db'}", folder / "var" / "demo.key"
        self._service = Service(
            folder, ["demo", "--no-browser", "--port", str(self._port), "--folder", str(folder / "var")], {}
        )

    def start(self) -> None:
        self._service.start(self._port)

    def revive(self) -> None:
        """Runs again if a test before has killed it and failed."""
        if not self._service.runs:
            self.start()

    @property
    def database(self) -> Database:
        return Database(self._url, self._key.read_text("utf-8"))

    def kill(self) -> None:
        """As a power cut would."""
        self._service.end(signal.SIGKILL)

    def stop(self) -> None:
        self._service.end(signal.SIGINT)


class Serve:
    """`jiesu serve` on a database that was migrated and loaded, with the model of the demo."""

    def __init__(self, folder: Path, url: str, keys: str, demo: Demo) -> None:
        self._port = free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._url, self._keys, self._folder = url, keys, folder
        self._env = {"JIESU_DATABASE_URL": url, "JIESU_SECRET_KEYS": keys, "JIESU_HTTP_PORT": str(self._port)}
        self._service = Service(folder, ["serve"], self._env)
        self._give_model(demo)

    def _give_model(self, demo: Demo) -> None:
        known = demo.database
        made = known.read(models.serving)
        data = known.read(lambda work: models.read(work, made.version))
        known.close()
        writing = engine.writing(self._url)
        with writing.begin() as connection:
            work = Work(connection, "luohu", Keyring.parse(self._keys), datetime.now(UTC))
            models.add(work, made.version, data, made.metrics)
            models.promote(work, made.version, "tests")
        writing.dispose()

    def start(self) -> None:
        self._service.start(self._port)

    def stop(self) -> int:
        """Its exit code."""
        return self._service.end(signal.SIGTERM)

    @property
    def database(self) -> Database:
        return Database(self._url, self._keys)

    def code(self, *words: str) -> str:
        """What `jiesu code` prints first."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("JIESU_")}
        made = subprocess.run(
            [*JIESU, "code", *words],
            cwd=self._folder,
            env={**clean, "PYTHONPATH": str(ROOT), **self._env},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return made.stdout.split()[0]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait(is_so: Callable[[], bool], what: str, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.1)


# anybody


def say(page: Any, text: str, column: str = "resident") -> None:
    page.fill(f"#{column}-input", text)
    page.press(f"#{column}-input", "Enter")


def heard(page: Any, text: str, column: str = "resident") -> Any:
    return page.locator(f"#{column} .message.heard", has_text=text).last


def press(page: Any, label: str, column: str = "resident") -> None:
    """One of the buttons of the last message; a group shows those of earlier ones too."""
    page.locator(f"#{column} .live .choice", has_text=re.compile(f"^\\d?{re.escape(label)}$")).click()


# a resident


def person(page: Any) -> str:
    return str(page.get_attribute("body", "data-chat"))


def to_the_card(page: Any, text: str) -> None:
    """Tells a matter and skips what is asked, until the card asks to be looked over."""
    say(page, text)
    press(page, "同意，继续")
    skip_to_the_card(page)


def skip_to_the_card(page: Any) -> None:
    while True:
        page.wait_for_selector(
            "#resident .live .choice:has-text('跳过'), #resident .live .choice:has-text('匿名')"
            ", #resident .live .choice:has-text('确认提交')"
        )
        labels = page.locator("#resident .live .choice").all_inner_texts()
        if any("确认提交" in label for label in labels):
            return
        before = page.locator("#resident .message.heard").count()
        press(page, "匿名" if any("匿名" in label for label in labels) else "跳过")
        page.wait_for_function("n => document.querySelectorAll('#resident .message.heard').length > n", arg=before)


def submit(page: Any) -> str:
    """The number it got."""
    press(page, "确认提交")
    return str(page.locator("#resident .copy").last.inner_text().removeprefix("复制 "))


def file(page: Any, text: str) -> str:
    to_the_card(page, text)
    return submit(page)


# the group


def card_of(page: Any, number: str) -> Any:
    return page.locator("#group .message.card", has_text=number)


def on_card(page: Any, number: str, label: str) -> None:
    card_of(page, number).locator(".choice", has_text=label).click()


def take(page: Any, number: str, category: str = "城乡建设") -> None:
    """The unit that leads claims it; where the model was not sure a person says the category first."""
    card = card_of(page, number)
    card.locator(".choice", has_text=re.compile("签收|改分类")).first.wait_for()
    if card.locator(".choice", has_text="签收").count() == 0:
        decide(page, number, category)
    on_card(page, number, "签收")
    card.locator("dt", has_text="签收").first.wait_for()


def decide(page: Any, number: str, category: str) -> None:
    on_card(page, number, "改分类")
    heard(page, "分类", "group").wait_for()
    say(page, category, "group")


def conclude(page: Any, number: str, facts: str, basis: str) -> None:
    on_card(page, number, "办结")
    page.locator("#group .live .choice", has_text="支持").first.click()
    for words, asked in ((facts, "事实"), (basis, "依据")):
        page.locator("#group .live", has_text=asked).wait_for()
        say(page, words, "group")
        page.locator("#group .mine.sent", has_text=words).last.wait_for()


# how it looks

READABLE = 4.5  # to 1: WCAG 2.2, 1.4.3
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


def contrasts(page: Any) -> list[tuple[float, str, str]]:
    """Of each text that is seen, against its ground: how much, the class of its element, how it begins."""
    return [(much, name, text) for much, name, text in page.evaluate(CONTRAST)]
