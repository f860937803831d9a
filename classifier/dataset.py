"""Datasets: texts with labels, read from CSV or JSON lines (UTF-8).

Each row has `text` and `label`, and may have `title`, `item` and `id`; other columns are passed over. A row that
cannot be used stops the reading with its line, for a dataset silently short of rows trains a worse model.
"""

import csv
import io
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("text", "label")
OPTIONAL = ("title", "item", "id")


class DatasetError(ValueError):
    """A dataset cannot be read. line: counted from 1, of the file."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path.name}, line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True, order=True)
class Example:
    text: str
    label: str
    title: str = ""
    item: str = ""
    id: str = ""

    @property
    def reading(self) -> str:
        """What the model reads: title and text, the title once."""
        return self.text if self.text.startswith(self.title) else f"{self.title} {self.text}"


@dataclass(frozen=True)
class Cleaned:
    """Each text once. repeated: rows dropped as repetitions; contested: texts dropped for want of one label."""

    examples: tuple[Example, ...]
    repeated: int
    contested: int


def read(path: Path) -> list[Example]:
    """The examples of a file: CSV with a header if it ends in .csv, else JSON lines.

    Raises DatasetError naming the line, OSError if the file cannot be opened.
    """
    lines = _lines(path)
    rows = _csv_rows(path, lines) if path.suffix.lower() == ".csv" else _json_rows(path, lines)
    examples = [_example(path, line, row) for line, row in rows]
    if not examples:
        raise DatasetError(path, 1, "no rows")
    return examples


def _lines(path: Path) -> list[str]:
    content = path.read_bytes()
    try:
        return list(io.StringIO(content.decode("utf-8-sig"), newline=""))  # splitlines() also ends at U+2028
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DatasetError(path, line, "not UTF-8 (from Excel, save as 'CSV UTF-8')") from None


def _csv_rows(path: Path, lines: list[str]) -> Iterator[tuple[int, dict[str, object]]]:
    reader = csv.DictReader(lines, strict=True)
    try:
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise DatasetError(path, 1, f"no column {' or '.join(missing)}")
        for row in reader:
            if None in row:
                raise DatasetError(path, reader.line_num, "more fields than the header")
            # a quoted field may run over several lines: name the first
            yield reader.line_num - sum(value.count("\n") for value in row.values() if value), row
    except csv.Error as error:
        raise DatasetError(path, reader.line_num + 1, str(error)) from None  # after the last row that was whole


def _json_rows(path: Path, lines: list[str]) -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DatasetError(path, number, f"not JSON: {error}") from None
        if not isinstance(row, dict):
            raise DatasetError(path, number, "not a JSON object")
        yield number, row


def _example(path: Path, line: int, row: dict[str, object]) -> Example:
    values: dict[str, str] = {}
    for name in (*NEEDED, *OPTIONAL):
        value = row.get(name)
        if isinstance(value, int) and name == "id":
            value = str(value)
        if value is not None and not isinstance(value, str):
            raise DatasetError(path, line, f"{name} is not a string")
        values[name] = (value or "").strip()
        if name in NEEDED and not values[name]:
            raise DatasetError(path, line, f"no {name}")
    return Example(**values)


def without_repeats(examples: Iterable[Example]) -> Cleaned:
    """Each text once, in an order that does not depend on the order given.

    Texts count as the same if only white space, width or case differ. Of two labels the commoner wins; a text
    whose labels are equally common teaches nothing and is left out.
    """
    same: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        same["".join(unicodedata.normalize("NFKC", example.reading).lower().split())].append(example)
    kept, contested = [], 0
    for alike in same.values():
        common = Counter(example.label for example in alike).most_common(2)
        if len(common) == 2 and common[0][1] == common[1][1]:
            contested += 1
        else:
            kept.append(min(example for example in alike if example.label == common[0][0]))
    repeated = sum(len(alike) - 1 for alike in same.values())
    return Cleaned(tuple(sorted(kept)), repeated, contested)
