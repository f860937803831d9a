"""What a turn costs: the store's part against bare sqlite3, and the whole of it against python-telegram-bot.

    uv run python benchmarks/turn.py [--chats 64] [--rounds 5]

64 chats tell a complaint in five messages, all at once, to the real desk with its thread; their batches are committed
with synchronous=FULL. (1) The time inside the functions of `storage`, savepoints and sealing with it, against the
same SQL with the same values in bare sqlite3 on a copy of the same file: at most 3 times; commits are given apart,
for both sides have the same. (2) All CPU of the process against a ConversationHandler with three states in memory,
whose requests are answered at once: at most 2 times. A stand-in says the category; handlers read the rulebook before.
"""

import argparse
import asyncio
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from any folder

from benchmarks import measure, place, telegram_turn
from benchmarks.statements import Said, kinds, of_turns, record, replay, scans
from bot.channels.web import WebChannel
from bot.desk import Desk
from bot.outbox import Outbox
from bot.settings import Settings

PER_CHAT = len(place.SAID)


@dataclass
class Run:
    """Seconds of CPU for all turns of a round. steps: by message; parts: by part of the desk's thread."""

    whole: float = 0.0
    steps: list[float] = field(default_factory=list)
    parts: Counter[str] = field(default_factory=Counter)
    said: list[Said] = field(default_factory=list)


def main() -> None:
    given = _arguments()
    with place.folder() as folder:
        base = folder / "base.db"
        of = place.settings(base)
        place.prepare(of)
        bench = Bench(of, base, folder / "turn.db", given.chats)
        durable, delivered, telegram = bench.against_telegram(given.rounds)
        shares = measure.Shares()
        measure.watch_store(shares)
        measure.watch_handlers(shares)
        bench.shares = shares
        ours, bare, commits, bare_commits, said = bench.against_bare(given.rounds)
        found = scans(bench.file, said)
    turns = given.chats * PER_CHAT
    _tell_statements(kinds(said), turns, found)
    print("the store, a turn:")
    for name in ("store", "sealing"):
        measure.line(name, bench.shares_of[name] / turns)
    measure.line("the same SQL in bare sqlite3", bare)
    measure.line("commits, ours and bare", commits, f"{bare_commits * 1e6:,.0f} us bare")
    print("a whole turn:")
    for name, seconds in zip(place.STEPS, bench.steps, strict=True):
        measure.line(name, seconds / given.chats)
    measure.line("durable, mean of the five", durable)
    measure.line("of it handlers, without the store", bench.shares_of["handlers"] / turns)
    measure.line("and delivered by the outbox", delivered)
    measure.line("python-telegram-bot, in memory", telegram)
    measure.verdict("the store's part of a turn against bare sqlite3", ours / bare, 3)
    measure.verdict("a durable turn against python-telegram-bot's", durable / telegram, 2)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _tell_statements(found: Counter[tuple[str, str]], turns: int, scanned: list[str]) -> None:
    print(f"statements a turn: {sum(found.values()) / turns:.1f}")
    for (table, verb), count in found.most_common():
        print(f"  {table:<16}{verb:<12}{count / turns:>6.2f}")
    for plan in scanned:
        print(f"  reads a whole table: {plan}")


class Bench:
    """One database, copied for every round; `shares` is set for the rounds that watch."""

    def __init__(self, of: Settings, base: Path, file: Path, chats: int) -> None:
        self.file, self._base, self._chats = file, base, [f"r-{Random(n).getrandbits(80):020x}" for n in range(chats)]
        self._of = of.model_copy(update={"database_url": f"sqlite:///{file}"})
        self.shares: measure.Shares | None = None
        self.shares_of: Counter[str] = Counter()
        self.steps: list[float] = []

    def against_telegram(self, rounds: int) -> tuple[float, float, float]:
        """Seconds of CPU a turn: durable, delivered too, and python-telegram-bot's."""
        self.round()
        found = []
        runs = []
        for _ in range(rounds):
            durable, delivered = self.round(), self.round(deliver=True)
            runs.append(durable)
            found.append((durable.whole, delivered.whole, telegram_turn.round_(len(self._chats), PER_CHAT)))
        self.steps = [measure.median(step) for step in zip(*(run.steps for run in runs), strict=True)]
        turns = len(self._chats) * PER_CHAT
        durable_, delivered_, telegram = (measure.median(each) / turns for each in zip(*found, strict=True))
        return durable_, delivered_, telegram

    def against_bare(self, rounds: int) -> tuple[float, float, float, float, list[Said]]:
        """Seconds of CPU a turn: the store, the same in bare sqlite3, both sides' commits; and the SQL."""
        said = of_turns(self.round(recorded=True).said)
        found, watched = [], []
        for _ in range(rounds):
            watched.append(self.round().parts)
            self._fresh()
            bare, commits = replay(self.file, said)
            ours = watched[-1]["store"] + watched[-1]["sealing"]
            found.append((ours, bare, watched[-1]["commit"], commits))
        self.shares_of = Counter({name: measure.median([each[name] for each in watched]) for name in watched[0]})
        turns = len(self._chats) * PER_CHAT
        ours_, bare_, commits_, bare_commits = (measure.median(each) / turns for each in zip(*found, strict=True))
        return ours_, bare_, commits_, bare_commits, said

    def round(self, *, recorded: bool = False, deliver: bool = False) -> Run:
        self._fresh()
        return asyncio.run(self._round(recorded, deliver))

    def _fresh(self) -> None:
        for old in self.file.parent.glob(self.file.name + "*"):
            old.unlink()
        shutil.copy(self._base, self.file)

    async def _round(self, recorded: bool, deliver: bool) -> Run:
        run = Run()
        desk, outside = place.desk(self._of)
        run.said = record(desk._writing) if recorded else []
        if self.shares is not None:
            measure.watch_transactions(self.shares, desk._writing.dialect)
        desk.start()
        outbox = Outbox(desk, {place.CHANNEL: WebChannel()}, outside, Random(2)) if deliver else None
        await desk.write(outside.rules)
        run.said.clear()
        before = Counter(self.shares.spent) if self.shares else Counter()
        for step in range(PER_CHAT):
            run.steps.append(await self._step(desk, outbox, step))
        place.check(desk, complaint=len(self._chats))
        run.whole, run.said = sum(run.steps), list(run.said)
        if self.shares is not None:
            run.parts = self.shares.spent - before
        desk.stop()
        return run

    async def _step(self, desk: Desk, outbox: Outbox | None, step: int) -> float:
        began = process_time()
        await place.say(desk, self._chats, step)
        while outbox is not None and await outbox.deliver():
            pass
        return process_time() - began


if __name__ == "__main__":
    main()
