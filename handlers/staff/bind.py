"""/bind CODE in a group: the group becomes the queue of a unit."""

from handlers.messages import Reply
from handlers.texts import refusals
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import complaints as stored
from storage import outbox, people


def bind(turn: Turn) -> Reply:
    if not turn.message.group:
        return Reply(texts.bind_in_group())
    if turn.member is None:
        return Reply(refusals.not_yours())
    code = people.use_code(turn.work, turn.words, "group")
    if code is None:
        return Reply(texts.code_unknown())
    channel, chat = turn.message.channel, turn.message.chat
    people.bind_group(turn.work, channel, chat, code.unit, turn.member.id)
    waiting = stored.queue(turn.work, code.unit)
    for complaint in waiting:  # what waited for a group is shown in it at once
        outbox.hang_card(turn.work, channel, chat, complaint.number)
    return Reply(texts.bound(turn.rules.directory.get(code.unit), len(waiting)))
