"""/cancel: the draft is erased, nothing stays; a question about a complaint is dropped."""

from dataclasses import replace

from handlers import alerts, choices
from handlers.messages import Reply
from handlers.resident import consent, start, step
from handlers.texts import intake as texts
from handlers.turn import Turn


def cancel(turn: Turn) -> Reply:
    waiting = bool(turn.conversation.asking)
    turn.conversation.settle()
    if turn.message.group:
        return Reply(texts.dropped())
    if waiting and "draft" not in turn.args:
        return step.aside(turn, Reply(texts.dropped(), choices.MENU))
    if turn.draft is None:
        return Reply(texts.nothing_open(), choices.MENU)
    if turn.args.get("draft", turn.draft.id) != turn.draft.id:
        return step.stale(turn)
    key = turn.draft.key_for(None)
    consent.leave(turn)
    told = texts.cancelled() + alerts.kept(turn, turn.message.channel, turn.message.chat)
    return Reply(told, choices.MENU, ask=key)


def afresh(turn: Turn) -> Reply:
    """The draft is erased and a new one begun."""
    if step.consented(turn) is None and turn.draft is not None and turn.draft.consent:
        return step.stale(turn)
    key = turn.draft.key_for(None) if turn.draft is not None else ""
    consent.leave(turn)
    return replace(start.new(turn), ask=key)
