"""How long each step may take is a file: what it does not name keeps its default, what is wrong is named."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from bot import rulebook
from bot.directory import LUOHU, BadFile
from bot.terms_file import read_terms
from complaints.calendar import OFFICE_HOURS
from complaints.deadlines import Terms
from tests.town import Town, at


def file(folder: Path, *lines: str) -> Path:
    path = folder / "terms.csv"
    path.write_text("\n".join(["name,value,note", *(f"{line}," for line in lines)]) + "\n", "utf-8")
    return path


def test_the_shipped_file_says_the_documented_defaults() -> None:
    assert read_terms(LUOHU / "terms.csv") == (Terms(), OFFICE_HOURS)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_terms(tmp_path / "none.csv") == (Terms(), OFFICE_HOURS)


def test_lengths_are_read_with_their_unit(tmp_path: Path) -> None:
    terms, opening = read_terms(file(tmp_path, "accept,30m", "silence,5d", "resolve,2", "opening,08:30-17:30"))
    assert (terms.accept, terms.silence, terms.resolve) == (timedelta(minutes=30), timedelta(days=5), 2)
    assert (terms.claim, opening) == (Terms().claim, ((time(8, 30), time(17, 30)),))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("acept,10m", "no term is called acept"),
        ("accept,10", "accept should be like 30s, 10m, 2h or 7d, not 10"),
        ("accept,0m", "not 0m"),
        ("resolve,1d", "resolve should be a number of working days"),
        ("opening,18:00-09:00", "opening should be like"),
        ("opening,9-12", "Invalid isoformat"),
    ],
)
def test_a_wrong_line_is_named_with_what_it_should_be(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(BadFile, match=f"line 2: .*{said}"):
        read_terms(file(tmp_path, line))


async def test_a_new_length_is_what_the_next_complaint_is_promised(town: Town, tmp_path: Path) -> None:
    content = file(tmp_path, "feedback,3h").read_text("utf-8")
    await town.desk.write(lambda work: rulebook.load_files(work, {"terms.csv": content}, "test"))
    await town.pass_time(seconds=2)
    town.time = at("2026-11-24 14:00")  # Tuesday
    await town.file()
    assert any("17:00 前" in text for text in town.all())
