"""One complaint end to end through the web channel, against its bare parts: at most 5 times their CPU.

    uv run python benchmarks/complaint.py [--rounds 7] [--with-group]

A resident's five messages over a WebSocket on loopback, five answers sent, the starter model's opinion, everything
committed with synchronous=FULL before it is acknowledged. The bare parts: five aiohttp requests with answers of the
same size on loopback, and one synced SQLite commit of as many bytes as a complaint adds to the file. Client and server
are in this process on both sides; connections are open before. --with-group also binds groups, so that the lead's
card is drawn. What the parts cost is watched in rounds of their own.
"""

import argparse
import asyncio
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from any folder

from aiohttp import ClientSession, CookieJar

from benchmarks import measure, page, place
from benchmarks.bare_parts import BareParts, served
from benchmarks.statements import Said, kinds, of_turns, record
from bot import app as wiring
from bot.channels.web import WebChannel
from bot.settings import Settings
from bot.web.app import make_app
from classifier.predict import Model

A_ROUND = 6  # complaints
_BUILDINGS = count(1)


@dataclass
class Found:
    """Seconds of CPU for one complaint, a value a round."""

    whole: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    sockets: list[float] = field(default_factory=list)
    parts: list[Counter[str]] = field(default_factory=list)
    watched: list[float] = field(default_factory=list)


def main() -> None:
    given = _arguments()
    with place.folder() as folder:
        of = place.settings(folder / "complaint.db", http_port=0)
        place.prepare(of, groups=given.with_group, model=True)
        found = asyncio.run(_measure(of, folder, given.rounds))
    whole, requests = measure.median(found.whole), measure.median(found.requests)
    commit, sockets = measure.median(found.commits), measure.median(found.sockets)
    watched = measure.median(found.watched)
    print("a complaint of five messages:")
    measure.line("whole", whole)
    parts = {name: measure.median([each[name] for each in found.parts]) for name in sorted(set().union(*found.parts))}
    for name, seconds in parts.items():
        measure.line(f"  {name}", seconds)
    measure.line("  event loop, WebSocket, JSON, outbox, client", watched - sum(parts.values()))
    measure.line("  (whole, while watched)", watched)
    print("bare parts:")
    measure.line("five aiohttp requests", requests)
    measure.line("one synced commit", commit)
    measure.line("not counted: the same frames on a bare WebSocket", sockets)
    ratios = [w / (r + c) for w, r, c in zip(found.whole, found.requests, found.commits, strict=True)]
    measure.verdict("a complaint against its bare parts", measure.median(ratios), 5)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--with-group", action="store_true")
    return parser.parse_args()


async def _measure(of: Settings, folder: Path, rounds: int) -> Found:
    built = wiring.parts(of, of.keyring())
    channel, found, shares = WebChannel(), Found(), measure.Shares()
    async with wiring.running(built, [channel]), served(make_app(built.desk, channel, demo=False)) as address:
        await _complaints(address, found.whole)  # warms up; thrown away
        before = _bytes(folder / "complaint.db")
        await _complaints(address, found.whole)
        size = max(_bytes(folder / "complaint.db") - before, 4096) // A_ROUND
        print(f"a complaint adds {size:,} bytes")
        found.whole.clear()
        bare = BareParts(folder / "bare.db", size, A_ROUND)
        async with served(bare.app()) as other:
            for _ in range(rounds):
                await _complaints(address, found.whole)
                await bare.requests(other, found.requests)
                bare.commits(found.commits)
                await bare.sockets(other, found.sockets)
            _tell_statements(await _counted(built, address))
            _watch(built, shares)
            for _ in range(rounds):
                seen = Counter(shares.spent)
                await _complaints(address, found.watched)
                found.parts.append(Counter({n: s / A_ROUND for n, s in (shares.spent - seen).items()}))
    return found


async def _counted(built: wiring.Parts, address: str) -> tuple[list[Said], list[Said]]:
    """What the writing and the reading connections said in one round."""
    engines = (built.desk._writing, built.desk._reading)
    said = tuple(record(engine) for engine in engines)
    await built.desk.write(lambda _: setattr(built.desk, "_connection", None))  # the next one is recorded
    for engine in engines:
        engine.dispose()
    await _complaints(address, [])
    return of_turns(said[0]), of_turns(said[1])


def _tell_statements(said: tuple[list[Said], list[Said]]) -> None:
    for name, found in zip(("desk", "pages"), said, strict=True):
        commits = sum(how == "commit" for how, _, _ in found) / A_ROUND
        print(f"{name}: {len(found) / A_ROUND:.0f} statements a complaint, {commits:.0f} commits")
        for (table, verb), times in kinds(found).most_common(8):
            print(f"  {table:<16}{verb:<12}{times / A_ROUND:>6.1f}")


def _watch(built: wiring.Parts, shares: measure.Shares) -> None:
    measure.watch_store(shares)
    measure.watch_handlers(shares)
    measure.watch_transactions(shares, built.desk._writing.dialect)
    Model.predict = shares.watched("model", Model.predict)  # type: ignore[method-assign]


def _bytes(file: Path) -> int:
    """Of all pages in use, those in the log too."""
    connection = sqlite3.connect(file)
    names = ("page_count", "freelist_count", "page_size")
    pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    connection.close()
    return int((pages - free) * size)


# a resident


async def _complaints(address: str, spent: list[float]) -> None:
    """A_ROUND residents, one after another."""
    sessions = [ClientSession(cookie_jar=CookieJar(unsafe=True)) for _ in range(A_ROUND)]
    pages = [await page.open_chat(session, address) for session in sessions]
    began = process_time()
    for socket, chat in pages:
        answer = await page.tell(socket, chat, place.told(next(_BUILDINGS)))
        assert "已登记" in answer, answer
    spent.append((process_time() - began) / A_ROUND)
    for session in sessions:
        await session.close()


if __name__ == "__main__":
    main()
