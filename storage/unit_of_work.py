"""One transaction of the store: whose it is, when it happens, and savepoints inside it.

The caller opens and commits the connection; nothing here commits.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Connection

from storage.engine import is_passing
from storage.sealed import Keyring


class News(StrEnum):
    """What others want to know after the commit; more than is so does no harm."""

    TO_SEND = "to_send"  # something waits for the outbox
    STAFF = "staff"  # somebody became staff


class Write(Protocol):
    """A statement that changes one row for each row of values."""

    def many(self, work: "Work", rows: Iterable[Mapping[str, Any]]) -> int: ...


Line = tuple[str, str]  # channel and chat


@dataclass
class Gathered:
    """Last writes of the turns of a batch, carried out together: one call for many turns costs half of many calls.

    Each is about the chat whose turn it was, so hardly anybody else reads it: before a turn of the same chat comes, and
    before anything that may read them all, they are carried out; who reads another chat's says so (`look_at`).
    line: whose turn it is now.
    """

    writes: list[tuple[Write, dict[str, Any]]] = field(default_factory=list)
    lines: set[Line] = field(default_factory=set)
    line: Line | None = None
    marks: list[int] = field(default_factory=list)
    missed: bool = False  # something that was left by the turn of another chat may have been read without it


@dataclass(frozen=True)
class Work:
    """What every function of the store is given: the connection in its transaction, the tenant, the keys, the time.

    news: what this transaction has to tell. gathered: None, every write is carried out at once.
    """

    connection: Connection
    tenant: str
    keys: Keyring
    now: datetime
    news: set[News] = field(default_factory=set)
    gathered: Gathered | None = None

    @cached_property
    def driver(self) -> Any:
        """The driver's own connection, in this transaction. Its errors are the driver's too."""
        return self.connection.connection.dbapi_connection

    @cached_property
    def is_alone(self) -> bool:
        """Nobody else writes while this transaction is open: what was read is still so."""
        return self.connection.dialect.name == "sqlite"

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone if the block raises, the rest of the transaction is unharmed.

        Raises Lost if the whole transaction is gone, Again if it is to be made again: what one item lost against others
        (a deadlock, a row that was changed meanwhile) is not the item's own fault. Said to the driver directly:
        SQLAlchemy's nested transactions cost five times as much.
        """
        self._say("SAVEPOINT item")
        if self.gathered is not None:
            self.gathered.marks.append(len(self.gathered.writes))
        try:
            yield
        except BaseException as error:
            self._drop_gathered()
            if is_passing(error) or (isinstance(error, Overtaken) and not self.is_alone):
                raise Again from error
            self._end("ROLLBACK TO item", "RELEASE item")
            raise
        finally:
            if self.gathered is not None:
                self.gathered.marks.pop()
        self._end("RELEASE item")

    def undo(self) -> None:
        """Undoes what the innermost savepoint holds, with its locks; the block goes on in it. Raises Lost."""
        self._drop_gathered()
        self._end("ROLLBACK TO item")

    def _drop_gathered(self) -> None:
        if self.gathered is not None:
            del self.gathered.writes[self.gathered.marks[-1] :]

    def turn_of(self, line: Line) -> None:
        """The next writes may be gathered if they are about this chat. Raises what `carry_out` raises."""
        if self.gathered is None:
            return
        if line in self.gathered.lines:
            self.carry_out()
        self.gathered.line = line
        self.gathered.lines.add(line)

    def gather(self, line: Line, write: Write, values: dict[str, Any]) -> bool:
        """False: it is to be carried out now."""
        if self.gathered is None or self.gathered.line != line:
            return False
        self.gathered.writes.append((write, values))
        return True

    def look_at(self, line: Line) -> None:
        """A turn reads what belongs to another chat. Inside its savepoint nothing of others can be carried out: if
        that chat has left something in this batch, the batch is to be done again, each turn by itself."""
        if self.gathered is not None and line in self.gathered.lines and line != self.gathered.line:
            self.gathered.missed = True

    def carry_out(self) -> None:
        """All that was gathered, outside every savepoint. Raises Overtaken if a row was not there, or was missed."""
        if self.gathered is None:
            return
        if self.gathered.missed:
            raise Overtaken("in a batch")
        together: dict[Write, list[dict[str, Any]]] = {}
        for write, values in self.gathered.writes:
            together.setdefault(write, []).append(values)
        self.gathered.writes.clear()
        self.gathered.lines.clear()
        for write, rows in together.items():
            if write.many(self, rows) != len(rows):
                raise Overtaken("in a batch")

    def _end(self, *statements: str) -> None:
        try:
            for statement in statements:
                self._say(statement)
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise Lost from error

    def _say(self, statement: str) -> None:
        self.driver.execute(statement)


class Lost(BaseException):
    """The transaction itself is gone (a full disk, a broken line): nothing that ran in it is kept.

    No Exception, because whoever turns the error of one item into an answer must let it pass: what is written after
    it would commit by itself.
    """


class Again(Lost):
    """The transaction is of no use any more, but made again it may well succeed."""


class Overtaken(Exception):
    """Somebody saved this row since it was loaded."""
