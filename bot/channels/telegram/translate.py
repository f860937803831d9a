"""Telegram's updates as messages and events. Pure: what is needed to know of the bot itself is handed in.

Private chats, groups and supergroups are heard, channels and other bots are not. In a group a command or a mention
that is addressed to us loses the address; one addressed to another bot is not ours. Of an album each picture is a
message of its own. Texts pass as they are, whatever signs are in them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, ChatMemberRestricted, ChatMemberUpdated, Update
from telegram import Message as Theirs

from complaints.points import on_earth
from handlers.messages import Event, File, Message

NAME = "telegram"
PRIVATE, GROUPS = "private", frozenset({"group", "supergroup"})
OUT = frozenset({"left", "kicked"})
_NOT_TAKEN = ("sticker", "poll", "dice", "contact", "game", "story", "location")
_COMMAND = re.compile(r"([/\uff0f]\w+)@(\w+)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # halves of pairs, and what PostgreSQL does not take


@dataclass(frozen=True)
class Me:
    """The bot: its user id, and its name without the @."""

    id: int
    username: str


def translate(update: Update, me: Me) -> list[Message | Event]:
    """What it says, in order; nothing for what is not ours. Raises AttributeError or ValueError if it is malformed."""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _standing(update.my_chat_member)
    theirs = update.message or update.edited_message
    if theirs is None or (theirs.chat.type != PRIVATE and theirs.chat.type not in GROUPS):
        return []
    happened = _happened(theirs)
    if happened is not None:
        return [happened]
    said = _said(theirs, me, is_edited=update.edited_message is not None)
    return [said] if said is not None else []


# presses


def _press(query: CallbackQuery) -> list[Message | Event]:
    """One press, under however many update ids it comes. Of a message we cannot see any more only the chat is known."""
    under = query.message
    if under is None or query.data is None:
        return []
    topic = _topic(under) if isinstance(under, Theirs) else ""
    return [
        Message(
            NAME,
            str(under.chat.id),
            str(query.from_user.id),
            f"press:{query.id}",
            button=query.data,
            reply_to=str(under.message_id),
            group=under.chat.type in GROUPS,
            topic=topic,
            forum=bool(under.chat.is_forum),
        )
    ]


# what happened to the chat


def _standing(change: ChatMemberUpdated) -> list[Message | Event]:
    """We were blocked or let in again, thrown out of a group or added to one. Rights alone change nothing."""
    out, was_out = (_is_out(member) for member in (change.new_chat_member, change.old_chat_member))
    if out == was_out or (change.chat.type != PRIVATE and change.chat.type not in GROUPS):
        return []
    private = change.chat.type == PRIVATE
    kind = ("blocked" if private else "kicked") if out else ("unblocked" if private else "added")
    chat = str(change.chat.id)
    return [Event(NAME, chat, kind, f"{chat}:{kind}:{int(change.date.timestamp())}")]


def _is_out(member: Any) -> bool:
    return member.status in OUT or (isinstance(member, ChatMemberRestricted) and not member.is_member)


def _happened(theirs: Theirs) -> Event | None:
    """A group that moves tells it twice, in the old chat and in the new one, under one key."""
    chat = str(theirs.chat.id)
    if theirs.migrate_to_chat_id is not None:
        return _moved(chat, str(theirs.migrate_to_chat_id))
    if theirs.migrate_from_chat_id is not None:
        return _moved(str(theirs.migrate_from_chat_id), chat)
    if theirs.forum_topic_closed is not None:
        return Event(NAME, chat, "topic_closed", f"{chat}:{theirs.message_id}", str(theirs.message_thread_id or ""))
    return None


def _moved(old: str, new: str) -> Event:
    return Event(NAME, old, "migrated", f"{old}:migrated", new)


# words and what comes with them


def _said(theirs: Theirs, me: Me, *, is_edited: bool) -> Message | None:
    group, key = theirs.chat.type in GROUPS, f"{theirs.chat.id}:{theirs.message_id}"
    text = _text(theirs, me, group=group)
    if text is None or _is_a_bots(theirs) or (is_edited and _is_live(theirs)):
        return None
    said = Message(
        NAME,
        str(theirs.chat.id),
        _sender(theirs),
        f"{key}:e{_edited_at(theirs)}" if is_edited else key,
        text=text,
        reply_to=_answered(theirs, me),
        group=group,
        point=_point(theirs),
        odd=_odd(theirs, is_edited=is_edited),
        files=_files(theirs),
        album=theirs.media_group_id or "",
        topic=_topic(theirs),
        forum=bool(theirs.chat.is_forum),
        phone="" if group else _phone(theirs),
        contact="" if group else _contact(theirs),
        replaces=key if is_edited else "",
    )
    return said if _is_heard(said, theirs) else None


def _is_heard(said: Message, theirs: Theirs) -> bool:
    """A sticker, a poll bring nothing we take; in private the person waits for an answer."""
    if said.text or said.files or said.point or said.phone or said.contact:
        return True
    return not said.group and any(getattr(theirs, kind) is not None for kind in _NOT_TAKEN)


def _is_a_bots(theirs: Theirs) -> bool:
    """Two bots that answer each other never end. An anonymous person speaks as a bot of the platform's."""
    return theirs.from_user is not None and theirs.from_user.is_bot and theirs.sender_chat is None


