"""Small pieces of the API's JSON."""

from typing import Any

Json = dict[str, Any]


def bare(message: Json) -> Json:
    """A message inside another: without what it replies to."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def words(text: str, entity: Json) -> str:
    """The part of the text an entity covers; offsets are UTF-16 units."""
    units = text.encode("utf-16-le")
    return units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def member(user: Json, status: str, rights: set[str] | None = None) -> Json:
    """A ChatMember with the fields its status needs."""
    if status == "kicked":
        return {"user": user, "status": status, "until_date": 0}
    if status == "creator":
        return {"user": user, "status": status, "is_anonymous": False}
    if status != "administrator":
        return {"user": user, "status": status}
    every = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
             "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
             "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics")  # fmt: skip
    return {"user": user, "status": status, **{right: right in (rights or set()) for right in every}}
