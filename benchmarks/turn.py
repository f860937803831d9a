"""What a turn costs: the store's part against bare sqlite3, and the whole of it against python-telegram-bot.

    uv run python benchmarks/turn.py [--chats 64] [--rounds 5]

64 chats tell a complaint in five messages, all at once, to the real desk with its thread; their batches are committed
with synchronous=FULL. (1) The time inside the functions of `storage`, savepoints with it, against the same SQL with
the same values, said at the same moments in bare sqlite3 on a copy of the same file: at most 3 times. Sealing, which
makes the values, and commits, which both sides have, are given apart. (2) All CPU of the process, from the body as it
came to the answer that is committed as sent, against a ConversationHandler with three states in memory, from the body
of an update to the reply, whose request is answered at once: at most 2 times. A stand-in says the category; handlers
read the rulebook before.
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
from benchmarks.statements import Said, beside, kinds, of_turns, record, scans
from bot.desk import Desk
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
        durable, telegram = bench.against_telegram(given.rounds)
        said = of_turns(bench.round(recorded=True).said)
        found = scans(bench.file, said)
        bench.shares = measure.Shares()
        measure.watch_store(bench.shares)
        measure.watch_handlers(bench.shares)
        parts = bench.against_bare(given.rounds)
    _tell_statements(kinds(said), given.chats * PER_CHAT, found)
    print("the store, a turn:")
    measure.line("store", parts["store"])
    measure.line("the same SQL in bare sqlite3", parts["bare"])
    measure.line("sealing", parts["sealing"])
    measure.line("commit", parts["commit"], f"{parts['bare commit'] * 1e6:,.0f} us bare")
    print("a whole turn:")
    for name, seconds in zip(place.STEPS, bench.steps, strict=True):
        measure.line(name, seconds / given.chats)
    measure.line("durable, mean of the five", durable)
    measure.line("handlers, without the store, while watched", parts["handlers"])
    measure.line("python-telegram-bot, in memory", telegram)
    measure.line("of it from the body to the update", bench.parsing)
    measure.verdict("the store's part of a turn against bare sqlite3", parts["store"] / parts["bare"], 3)
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
        self.file, self._base, self._beside = file, base, file.with_name("bare.db")
        self._chats = [f"r-{Random(n).getrandbits(80):020x}" for n in range(chats)]
        self._of = of.model_copy(update={"database_url": f"sqlite:///{file}"})
        self.shares: measure.Shares | None = None
        self.steps: list[float] = []
        self.parsing = 0.0

    def against_telegram(self, rounds: int) -> tuple[float, float]:
        """Seconds of CPU a turn: ours, and python-telegram-bot's."""
        self.round()
        runs, telegram = [], []
        for _ in range(rounds):
            runs.append(self.round())
            telegram.append(telegram_turn.round_(len(self._chats), PER_CHAT))
        turns = len(self._chats) * PER_CHAT
        self.steps = [measure.median(step) for step in zip(*(run.steps for run in runs), strict=True)]
        self.parsing = measure.median([parsing for _, parsing in telegram]) / turns
        return measure.median([run.whole for run in runs]) / turns, measure.median([all for all, _ in telegram]) / turns

    def against_bare(self, rounds: int) -> Counter[str]:
        """Seconds of CPU a turn, by part: ours, and what the same statements cost in bare sqlite3."""
        watched = [self.round(bare=True).parts for _ in range(rounds)]
        turns = len(self._chats) * PER_CHAT
        return Counter({name: measure.median([each[name] for each in watched]) / turns for name in watched[0]})

    def round(self, *, recorded: bool = False, bare: bool = False) -> Run:
        for file in (self.file, self._beside):
            for old in file.parent.glob(file.name + "*"):
                old.unlink()
            shutil.copy(self._base, file)
        return asyncio.run(self._round(recorded, bare))

    async def _round(self, recorded: bool, bare: bool) -> Run:
        run = Run()
        desk, outside = place.desk(self._of)
        run.said = record(desk._writing) if recorded else []
        if bare and self.shares is not None:
            beside(desk._writing, self.shares, self._beside)
        if self.shares is not None:
            measure.watch_transactions(self.shares, desk._writing.dialect)
        desk.start()
        await desk.write(outside.rules)
        run.said.clear()
        before = Counter(self.shares.spent) if self.shares else Counter()
        for step in range(PER_CHAT):
            run.steps.append(await self._step(desk, step))
        run.whole, run.said = sum(run.steps), list(run.said)
        if self.shares is not None:
            run.parts = self.shares.spent - before
        place.check(desk, complaint=len(self._chats))
        desk.stop()
        return run

    async def _step(self, desk: Desk, step: int) -> float:
        bodies = place.bodies(self._chats, step)
        began = process_time()
        await place.say(desk, bodies)
        return process_time() - began


if __name__ == "__main__":
    main()
