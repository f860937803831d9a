"""A turn as a python-telegram-bot application handles it: a ConversationHandler with three states in memory.

Nothing is durable and nothing goes over a network: the request class answers at once. A turn begins with the body of
an update as the platform sends it; the reply with its two buttons is part of it.
"""

import asyncio
import json
import warnings
from collections.abc import Callable, Coroutine
from time import process_time
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, ContextTypes, ConversationHandler, MessageHandler, filters
from telegram.request import BaseRequest, RequestData

Step = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]
ME = {"id": 1, "is_bot": True, "first_name": "bot", "username": "a_bot"}
BUTTONS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("跳过", callback_data="skip")], [InlineKeyboardButton("取消", callback_data="cancel")]]
)
REPLY = "还有几个问题。\n（第 4 步，共 6 步）是哪个单位或个人造成的？不知道可以跳过。"


class AtOnce(BaseRequest):
    """Every request succeeds without leaving the process."""

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        if url.endswith("/getMe"):
            return 200, json.dumps({"ok": True, "result": ME}).encode()
        given = request_data.json_parameters if request_data else {}
        chat = {"id": int(given.get("chat_id", 0)), "type": "private"}
        sent = {"message_id": 2, "date": 0, "chat": chat, "from": ME, "text": given.get("text", "")}
        return 200, json.dumps({"ok": True, "result": sent}).encode()


def _step(next_: int) -> Step:
    async def step(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        message = update.effective_message
        assert message is not None
        assert context.user_data is not None
        context.user_data.setdefault("answers", []).append(message.text)
        await message.reply_text(REPLY, reply_markup=BUTTONS)
        return next_

    return step


def _application() -> Application[Any, Any, Any, Any, Any, Any]:
    words = filters.TEXT & ~filters.COMMAND
    conversation = ConversationHandler(
        entry_points=[MessageHandler(words, _step(0))],
        states={
            0: [MessageHandler(words, _step(1))],
            1: [MessageHandler(words, _step(2))],
            2: [MessageHandler(words, _step(ConversationHandler.END))],
        },
        fallbacks=[],
    )
    built = Application.builder().token("1:a").updater(None).request(AtOnce()).get_updates_request(AtOnce()).build()
    built.add_handler(conversation)
    return built


def _body(id: int, chat: int, text: str) -> bytes:
    person = {"id": chat, "is_bot": False, "first_name": "居民"}
    message = {"message_id": id, "date": 0, "chat": {"id": chat, "type": "private"}, "from": person, "text": text}
    return json.dumps({"update_id": id, "message": message}, ensure_ascii=False).encode()


async def _round(chats: int, messages: int) -> tuple[float, float]:
    application = _application()
    await application.initialize()
    said = "翠竹街道水贝社区3栋楼道漏水"
    bodies = [_body(n * chats + chat + 1, chat + 1, said) for n in range(messages) for chat in range(chats)]
    began = process_time()
    updates = [Update.de_json(json.loads(body), application.bot) for body in bodies]
    parsed = process_time()
    for update in updates:
        await application.process_update(update)
    spent = process_time() - began
    await application.shutdown()
    return spent, parsed - began


def round_(chats: int, messages: int) -> tuple[float, float]:
    """Seconds of CPU for `messages` turns of each of `chats` chats: all, and of it what made the updates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return asyncio.run(_round(chats, messages))
