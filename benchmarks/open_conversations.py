"""What a turn costs beside a million open conversations, against beside a thousand: within 1.3.

    uv run python benchmarks/open_conversations.py [--small] [--turns 2000]

One resident is played to the question of who is concerned; every row that left is then written for each of the other
chats, with names and ids of its own and what is sealed sealed anew, straight into the tables. Turns of random chats,
answered one at a time by two desks in alternation, are timed over all of the process, commits included; between them
the chat goes one question back, untimed. --small: 100,000 instead of a million (which takes several minutes to write,
and some gigabytes). What runs every second beside the turns is timed too, and plans that read a whole table are named.
"""

import argparse
import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from any folder

from benchmarks import measure, place
from benchmarks.crowd import PLAYED, TABLES, Crowd, chat_name
from benchmarks.statements import Said, of_turns, record, scans
from bot import clock
from bot.channels.web import WebChannel
from bot.desk import Desk
from bot.outbox import Outbox
from bot.settings import Settings

FEW, MANY, SMALL = 1_000, 1_000_000, 100_000
ANSWER, BACK = "跳过", "上一步"
WARM = 50  # turns before any is timed


def main() -> None:
    given = _arguments()
    many = SMALL if given.small else MANY
    with place.folder() as folder:
        of = place.settings(folder / "base.db")
        place.prepare(of)
        asyncio.run(_play(of))
        files = {count: _filled(of, folder, count) for count in (FEW, many)}
        few, more, beats, said = asyncio.run(_measure(files, given.turns))
        found = scans(folder / f"{many}.db", said)
    print(f"median of {given.turns:,} turns:")
    for count, spent in ((FEW, few), (many, more)):
        ordered = sorted(spent)
        measure.line(
            f"{count:,} open conversations", measure.median(spent), f"95 %: {_at(ordered, 0.95) * 1e6:,.0f} us"
        )
        measure.line("  a beat of the clock", beats[count]["beat"])
        measure.line("  a look of the outbox", beats[count]["look"])
    for plan in found:
        print(f"  reads a whole table: {plan}")
    measure.verdict(f"a turn beside {many:,} open conversations", measure.median(more) / measure.median(few), 1.3)


def _at(ordered: list[float], share: float) -> float:
    return ordered[int(len(ordered) * share)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--turns", type=int, default=2_000)
    return parser.parse_args()


async def _play(of: Settings) -> None:
    """One chat, to the question of who is concerned, with what it was answered delivered."""
    desk, outside = place.desk(of)
    desk.start()
    outbox = Outbox(desk, {place.CHANNEL: WebChannel()}, outside, Random(2))
    for step in (0, 1):
        await place.say(desk, place.bodies([PLAYED], step))
        while await outbox.deliver():
            pass
    desk.stop()


# writing the others


def _filled(base: Settings, folder: Path, count: int) -> Settings:
    """A copy of the played database with `count` open conversations."""
    file = folder / f"{count}.db"
    shutil.copy(folder / "base.db", file)
    began = perf_counter()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-2000000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    crowd = Crowd(connection, base.keyring())
    for table in TABLES:
        crowd.write(table, count)
    connection.execute("COMMIT")
    connection.execute("PRAGMA optimize")
    connection.close()
    print(f"{count:,} conversations written in {perf_counter() - began:.0f} s, {file.stat().st_size / 1e6:,.0f} MB")
    return base.model_copy(update={"database_url": f"sqlite:///{file}"})


Spent = dict[str, float]


async def _measure(
    files: dict[int, Settings], turns: int
) -> tuple[list[float], list[float], dict[int, Spent], list[Said]]:
    """Seconds of CPU of each turn beside few, beside many; of what runs every second; the SQL beside many."""
    made = {count: place.desk(of) for count, of in files.items()}
    said = [record(desk._writing) for desk, _ in made.values()][-1]
    for desk, outside in made.values():
        desk.start()
        await desk.write(outside.rules)
    spent: dict[int, list[float]] = {count: [] for count in files}
    random = Random(3)
    for turn in range(turns + WARM):
        for count, (desk, _) in made.items():
            took = await _turn(desk, chat_name(random.randrange(count)), turn)
            if turn >= WARM:
                spent[count].append(took)
        if len(said) > 10_000:
            said.clear()
    beats = {
        count: await _beside(desk, Outbox(desk, {"none": WebChannel()}, outside, random))
        for count, (desk, outside) in made.items()
    }
    for count, (desk, _) in made.items():
        place.check(desk, draft=count, conversation=count, outbox=2 * count + 2 * (turns + WARM))
        desk.stop()
    few, more = spent.values()
    return few, more, beats, of_turns(said)


async def _turn(desk: Desk, chat: str, turn: int) -> float:
    began = process_time()
    await desk.receive(place.message(place.body(chat, f"answer-{turn}", ANSWER)))
    spent = process_time() - began
    await desk.receive(place.message(place.body(chat, f"back-{turn}", BACK)))
    return spent


async def _beside(desk: Desk, outbox: Outbox) -> Spent:
    return {
        "beat": await _median_of(lambda: clock.beat(desk)),
        "look": await _median_of(outbox.deliver),
    }


async def _median_of(work: Callable[[], Any], times: int = 15) -> float:
    spent = []
    for _ in range(times):
        began = process_time()
        await work()
        spent.append(process_time() - began)
    return measure.median(spent)


if __name__ == "__main__":
    main()
