"""One transaction of the store: whose it is, when it happens, and savepoints inside it.

The caller opens and commits the connection; nothing here commits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage.sealed import Keyring


@dataclass(frozen=True)
class Work:
    """What every function of the store is given: the connection in its transaction, the tenant, the keys, the time."""

    connection: Connection
    tenant: str
    keys: Keyring
    now: datetime

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone if the block raises, the rest of the transaction is unharmed.

        Said to the driver directly: SQLAlchemy's nested transactions cost five times as much.
        """
        say = self.connection.exec_driver_sql
        say("SAVEPOINT item")
        try:
            yield
        except BaseException:
            say("ROLLBACK TO item")
            say("RELEASE item")
            raise
        say("RELEASE item")


class Overtaken(Exception):
    """Somebody saved this row since it was loaded."""
