"""Plain words and presses, read straight from the JSON: most updates are these, and an `Update` of one costs ten times
as much.

Whatever has a key that is not known here is left to `translate`, which says the same of all that is read here.
"""

from typing import Any

from bot.channels.telegram.translate import GROUPS, NAME, PRIVATE, Me, addressed
from handlers.messages import Message

_SAID, _PRESSED = frozenset({"update_id", "message"}), frozenset({"update_id", "callback_query"})
_OF_WORDS = frozenset({"message_id", "from", "chat", "date", "text", "entities", "link_preview_options"})
_OF_PRESS = frozenset({"id", "from", "message", "chat_instance", "data"})


def plain(update: dict[str, Any], me: Me) -> list[Message] | None:
    """What it says; nothing for what is not ours. None: it is more than plain, or not as it should be."""
    if update.keys() == _SAID:
        return _words(update["message"], me)
    return _press(update["callback_query"]) if update.keys() == _PRESSED else None


def _words(said: Any, me: Me) -> list[Message] | None:
    match said:
        case {
            "message_id": int(id),
            "date": int(),
            "text": str(text),
            "from": {"id": int(sender), "is_bot": False},
            "chat": {"id": int(chat), "type": str(kind)} as where,
        } if said.keys() <= _OF_WORDS and (kind == PRIVATE or kind in GROUPS):
            group, forum = kind in GROUPS, bool(where.get("is_forum"))
            words = addressed(text, me, group=group)
            key = f"{chat}:{id}"
            return [Message(NAME, str(chat), str(sender), key, text=words, group=group, forum=forum)] if words else []
    return None


def _press(query: Any) -> list[Message] | None:
    """A message that we cannot see any more has no date."""
    match query:
        case {
            "id": str(id),
            "data": str(data),
            "from": {"id": int(sender)},
            "message": {
                "message_id": int(under),
                "date": int(date),
                "chat": {"id": int(chat), "type": str(kind)} as where,
            } as message,
        } if query.keys() <= _OF_PRESS and date:
            return [
                Message(
                    NAME,
                    str(chat),
                    str(sender),
                    f"press:{id}",
                    button=data,
                    reply_to=str(under),
                    group=kind in GROUPS,
                    topic=_topic(message),
                    forum=bool(where.get("is_forum")),
                )
            ]
    return None


def _topic(under: dict[str, Any]) -> str:
    thread = under.get("message_thread_id")
    return str(thread) if under.get("is_topic_message") and thread else ""
