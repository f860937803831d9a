"""Statements of every turn: compiled once, then run on the driver's own connection.

SQLAlchemy builds, keys and compiles a statement anew at each execution, which costs more than the database does. A
`Prepared` is written in Core like any other, so that both databases get their words, and its values pass through the
same column types, both ways.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Float, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.unit_of_work import Line, Overtaken, Work

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
        return compiled.rows(compiled.run(work, values).fetchall())

    def first(self, work: Work, **values: Any) -> Any | None:
        rows = self.all(work, **values)
        return rows[0] if rows else None

    def scalar(self, work: Work, **values: Any) -> Any | None:
        """The first column of the first row; None if there is no row."""
        row = self.first(work, **values)
        return None if row is None else row[0]

    def change(self, work: Work, **values: Any) -> int:
        """How many rows were changed."""
        changed: int = self._for(work).run(work, values).rowcount
        return changed

    def many(self, work: Work, rows: Iterable[Mapping[str, Any]]) -> int:
        """How many rows were changed, of all together."""
        return self._for(work).run_many(work, rows)

    def last(self, work: Work, line: Line, **values: Any) -> None:
        """Changes one row: at the end of the batch if `line` is the chat whose turn it is, else now.

        Raises Overtaken if the row was not there, now or then.
        """
        if not work.gather(line, self, values) and self.change(work, **values) != 1:
            raise Overtaken(line[1])

    def _for(self, work: Work) -> "_Compiled":
        dialect = work.connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._build(_insert_of(dialect)), dialect)
        return found


def insert(work: Work, table: Table) -> Any:
    """The INSERT that knows ON CONFLICT, for a statement that runs too seldom to be prepared."""
    return _insert_of(work.connection.dialect)(table)


def _insert_of(dialect: Dialect) -> Callable[[Table], Any]:
    """In the words of this database."""
    return sqlite.insert if dialect.name == "sqlite" else postgresql.insert


class _Compiled:
    """The words of one database, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        into = {name: change for name, bind in compiled.binds.items() if (change := _into(bind.type, dialect))}
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._fixed = {name: into[name](value) if name in into else value for name, value in fixed.items()}
        self._in = [(name, change) for name, change in into.items() if name not in fixed]
        self._ordered = _ordering(compiled.positiontup)
        columns = list(statement.exported_columns) if _returns(statement) else []
        self._out = [(place, change) for place, c in enumerate(columns) if (change := _out_of(c.type, dialect))]
        self._row: Any = namedtuple("Row", [column.key for column in columns]) if columns else None

    def run(self, work: Work, values: dict[str, Any]) -> Any:
        return work.driver.execute(self.text, self._parameters(values))

    def run_many(self, work: Work, rows: Iterable[Mapping[str, Any]]) -> int:
        cursor = work.driver.cursor()
        cursor.executemany(self.text, [self._parameters(dict(row)) for row in rows])
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def _parameters(self, values: dict[str, Any]) -> Any:
        """Changes `values`: they become those of the driver."""
        for name, change in self._in:
            values[name] = change(values[name])
        if self._fixed:
            values.update(self._fixed)
        return self._ordered(values)

    def rows(self, found: list[Any]) -> list[Any]:
        make = self._row._make
        return [make(self._changed(row)) for row in found] if self._out else [make(row) for row in found]

    def _changed(self, row: Any) -> list[Any]:
        values = list(row)
        for place, change in self._out:
            values[place] = change(values[place])
        return values


def _ordering(names: Sequence[str] | None) -> Callable[[dict[str, Any]], Any]:
    """Puts values in the order of the text; a driver that takes names gets them by name."""
    if names is None:
        return lambda full: full
    if len(names) > 1:
        return itemgetter(*names)
    return lambda full: [full[name] for name in names]  # itemgetter would give the one value itself


def _returns(statement: Any) -> bool:
    return bool(getattr(statement, "is_select", False) or getattr(statement, "_returning", ()))


def _into(type_: Any, dialect: Dialect) -> Change | None:
    change: Change | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return change


def _out_of(type_: Any, dialect: Dialect) -> Change | None:
    if isinstance(type_, Float):  # both drivers give one; psycopg's type wants to see a result before it says so
        return None
    change: Change | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return change
