"""Many open conversations at once: the rows of one that was played, written again for others, straight into the tables.

Names and ids are their own, and what is sealed is sealed anew, bound to its row; times and counts are the played one's.
"""

import sqlite3
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from storage.sealed import Keyring

PLAYED = "r-" + "5" * 20
BATCH = 20_000  # chats whose rows are written at a time
TABLES = ("inbox", "conversation", "draft", "line", "outbox", "button", "clock")
# what names the row of a sealed value, beside the tenant and the table
SEALED = {
    "inbox": ("body", ("channel", "update_key")),
    "conversation": ("state", ("channel", "chat")),
    "draft": ("content", ("id",)),
    "outbox": ("payload", ("channel", "chat")),
}
Row = dict[str, Any]


class Crowd:
    """The rows of the played chat, written again for chats 1, 2, ..."""

    def __init__(self, connection: sqlite3.Connection, keys: Keyring) -> None:
        self._connection, self._keys = connection, keys
        connection.row_factory = sqlite3.Row
        draft = connection.execute("SELECT id FROM draft").fetchone()["id"]
        buttons = [row["id"] for row in connection.execute("SELECT id FROM button")]
        self._names = [PLAYED, draft, *buttons]

    def write(self, table: str, count: int) -> None:
        rows = [self._template(table, row) for row in self._connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
        columns = list(rows[0])
        marks = ", ".join(f":{column}" for column in columns)
        text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
        for start in range(1, count, BATCH):
            self._connection.executemany(text, self._renamed(table, rows, range(start, min(start + BATCH, count))))

    def _template(self, table: str, row: sqlite3.Row) -> Row:
        """Without its number, for the database gives each its own; sealed values opened."""
        values = {name: row[name] for name in row.keys() if not (name == "id" and isinstance(row[name], int))}  # noqa: SIM118
        column, named = SEALED.get(table, ("", ()))
        if values.get(column) is not None:
            values[column] = self._keys.open(values[column], row["tenant"], table, *(row[name] for name in named))
        return values

    def _renamed(self, table: str, rows: list[Row], chats: range) -> Iterator[Row]:
        """Only what holds a name is looked at for each chat."""
        held = [(row, [(name, self._held(value)) for name, value in row.items() if self._held(value)]) for row in rows]
        for chat in chats:
            names = _names(chat, self._names)
            for row, places in held:
                yield self._sealed(table, row | {name: self._with(row[name], at, names) for name, at in places})

    def _held(self, value: Any) -> list[int]:
        """Which of the names are in a value."""
        return [at for at, name in enumerate(self._names) if isinstance(value, str) and name in value]

    def _with(self, value: str, places: list[int], names: list[str]) -> str:
        for at in places:
            value = value.replace(self._names[at], names[at])
        return value

    def _sealed(self, table: str, row: Row) -> Row:
        column, named = SEALED.get(table, ("", ()))
        if row.get(column) is not None:
            row[column] = self._keys.seal(row[column], row["tenant"], table, *(row[name] for name in named))
        return row


def _names(chat: int, names: list[str]) -> list[str]:
    """Of this chat, as long and as scattered as those the code makes."""
    return [chat_name(chat), *(_scattered(f"{chat}:{at}")[: len(name)].upper() for at, name in enumerate(names[1:]))]


def chat_name(number: int) -> str:
    return PLAYED if number == 0 else f"r-{_scattered(str(number))[:20]}"


def _scattered(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
