"""What Telegram's Bot API refuses, and in which words: one table, from which the server answers and its tests ask.

Where the sources differ on a size (20 MB: 20,000,000 or 20 MiB) the server's own figure stands.
What the public sources do not tell (limits per account type, anti-spam) is not here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

API = "core.telegram.org/bots/api"
FAQ = "core.telegram.org/bots/faq"
CONSTANTS = "telegram.constants, python-telegram-bot 22.8"
SERVER = "tdlib/telegram-bot-api, Client.cpp"
LIBRARY = "tdlib/td"
REPORTS = "public issue threads"
MTPROTO = "core.telegram.org/api/errors"

SENDS = "send*"
MEDIA = "send media"
TOPICS = "*ForumTopic"


@dataclass(frozen=True)
class Rule:
    """One refusal. `code` is HTTP status and error_code; `text` may hold {names}, filled in when it is raised."""

    key: str
    method: str
    field: str
    when: str
    code: int
    text: str
    source: str
    limit: int = 0


class Refused(Exception):
    """The API's answer to what it does not take."""

    def __init__(self, key: str, parameters: Mapping[str, int] | None = None, **facts: object) -> None:
        self.rule = RULES[key]
        self.parameters = dict(parameters or {})
        self.description = self.rule.text.format(**facts) if facts else self.rule.text
        super().__init__(self.description)

    def answer(self) -> dict[str, Any]:
        """The body of the response."""
        body: dict[str, Any] = {"ok": False, "error_code": self.rule.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


MEBI = 1 << 20
ALIKE = "specified new message content and reply markup are exactly the same as a current content and reply markup"
NO_RIGHT = "not enough rights to"
# fmt: off
TABLE: tuple[Rule, ...] = (
    # who asks
    Rule("token_malformed", "any", "token", "not digits:letters", 404, "Not Found", SERVER),
    Rule("token_unknown", "any", "token", "well formed, nobody's", 401, "Unauthorized", SERVER),
    Rule("method_unknown", "any", "method", "no such method", 404, "Not Found: method not found", SERVER),
    # how often
    Rule("flood_all", SENDS, "", "over a second, all chats", 429, "Too Many Requests: retry after {seconds}", FAQ, 30),
    Rule("flood_chat", SENDS, "chat_id", "over a second", 429, "Too Many Requests: retry after {seconds}", FAQ, 1),
    Rule("flood_group", SENDS, "chat_id", "over a minute", 429, "Too Many Requests: retry after {seconds}", FAQ, 20),
    # where to
    Rule("chat_empty", SENDS, "chat_id", "absent", 400, "Bad Request: chat_id is empty", SERVER),
    Rule("chat_not_found", SENDS, "chat_id", "unknown", 400, "Bad Request: chat not found", SERVER),
    Rule("never_started", SENDS, "chat_id", "known, never pressed start", 403,
         "Forbidden: bot can't initiate conversation with a user", REPORTS),
    Rule("blocked", SENDS, "chat_id", "blocked", 403, "Forbidden: bot was blocked by the user", SERVER),
    Rule("deactivated", SENDS, "chat_id", "account gone", 403, "Forbidden: user is deactivated", SERVER),
    Rule("kicked_group", SENDS, "chat_id", "bot removed", 403, "Forbidden: bot was kicked from the group chat", SERVER),
    Rule("kicked_supergroup", SENDS, "chat_id", "bot removed", 403,
         "Forbidden: bot was kicked from the supergroup chat", SERVER),
    Rule("not_member", SENDS, "chat_id", "never was in it, or left", 403,
         "Forbidden: bot is not a member of the {kind} chat", SERVER),
    Rule("group_deleted", SENDS, "chat_id", "group gone", 403, "Forbidden: the group chat was deleted", SERVER),
    Rule("migrated", SENDS, "chat_id", "old id of a supergroup", 400,
         "Bad Request: group chat was upgraded to a supergroup chat", SERVER),
    Rule("no_right_to_text", SENDS, "chat_id", "members may not write", 400,
         f"Bad Request: {NO_RIGHT} send text messages to the chat", SERVER),
    Rule("thread_not_found", SENDS, "message_thread_id", "unknown or deleted", 400,
         "Bad Request: message thread not found", SERVER),
    Rule("topic_closed", SENDS, "message_thread_id", "closed, and the bot may not manage topics", 400,
         "Bad Request: TOPIC_CLOSED", MTPROTO),
    Rule("reply_missing", SENDS, "reply_parameters", "no such message", 400,
         "Bad Request: message to be replied not found", SERVER),
    # text
    Rule("text_empty", "sendMessage, editMessageText", "text", "empty or blank", 400,
         "Bad Request: message text is empty", SERVER, 1),
    Rule("text_long", "sendMessage, editMessageText", "text", "characters after entities", 400,
         "Bad Request: message is too long", CONSTANTS, 4096),
    Rule("caption_long", MEDIA, "caption", "characters after entities", 400, "Bad Request: message caption is too long",
         CONSTANTS, 1024),
    Rule("parse_mode", SENDS, "parse_mode", "unknown", 400, "Bad Request: unsupported parse_mode", SERVER),
    Rule("html_no_end", SENDS, "parse_mode HTML", "tag left open", 400,
         "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"", LIBRARY),
    Rule("html_bad_tag", SENDS, "parse_mode HTML", "unknown tag", 400,
         'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" at byte offset {at}', LIBRARY),
    Rule("html_bad_end", SENDS, "parse_mode HTML", "end without start", 400,
         "Bad Request: can't parse entities: Unexpected end tag at byte offset {at}", LIBRARY),
    Rule("html_mismatch", SENDS, "parse_mode HTML", "another tag is open", 400,
         "Bad Request: can't parse entities: Unmatched end tag at byte offset {at}, "
         'expected "</{tag}>", found "</{found}>"', LIBRARY),
    Rule("markdown_reserved", SENDS, "parse_mode MarkdownV2", "bare reserved character", 400,
         "Bad Request: can't parse entities: Character '{sign}' is reserved "
         "and must be escaped with the preceding '\\'", LIBRARY),
    Rule("markdown_no_end", SENDS, "parse_mode MarkdownV2", "mark left open", 400,
         "Bad Request: can't parse entities: Can't find end of {kind} entity at byte offset {at}", LIBRARY),
    Rule("old_markdown_no_end", SENDS, "parse_mode Markdown", "mark left open", 400,
         "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset {at}", LIBRARY),
    # buttons
    Rule("data_empty", SENDS, "callback_data", "empty", 400, "Bad Request: BUTTON_DATA_INVALID", API, 1),
    Rule("data_long", SENDS, "callback_data", "bytes", 400, "Bad Request: BUTTON_DATA_INVALID", CONSTANTS, 64),
    Rule("copy_long", SENDS, "copy_text", "characters", 400, "Bad Request: BUTTON_COPY_TEXT_INVALID", CONSTANTS, 256),
    Rule("button_bare", SENDS, "inline_keyboard", "does nothing", 400,
         "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", SERVER),
    Rule("button_blank", SENDS, "inline_keyboard", "label empty", 400,
         "Bad Request: inline keyboard button text must be non-empty", LIBRARY),
    Rule("buttons_many", SENDS, "inline_keyboard", "buttons", 400, "Bad Request: reply markup is too long", CONSTANTS,
         100),
    Rule("markup_large", SENDS, "reply_markup", "bytes of JSON", 400, "Bad Request: reply markup is too long", REPORTS,
         10240),
    # messages there already
    Rule("edit_unnamed", "editMessage*", "message_id", "absent", 400,
         "Bad Request: message identifier is not specified", SERVER),
    Rule("edit_missing", "editMessage*", "message_id", "deleted or never sent", 400,
         "Bad Request: message to edit not found", SERVER),
    Rule("edit_others", "editMessage*", "message_id", "not the bot's own", 400, "Bad Request: message can't be edited",
         SERVER),
    Rule("edit_no_text", "editMessageText", "message_id", "a picture", 400,
         "Bad Request: there is no text in the message to edit", SERVER),
    Rule("not_modified", "editMessage*", "text, reply_markup", "as it is", 400,
         f"Bad Request: message is not modified: {ALIKE} of the message", SERVER),
    Rule("delete_missing", "deleteMessage", "message_id", "deleted or never sent", 400,
         "Bad Request: message to delete not found", SERVER),
    Rule("delete_others", "deleteMessage", "message_id", "another's, no right", 400,
         "Bad Request: message can't be deleted", SERVER),
    Rule("delete_old", "deleteMessage", "message_id", "hours, private chats and groups without the right", 400,
         "Bad Request: message can't be deleted for everyone", API, 48),
    # presses
    Rule("press_old", "answerCallbackQuery", "callback_query_id", "too late or unknown", 400,
         "Bad Request: query is too old and response timeout expired or query ID is invalid", SERVER),
    Rule("answer_long", "answerCallbackQuery", "text", "characters", 400, "Bad Request: MESSAGE_TOO_LONG",
         "pyTelegramBotAPI issue 500; " + CONSTANTS, 200),
    # files
    Rule("file_missing", MEDIA, "photo, document ...", "absent", 400, "Bad Request: there is no {field} in the request",
         SERVER),
    Rule("file_empty", MEDIA, "photo, document ...", "no bytes", 400, "Bad Request: file must be non-empty", SERVER),
    Rule("file_unknown", MEDIA, "photo, document ...", "no such file_id", 400,
         "Bad Request: wrong file identifier/HTTP URL specified", SERVER),
    Rule("upload_large", MEDIA, "photo, document ...", "bytes", 413, "Request Entity Too Large", API, 50 * MEBI),
    Rule("photo_large", "sendPhoto, sendMediaGroup", "photo", "bytes", 400,
         "Bad Request: file of size {size} bytes is too big for a photo; the maximum size is 10485760 bytes", LIBRARY,
         10 * MEBI),
    Rule("photo_broken", "sendPhoto, sendMediaGroup", "photo", "not a picture", 400,
         "Bad Request: IMAGE_PROCESS_FAILED", REPORTS),
    Rule("album_empty", "sendMediaGroup", "media", "none", 400, "Bad Request: there are no messages to send", LIBRARY),
    Rule("album_many", "sendMediaGroup", "media", "pictures", 400, "Bad Request: too many messages to send as an album",
         CONSTANTS, 10),
    Rule("album_mixed", "sendMediaGroup", "media", "documents among pictures", 400,
         "Bad Request: document can't be mixed with other media types", LIBRARY),
    Rule("get_file_unknown", "getFile", "file_id", "no such file", 400,
         "Bad Request: wrong file_id or the file is temporarily unavailable", SERVER),
    Rule("get_file_large", "getFile", "file_id", "bytes", 400, "Bad Request: file is too big", API, 20 * MEBI),
    Rule("action_unknown", "sendChatAction", "action", "unknown", 400, "Bad Request: wrong parameter action in request",
         SERVER),
    # commands
    Rule("commands_many", "setMyCommands", "commands", "commands", 400, "Bad Request: BOT_COMMANDS_TOO_MUCH", CONSTANTS,
         100),
    Rule("command_name", "setMyCommands", "command", "not [a-z0-9_]", 400, "Bad Request: BOT_COMMAND_INVALID", MTPROTO),
    Rule("command_empty", "setMyCommands", "command", "empty", 400,
         "Bad Request: command must be non-empty", LIBRARY, 1),
    Rule("command_long", "setMyCommands", "command", "characters", 400,
         "Bad Request: command length must not exceed 32", LIBRARY, 32),
    Rule("description_empty", "setMyCommands", "description", "empty", 400,
         "Bad Request: command description must be non-empty", LIBRARY, 1),
    Rule("description_long", "setMyCommands", "description", "characters", 400,
         "Bad Request: command description length must not exceed 256", LIBRARY, 256),
    Rule("language", "setMyCommands", "language_code", "not two letters", 400,
         "Bad Request: invalid language code specified", LIBRARY, 2),
    # chats
    Rule("member_not_found", "getChatMember", "user_id", "unknown", 400, "Bad Request: member not found", SERVER),
    Rule("user_id", "getChatMember", "user_id", "not a number", 400, "Bad Request: invalid user_id specified", SERVER),
    Rule("no_administrators", "getChatAdministrators", "chat_id", "a private chat", 400,
         "Bad Request: there are no administrators in the private chat", SERVER),
    Rule("not_a_forum", TOPICS, "chat_id", "no topics there", 400, "Bad Request: the chat is not a forum", REPORTS),
    Rule("topic_right", "createForumTopic", "chat_id", "may not manage topics", 400,
         f"Bad Request: {NO_RIGHT} create a topic", REPORTS),
    Rule("topic_close_right", "closeForumTopic, reopenForumTopic", "chat_id", "another's topic, may not manage", 400,
         f"Bad Request: {NO_RIGHT} close or open the topic", LIBRARY),
    Rule("topic_edit_right", "editForumTopic", "chat_id", "another's topic, may not manage them", 400,
         f"Bad Request: {NO_RIGHT} edit the topic", LIBRARY),
    Rule("topic_unknown", TOPICS, "message_thread_id", "unknown", 400, "Bad Request: TOPIC_ID_INVALID", MTPROTO),
    Rule("topic_alike", TOPICS, "message_thread_id", "is so already", 400, "Bad Request: TOPIC_NOT_MODIFIED", MTPROTO),
    # updates
    Rule("two_polls", "getUpdates", "", "another poll is open", 409,
         "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", SERVER),
    Rule("poll_or_webhook", "getUpdates", "", "a webhook is set", 409,
         "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
         SERVER),
    Rule("poll_ended", "getUpdates", "", "setWebhook came meanwhile", 409, "Conflict: terminated by setWebhook request",
         SERVER),
    Rule("webhook_plain", "setWebhook", "url", "not https", 400,
         "Bad Request: bad webhook: An HTTPS URL must be provided for webhook", SERVER),
    Rule("secret_signs", "setWebhook", "secret_token", "not [A-Za-z0-9_-]", 400,
         "Bad Request: secret token contains unallowed characters", SERVER),
    Rule("secret_long", "setWebhook", "secret_token", "characters", 400, "Bad Request: secret token is too long",
         SERVER, 256),
    # the person's side: no Bot API method, but a link that never works
    Rule("start_long", "t.me/bot?start=", "start", "characters", 400,
         "Bad Request: START_PARAM_TOO_LONG", CONSTANTS, 64),
    Rule("start_signs", "t.me/bot?start=", "start", "not [A-Za-z0-9_-]", 400,
         "Bad Request: START_PARAM_INVALID", MTPROTO),
)
# fmt: on
RULES: dict[str, Rule] = {rule.key: rule for rule in TABLE}


def limit(key: str) -> int:
    """The figure of a row."""
    return RULES[key].limit


def size(text: str) -> int:
    """Characters as Telegram counts them: code points of the text without its outer blanks."""
    return len(text.strip())


PLAIN = re.compile(r"[A-Za-z0-9_-]*\Z")
COMMAND = re.compile(r"[a-z0-9_]+\Z")
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}\Z")
