"""What masking finds and what it takes for a number that is none, over the hand-written lines.

A span counts only if it is exact. The lines (tests/complaints/masking_lines.csv: `text`, `expected` joined by |) are
invented and were written beside the rules: they show what the rules do, not how often residents write so. Of names
only those count whose bearer says them: others are handed in. Usage: python benchmarks/masking.py [LINES]
"""

import csv
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # run as a script, from any folder

from complaints.masking import spans

LINES = Path(__file__).resolve().parent.parent / "tests" / "complaints" / "masking_lines.csv"


@dataclass(frozen=True)
class Measured:
    """Counts of spans over all lines: wanted, masked, and both."""

    wanted: int
    masked: int
    right: int

    @property
    def recall(self) -> float:
        return self.right / self.wanted

    @property
    def precision(self) -> float:
        return self.right / self.masked


def read(path: Path) -> list[tuple[str, list[str]]]:
    """(text, sensitive substrings) a line; raises ValueError if a substring is not in its text."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [(row["text"], row["expected"].split("|") if row["expected"] else []) for row in csv.DictReader(lines)]
    for text, expected in rows:
        if missing := [part for part in expected if part not in text]:
            raise ValueError(f"{missing} not in {text!r}")
    return rows


def compare(text: str, expected: list[str]) -> tuple[Counter[str], Counter[str]]:
    """(missed, masked for nothing), each a multiset of substrings."""
    masked = Counter(text[span.start : span.end] for span in spans(text))
    wanted = Counter(expected)
    return wanted - masked, masked - wanted


def measure(rows: list[tuple[str, list[str]]]) -> Measured:
    """Raises ZeroDivisionError, when asked for a rate, if nothing was wanted or masked."""
    wanted = sum(len(expected) for _, expected in rows)
    missed = sum(compare(text, expected)[0].total() for text, expected in rows)
    extra = sum(compare(text, expected)[1].total() for text, expected in rows)
    return Measured(wanted=wanted, masked=wanted - missed + extra, right=wanted - missed)


def main(path: Path) -> None:
    rows = read(path)
    for text, expected in rows:
        missed, extra = compare(text, expected)
        if missed or extra:
            print(f"{text}\tmissed {sorted(missed)}\tmasked for nothing {sorted(extra)}")
    found = measure(rows)
    print(
        f"lines={len(rows)} wanted={found.wanted} masked={found.masked} "
        f"recall={found.recall:.4f} precision={found.precision:.4f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else LINES)
