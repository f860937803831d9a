"""Idle memory of `jiesu serve` with the directory and the starter model loaded: at most 250 MB.

    uv run python benchmarks/memory.py

A child process on a fresh database; a resident's page tells it one complaint as far as the card with the model's
opinion. Then its VmRSS is read, Linux only. Which libraries it holds is read from outside: shared objects from
/proc/PID/maps, modules from Python's own import log (PYTHONPROFILEIMPORTTIME), which the child writes to a file.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from time import sleep

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from any folder

from aiohttp import ClientSession, CookieJar

from benchmarks import measure, page, place
from bot.settings import Settings

BOUND = 250  # MB
SETTLES = 8.0  # seconds: longer than it takes until a promoted model is served
WATCHED = ("sklearn", "scipy", "numpy", "jieba", "rjieba", "telegram", "cryptography", "alembic")
_MODULE = re.compile(r"\|\s*([\w.]+)\s*$")


def main() -> None:
    with place.folder() as folder:
        of = place.settings(folder / "memory.db")
        place.prepare(of, model=True)
        log = folder / "imports"
        with log.open("w") as errors:
            child = _start(of, errors)
            try:
                address = _address(child)
                start = _resident(child.pid)
                card = asyncio.run(_tell(address))
                sleep(SETTLES)
                after, maps = _resident(child.pid), Path(f"/proc/{child.pid}/maps").read_text("utf-8")
            finally:
                child.send_signal(signal.SIGTERM)
                child.wait(timeout=30)
        modules = {found.group(1) for line in log.read_text("utf-8").splitlines() if (found := _MODULE.search(line))}
    assert "请核对" in card, card
    print("the model's opinion on the card:", next(line for line in card.splitlines() if line.startswith("分类")))
    print(f"  VmRSS after the start             {start:>8.1f} MB")
    print(f"  VmRSS after one prediction, idle  {after:>8.1f} MB")
    print(f"  modules imported                  {len(modules):>8}")
    for name in WATCHED:
        mapped = f"/{name}/" in maps or f"/{name}." in maps
        imported = any(module == name or module.startswith(f"{name}.") for module in modules)
        print(f"  {name:<14}shared objects {'mapped' if mapped else 'no':<8}module {'imported' if imported else 'no'}")
    measure.verdict("idle memory in MB against its bound, as a share of 250 MB", after / BOUND, 1)


def _start(of: Settings, errors: object) -> "subprocess.Popen[str]":
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JIESU_")},
        "JIESU_DATABASE_URL": of.database_url,
        "JIESU_SECRET_KEYS": of.secret_keys.get_secret_value(),
        "JIESU_TENANT": of.tenant,
        "JIESU_HTTP_PORT": "0",
        "JIESU_OPERATIONS_PORT": "0",
        "PYTHONPROFILEIMPORTTIME": "1",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "bot", "serve"]
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=Path(__file__).parent.parent
    )


def _address(child: "subprocess.Popen[str]") -> str:
    """The page's, from the line the child says when it is ready. Raises RuntimeError if it ends before."""
    assert child.stdout is not None
    for line in child.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    raise RuntimeError(f"the service ended with {child.wait()}")


def _resident(pid: int) -> float:
    """VmRSS in MB of 10^6 bytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6


async def _tell(address: str) -> str:
    """All but the last message; the card with which they are answered."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        socket, chat = await page.open_chat(session, address)
        return await page.tell(socket, chat, place.SAID[:-1])


if __name__ == "__main__":
    main()
