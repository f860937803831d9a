"""One transaction of the store: whose it is, when it happens, and savepoints inside it.

The caller opens and commits the connection; nothing here commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from storage.sealed import Keyring


class News(StrEnum):
    """What others want to know after the commit; more than is so does no harm."""

    TO_SEND = "to_send"  # something waits for the outbox
    STAFF = "staff"  # somebody became staff


@dataclass(frozen=True)
class Work:
    """What every function of the store is given: the connection in its transaction, the tenant, the keys, the time.

    news: what this transaction has to tell.
    """

    connection: Connection
    tenant: str
    keys: Keyring
    now: datetime
    news: set[News] = field(default_factory=set)

    @cached_property
    def driver(self) -> Any:
        """The driver's own connection, in this transaction. Its errors are the driver's too."""
        return self.connection.connection.dbapi_connection

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone if the block raises, the rest of the transaction is unharmed.

        Raises Lost if the whole transaction is gone. Said to the driver directly: SQLAlchemy's nested transactions
        cost five times as much.
        """
        self._say("SAVEPOINT item")
        try:
            yield
        except BaseException:
            self._end("ROLLBACK TO item", "RELEASE item")
            raise
        self._end("RELEASE item")

    def undo(self) -> None:
        """Undoes what the innermost savepoint holds, with its locks; the block goes on in it. Raises Lost."""
        self._end("ROLLBACK TO item")

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


class Overtaken(Exception):
    """Somebody saved this row since it was loaded."""
