"""One database, and the processes that work on it one after the other, each of which may be ended by its test."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage import engine
from storage.sealed import Keyring
from storage.unit_of_work import Work
from tests.town import KEYS, TUESDAY, sqlite_url

ROOT = Path(__file__).resolve().parents[2]
LEASE_OVER = 40  # seconds


@dataclass
class Story:
    """One database, the file of what was seen, and the processes that worked on it.

    fetches: files, before anything is shown; meanwhile: said by the resident while the first one is fetched.
    """

    folder: Path
    messages: list[dict[str, str]]
    later: int = 0
    ordered: bool = False
    kill: str = ""
    fetches: bool = False
    meanwhile: str = ""
    acknowledged: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return sqlite_url(self.folder)

    def start(self, fail_at: str = "", later: int = 0) -> int:
        """One process, from its start to its end; its exit code. What is not acknowledged is said again."""
        config = {"url": self.url, "seen": str(self.folder / "seen"), "later": self.later + later}
        config |= {"ordered": self.ordered, "kill": self.kill, "meanwhile": self.meanwhile}
        config |= {"files": str(self.folder) if self.fetches else ""}
        waiting = [message for message in self.messages if message["key"] not in self.acknowledged]
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.child", json.dumps(config)],
            input="".join(json.dumps(message) + "\n" for message in waiting),
            capture_output=True,
            text=True,
            timeout=30,
            cwd=ROOT,
            env=os.environ | {"JIESU_FAIL_AT": fail_at},
            check=False,
        )
        self.acknowledged |= {line for line in done.stdout.splitlines() if line in {m["key"] for m in self.messages}}
        if done.returncode not in {0, 137, 139}:
            raise AssertionError(done.stdout + done.stderr)
        return done.returncode

    def seen(self) -> list[dict[str, Any]]:
        file = self.folder / "seen"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    def read(self, function: Any) -> Any:
        reading = engine.reading(self.url)
        with reading.begin() as connection:
            found = function(Work(connection, "luohu", Keyring.parse(KEYS), TUESDAY))
        reading.dispose()
        return found


def told(shown: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Who saw what how often, without the numbers and times that differ from run to run."""
    return Counter((each["chat"], re.sub(r"[0-9A-Z]+", "#", each["text"])) for each in shown)