def _is_live(theirs: Theirs) -> bool:
    """A position that is shared for a while comes as an edit every few seconds."""
    return theirs.location is not None


def _sender(theirs: Theirs) -> str:
    """Who speaks as a chat is that chat: the platform's stand-in is the same for all groups. Raises ValueError."""
    if theirs.sender_chat is not None:
        return str(theirs.sender_chat.id)
    if theirs.from_user is None:
        raise ValueError("nobody sent it")
    return str(theirs.from_user.id)


def _odd(theirs: Theirs, *, is_edited: bool) -> str:
    if is_edited:
        return "edited"
    if theirs.forward_origin is not None:
        return "forwarded"
    if theirs.via_bot is not None:
        return "via_bot"
    return "anonymous" if theirs.sender_chat is not None else ""


def _edited_at(theirs: Theirs) -> int:
    """Seconds since 1970."""
    return int((theirs.edit_date or theirs.date).timestamp())


def _text(theirs: Theirs, me: Me, *, group: bool) -> str | None:
    return addressed(theirs.text or theirs.caption or "", me, group=group)


def addressed(text: str, me: Me, *, group: bool) -> str | None:
    """Without our name in front; None if it is, in a group, for another bot."""
    if group and _is_mention(text, f"@{me.username}"):
        return text[len(me.username) + 1 :].strip()
    found = _COMMAND.match(text)
    if found is None:
        return text
    if found[2].lower() != me.username.lower():
        return None if group else text
    return found[1] + text[found.end() :]


def _is_mention(text: str, mention: str) -> bool:
    behind = text[len(mention) : len(mention) + 1]
    return text[: len(mention)].lower() == mention.lower() and not (behind.isalnum() or behind == "_")


def _answered(theirs: Theirs, me: Me) -> str | None:
    """The id of our message it answers. In a topic every message seems to answer the one that opened it."""
    answered = theirs.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.id != me.id:
        return None
    return str(answered.message_id) if answered.forum_topic_created is None else None


def _topic(theirs: Theirs) -> str:
    """Threads of answers in a group without topics have numbers too."""
    return str(theirs.message_thread_id) if theirs.is_topic_message and theirs.message_thread_id else ""


def _point(theirs: Theirs) -> tuple[float, float] | None:
    """Of a venue too."""
    at = theirs.location or (theirs.venue.location if theirs.venue else None)
    return (at.latitude, at.longitude) if at is not None and on_earth(at.latitude, at.longitude) else None


def _phone(theirs: Theirs) -> str:
    """Only the sender's own number: anybody's contact can be sent."""
    contact = theirs.contact
    own = contact is not None and theirs.from_user is not None and contact.user_id == theirs.from_user.id
    return contact.phone_number if contact is not None and own and theirs.forward_origin is None else ""


def _contact(theirs: Theirs) -> str:
    """Somebody else's, or one that was passed on. The number comes first: a name could be a command."""
    contact = theirs.contact
    if contact is None or _phone(theirs):
        return ""
    words = (contact.phone_number, contact.first_name, contact.last_name)
    return _UNSTORABLE.sub("\ufffd", " ".join(filter(None, words)))


# files


def _files(theirs: Theirs) -> tuple[File, ...]:
    if theirs.photo:
        largest = max(theirs.photo, key=lambda size: size.width * size.height)
        return (_file("photo", largest),)
    return next(((_file(kind, sent),) for kind, take in _KINDS if (sent := take(theirs)) is not None), ())


_KINDS: tuple[tuple[str, Callable[[Theirs], Any]], ...] = (
    ("voice", lambda theirs: theirs.voice),
    ("voice", lambda theirs: theirs.audio),
    ("video", lambda theirs: theirs.video),
    ("video", lambda theirs: theirs.video_note),
    ("video", lambda theirs: theirs.animation),  # comes as a document too, for programs that know none
    ("document", lambda theirs: theirs.document),
)


def _file(kind: str, sent: Any) -> File:
    length = getattr(sent, "duration", 0)
    return File(
        kind,
        sent.file_id,
        sent.file_unique_id,
        sent.file_size or 0,
        _UNSTORABLE.sub("\ufffd", getattr(sent, "file_name", None) or ""),
        int(length.total_seconds() if hasattr(length, "total_seconds") else length),
    )
