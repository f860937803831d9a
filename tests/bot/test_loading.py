"""Data is loaded whole or not at all; a dry run says which open complaints would go elsewhere."""

from pathlib import Path

import pytest

from bot import loading, rulebook
from bot.directory import LUOHU, BadFile
from storage import people, reference
from tests.town import Town


def catalogue(change: tuple[str, str]) -> dict[str, str]:
    return {"catalogue.csv": (LUOHU / "catalogue.csv").read_text("utf-8").replace(*change)}


async def test_a_dry_run_names_what_would_move_and_changes_nothing(town: Town) -> None:
    number = await town.file()
    lead = (await town.read(lambda work: loading.stored.load(work, number, lock=False))).lead
    before = await town.read(reference.versions)
    line = next(line for line in (LUOHU / "catalogue.csv").read_text("utf-8").splitlines() if ",城乡建设,," in line)
    files = catalogue((line, line.replace(",community,", ",subdistrict,", 1)))
    new = await town.read(lambda work: rulebook.imagine(work, files, "LH"))
    moved = await town.read(lambda work: loading.effect(work, new))
    assert [(each.number, each.before) for each in moved] == [(number, lead)]
    assert moved[0].after != lead
    assert await town.read(reference.versions) == before


async def test_a_wrong_file_keeps_nothing(town: Town) -> None:
    before = await town.read(reference.versions)
    with pytest.raises(BadFile):
        await town.desk.write(lambda work: rulebook.load_files(work, {"catalogue.csv": "no,header\n"}, "test"))
    assert await town.read(reference.versions) == before


async def test_a_new_version_is_used_by_the_next_turn_and_the_old_one_stays(town: Town) -> None:
    files = catalogue(("示例-1", "示例-2"))
    await town.desk.write(lambda work: rulebook.load_files(work, files, "test"))
    await town.pass_time(seconds=2)
    book = await town.desk.write(town.outside.rules)
    assert book.catalogue.version == "示例-2"
    assert (await town.read(reference.versions))["catalogue.csv"] == 2


async def test_people_come_from_a_file(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("channel,sender,unit,role,name\nweb,r-1,440303,staff,示例甲\n", "utf-8")
    rules = await town.desk.write(town.outside.rules)
    assert await town.desk.write(lambda work: loading.load_people(work, file, rules)) == 1
    member = await town.read(lambda work: people.member(work, "web", "r-1"))
    assert (member.unit, member.name) == ("440303", "示例甲")


@pytest.mark.parametrize(
    ("line", "said"),
    [("web,r-1,nowhere,staff,甲", "nowhere is not in the directory"), ("web,r-1,440303,king,甲", "role should be")],
)
async def test_a_wrong_line_of_people_is_named(town: Town, tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"channel,sender,unit,role,name\n{line}\n", "utf-8")
    rules = await town.desk.write(town.outside.rules)
    with pytest.raises(BadFile, match=f"line 2: .*{said}"):
        loading.load_people(None, file, rules)  # type: ignore[arg-type]  # it never comes to the store
