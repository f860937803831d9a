"""A look for messages that wait may fall between keeping and handling one: it is handled once all the same."""

from functools import partial

from handlers import dispatch
from handlers.messages import Message
from storage import inbox
from storage.unit_of_work import Work
from tests.town import Town


async def test_a_message_found_waiting_in_the_batch_that_handles_it_is_handled_once(town: Town) -> None:
    message = Message("terminal", "resident", "resident", "once", text="楼道漏水")

    def batch(work: Work) -> list[dispatch.Waiting]:
        kept = dispatch.keep(work, [message])
        found = dispatch.waiting(work, 16)
        dispatch.answer(work, town.outside, message, kept)
        return found

    found = await town.desk.write(batch)
    assert [row.tries for row in found] == [1]
    await town.desk.write(partial(dispatch.again, outside=town.outside, rows=found))
    await town.deliver()
    assert len(town.all()) == 1
    assert await town.read(inbox.counts) == {"done": 1, "quarantined": 0, "waiting": 0}
