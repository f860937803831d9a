"""The seal shows what a complaint's own chain cannot: a complaint gone whole, events cut off at the end."""

import pytest
from sqlalchemy import delete, update

from storage import seal
from storage.audit import Broken
from storage.seal import Head
from storage.tables import audit_seal, complaint, complaint_event
from storage.unit_of_work import Work
from tests.town import Town


@pytest.fixture
async def sealed(town: Town) -> tuple[Town, str, Head]:
    number = await town.file()
    head = await town.desk.write(seal.seal)
    assert head is not None
    return town, number, head


async def test_nothing_is_sealed_twice(sealed: tuple[Town, str, Head]) -> None:
    town, _, head = sealed
    assert await town.desk.write(seal.seal) is None
    await town.pass_time(minutes=2)
    await town.say("/补充 门口也有水")
    again = await town.desk.write(seal.seal)
    assert again is not None
    assert again.seq == head.seq + 1


async def test_what_is_whole_is_said_to_be_whole(sealed: tuple[Town, str, Head]) -> None:
    town, _, head = sealed
    assert await town.desk.write(lambda work: seal.verify(work, head)) == ()


async def test_a_complaint_gone_whole_is_found(sealed: tuple[Town, str, Head]) -> None:
    town, number, _ = sealed

    def remove(work: Work) -> tuple[Broken, ...]:
        work.connection.execute(delete(complaint_event).where(complaint_event.c.complaint == number))
        work.connection.execute(delete(complaint).where(complaint.c.number == number))
        return seal.verify(work)

    (broken,) = await town.desk.write(remove)
    assert (broken.complaint, broken.what) == (number, "cut")


async def test_an_edited_seal_is_found(sealed: tuple[Town, str, Head]) -> None:
    town, _, _ = sealed

    def edit(work: Work) -> tuple[Broken, ...]:
        work.connection.execute(update(audit_seal).values(heads={}))
        return seal.verify(work)

    assert await town.desk.write(edit) == (Broken("", 1, "seal"),)


async def test_cut_seals_are_found_by_the_posted_head(sealed: tuple[Town, str, Head]) -> None:
    town, _, head = sealed

    def cut(work: Work) -> tuple[tuple[Broken, ...], ...]:
        work.connection.execute(delete(audit_seal))
        return seal.verify(work), seal.verify(work, head)

    unseen, seen = await town.desk.write(cut)
    assert unseen == ()
    assert seen == (Broken("", head.seq, "seal"),)
