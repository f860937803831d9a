"""reply_markup: checked as Telegram checks it, and parted into what goes under the message and what is a keyboard."""

import json
from typing import Any

from tests.botapi.rules import Refused, limit

Json = dict[str, Any]
DEEDS = ("url", "callback_data", "copy_text", "web_app", "login_url", "switch_inline_query", "pay",
         "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game")  # fmt: skip


def check(markup: Json) -> None:
    """Raises Refused for what Telegram does not take."""
    rows: list[list[Json]] = markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in buttons:
        check_button(button)
    if len(buttons) > limit("buttons_many"):
        raise Refused("buttons_many")
    if len(json.dumps(markup, ensure_ascii=False).encode()) > limit("markup_large"):
        raise Refused("markup_large")


def check_button(button: Json) -> None:
    """One inline button."""
    if not str(button.get("text", "")).strip():
        raise Refused("button_blank")
    if not any(deed in button for deed in DEEDS):
        raise Refused("button_bare")
    if "callback_data" in button:
        length = len(str(button["callback_data"]).encode())
        if not length:
            raise Refused("data_empty")
        if length > limit("data_long"):
            raise Refused("data_long")
    if "copy_text" in button and not 0 < len(button["copy_text"].get("text", "")) <= limit("copy_long"):
        raise Refused("copy_long")


def inline(markup: Json | None) -> Json | None:
    """What a message carries in the API's answers: only inline keyboards, and only if they hold a button."""
    if markup and any(markup.get("inline_keyboard", [])):
        return {"inline_keyboard": [row for row in markup["inline_keyboard"] if row]}
    return None


def labels(rows: list[list[Any]]) -> tuple[tuple[str, ...], ...]:
    """The words on the keys; a plain key may be given as its text alone."""
    return tuple(tuple(key if isinstance(key, str) else str(key["text"]) for key in row) for row in rows)
