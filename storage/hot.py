"""Statements of every turn: compiled once, then run on the driver's own connection.

SQLAlchemy builds, keys and compiles a statement anew at each execution, which costs more than the database does. A
`Prepared` is written in Core like any other, so that both databases get their words, and its values pass through the
same column types, both ways.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.unit_of_work import Work

Change = Callable[[Any], Any]


class Prepared:
    """One statement with named parameters (`bindparam`). Lists (`IN`) are not for this: their text changes.

    build: makes the statement; it is given the INSERT that knows ON CONFLICT in the words of the database at hand.
    """

    def __init__(self, build: Callable[[Callable[[Table], Any]], Any]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def all(self, work: Work, **values: Any) -> list[Any]:
        """The rows, each a named tuple."""
        compiled = self._for(work)
        cursor = compiled.run(work, values)
        rows = compiled.rows(cursor.fetchall())
        cursor.close()
        return rows

    def first(self, work: Work, **values: Any) -> Any | None:
        rows = self.all(work, **values)
        return rows[0] if rows else None

    def scalar(self, work: Work, **values: Any) -> Any | None:
        """The first column of the first row; None if there is no row."""
        row = self.first(work, **values)
        return None if row is None else row[0]

    def change(self, work: Work, **values: Any) -> int:
        """How many rows were changed."""
        cursor = self._for(work).run(work, values)
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def many(self, work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
        self._for(work).run_many(work, rows)

    def _for(self, work: Work) -> "_Compiled":
        dialect = work.connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
            found = self._compiled[dialect.name] = _Compiled(self._build(insert), dialect)
        return found


class _Compiled:
    """The words of one database, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._order: list[str] | None = compiled.positiontup
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._in = {name: change for name, bind in compiled.binds.items() if (change := _into(bind.type, dialect))}
        columns = list(statement.exported_columns) if _returns(statement) else []
        self._out = [(place, change) for place, c in enumerate(columns) if (change := _out_of(c.type, dialect))]
        self._row: Any = namedtuple("Row", [column.key for column in columns]) if columns else None

    def run(self, work: Work, values: Mapping[str, Any]) -> Any:
        cursor = work.connection.connection.cursor()
        cursor.execute(self.text, self._parameters(values))
        return cursor

    def run_many(self, work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
        cursor = work.connection.connection.cursor()
        cursor.executemany(self.text, [self._parameters(row) for row in rows])
        cursor.close()

    def _parameters(self, values: Mapping[str, Any]) -> Any:
        full = {**self._fixed, **values}
        for name, change in self._in.items():
            full[name] = change(full[name])
        return full if self._order is None else [full[name] for name in self._order]

    def rows(self, found: list[Any]) -> list[Any]:
        if not self._out:
            return [self._row._make(row) for row in found]
        return [self._row._make(self._changed(row)) for row in found]

    def _changed(self, row: Any) -> list[Any]:
        values = list(row)
        for place, change in self._out:
            values[place] = change(values[place])
        return values


def _returns(statement: Any) -> bool:
    return bool(getattr(statement, "is_select", False) or getattr(statement, "_returning", ()))


def _into(type_: Any, dialect: Dialect) -> Change | None:
    change: Change | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return change


def _out_of(type_: Any, dialect: Dialect) -> Change | None:
    change: Change | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return change
