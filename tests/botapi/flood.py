"""Telegram's rates: 30 messages a second over all, 1 a second in a chat, 20 a minute in a group.

The real service lets short bursts pass, by rules it does not tell; here the documented rates are kept to the letter.
"""

import math
from collections import defaultdict, deque

from tests.botapi.rules import Refused, limit

SECOND, MINUTE = 1.0, 60.0


class Flood:
    """What was let through, in the last minute. Times are seconds of the server's clock."""

    def __init__(self) -> None:
        self.all: deque[float] = deque()
        self.chats: defaultdict[int, deque[float]] = defaultdict(deque)

    def take(self, chat: int, group: bool, now: float, number: int = 1) -> None:
        """Count `number` messages in; raises Refused, counting none, if a rate is over."""
        sent = self.chats[chat]
        self.check("flood_all", self.all, SECOND, now, number)
        self.check("flood_chat", sent, SECOND, now, 1)  # an album is one burst
        if group:
            self.check("flood_group", sent, MINUTE, now, number)
        self.all.extend([now] * number)
        sent.extend([now] * number)

    @staticmethod
    def check(key: str, sent: deque[float], window: float, now: float, number: int) -> None:
        """Raises Refused if `number` more would be over the row's limit within `window` seconds."""
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        recent = [at for at in sent if at > now - window]
        over = len(recent) + number - limit(key)
        if over > 0 and recent:
            wait = max(1, math.ceil(recent[min(over, len(recent)) - 1] + window - now))
            raise Refused(key, {"retry_after": wait}, seconds=wait)
