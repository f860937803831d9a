"""/bind CODE in a group: the group becomes the queue of a unit."""

from handlers.messages import Reply
from handlers.staff.account import PREFIX
from handlers.texts import staff as texts
from handlers.turn import Turn
from storage import cards, people
from storage import complaints as stored

CARDS = 20  # at once: a group is not to be flooded; the others come when they change, or by /queue


def bind(turn: Turn) -> Reply:
    if not turn.message.group:
        return Reply(texts.bind_in_group())
    if turn.member is None:
        return Reply(texts.join_first())
    if turn.words.upper().startswith(PREFIX):
        return Reply(texts.start_in_private())
    code = people.use_code(turn.work, turn.words, "group")
    if code is None:
        return Reply(texts.code_unknown())
    return _bind(turn, turn.member.id, code.unit)


def _bind(turn: Turn, by: str, unit: str) -> Reply:
    channel, chat = turn.message.channel, turn.message.chat
    if turn.unit and turn.unit != unit:
        cards.take_down(turn.work, channel, chat)  # they were another unit's
    people.bind_group(turn.work, channel, chat, unit, by, forum=turn.message.forum)
    waiting = stored.queue(turn.work, unit, limit=500)
    for complaint in waiting[:CARDS]:  # what waited for a group is shown in it at once
        cards.hang(turn.work, channel, chat, complaint.number)
    said = texts.bound(turn.rules.directory.get(unit), len(waiting), min(len(waiting), CARDS))
    return Reply(f"{said}\n{texts.has_topics()}" if turn.message.forum else said)
