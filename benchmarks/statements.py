"""The SQL of a run: recorded as it reaches the driver, counted, and said to bare sqlite3 as well.

Both sit in the driver's own cursor, so they hear SQLAlchemy's statements and those on the driver's connection.
"""

import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.measure import Shares
from storage.engine import PRAGMAS

Said = tuple[str, str, Any]  # "execute", "executemany" or "commit"; the text; the values
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(\w+)", re.IGNORECASE)


class _Cursor(sqlite3.Cursor):
    def execute(self, text: str, values: Any = ()) -> "_Cursor":
        self.connection.said.append(("execute", text, values))  # type: ignore[attr-defined]
        super().execute(text, values)
        return self

    def executemany(self, text: str, rows: Any) -> "_Cursor":
        rows = list(rows)
        self.connection.said.append(("executemany", text, rows))  # type: ignore[attr-defined]
        super().executemany(text, rows)
        return self


def record(engine: Engine) -> list[Said]:
    """Everything said by the connections `engine` makes from now on; the list grows."""
    said: list[Said] = []

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = _Cursor) -> Any:
            self.said = said
            return super().cursor(factory)

        def execute(self, text: str, values: Any = ()) -> Any:
            return self.cursor().execute(text, values)

        def executemany(self, text: str, rows: Any) -> Any:
            return self.cursor().executemany(text, rows)

        def commit(self) -> None:
            said.append(("commit", "COMMIT", ()))
            super().commit()

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        named["factory"] = Connection

    return said


def beside(engine: Engine, shares: Shares, copy: Path) -> None:
    """Everything `engine` says from now on is said at once to bare sqlite3 too, on a copy of its file, and timed as
    "bare" and "bare commit": the same statement at the same moment, for caches that are warm are a quarter of a price.
    """
    bare = sqlite3.connect(copy, isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        bare.execute(f"PRAGMA {pragma}")

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(Cursor)

        def execute(self, text: str, values: Any = ()) -> Any:
            return self.cursor().execute(text, values)

        def commit(self) -> None:
            super().commit()
            with shares.part("bare commit"):
                bare.execute("COMMIT")

    class Cursor(sqlite3.Cursor):
        def execute(self, text: str, values: Any = ()) -> "Cursor":
            super().execute(text, values)
            if not text.startswith("PRAGMA"):
                with shares.part("bare"):
                    bare.execute(text, values).fetchall()
            return self

        def executemany(self, text: str, rows: Any) -> "Cursor":
            rows = list(rows)
            super().executemany(text, rows)
            with shares.part("bare"):
                bare.executemany(text, rows)
            return self

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        named["factory"] = Connection


def of_turns(said: list[Said]) -> list[Said]:
    """Without the settings of a new connection."""
    return [each for each in said if not each[1].startswith("PRAGMA")]


def kinds(said: list[Said]) -> Counter[tuple[str, str]]:
    """(table, verb) -> how many statements."""
    return Counter(_kind(text) for _, text, _ in said)


def _kind(text: str) -> tuple[str, str]:
    verb = text.split(None, 1)[0].upper()
    found = _TABLE.search(text) if verb in {"SELECT", "INSERT", "UPDATE", "DELETE"} else None
    return (found.group(1) if found else "", verb)


def scans(file: Path, said: list[Said]) -> list[str]:
    """Plans that read a whole table, or all of a tenant's or a channel's rows: one line a different statement.

    An index of some rows only, and what the statement itself has put together, may be read whole.
    """
    connection = sqlite3.connect(file)
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    few = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    partial = {name for (name,) in connection.execute(few)}
    found = []
    for text, values in {text: values for how, text, values in said if how == "execute"}.items():
        if _kind(text)[1] in {"SELECT", "UPDATE", "DELETE"}:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values)]
            found += [f"{step} <- {' '.join(text.split())[:140]}" for step in plan if _is_wide(step, names, partial)]
    connection.close()
    return found


def _is_wide(step: str, names: set[str], partial: set[str]) -> bool:
    read = re.match(
        r"(SCAN|SEARCH) (\w+)(?: USING (?:(?:COVERING )?INDEX (\w+)|INTEGER PRIMARY KEY))?(?: \((.*)\))?", step
    )
    if read is None or read.group(2) not in names or read.group(3) in partial:
        return False
    searched = read.group(4) or ""
    return read.group(1) == "SCAN" or (
        "<" not in searched and set(re.findall(r"\w+(?==)", searched)) <= {"tenant", "channel"}
    )
