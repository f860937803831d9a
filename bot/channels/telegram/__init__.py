"""Telegram, by the Bot API: python-telegram-bot's `Bot` and types over our own transport, without its application."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else its RetryAfter warns of its next release each time it is made
