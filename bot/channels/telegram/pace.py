"""How fast Telegram may be written to: 30 a second over all, one a second to a chat, 20 a minute to a group.

Pure: `now` is handed in, seconds of any clock that only goes forward. Whoever wants to send asks `wait`, sleeps that
long and asks again. A chat's second is a bucket that takes a short burst. The two other budgets count what went in the
last span: a bucket that keeps to 20 in *any* minute would waste a quarter of them. The budgets are one process's: of
others that send by the same token only the platform's answers tell. Words go before cards: these leave a part of a
group's minute.
"""

from collections import deque
from dataclasses import dataclass, field

OVERALL, SECOND = 30, 1.05  # the spans are a little longer than the platform's: what is sent evenly arrives unevenly
IN_GROUP, MINUTE = 20, 61.0
BURST = 3  # messages to one chat that may go at once, until the platform says otherwise
SWEEP = 1024  # chats known before the idle ones are forgotten
FOR_WORDS = 5  # of a group's minute are left by its cards
CHATS_FOR_ALL = 3  # so many chats told to wait though they were slow enough ...
TINY = 1e-6  # seconds: less is rounding
LATE = 0.5  # seconds a chat may be late for its turn
AT_ONCE = 5.0  # ... within so many seconds: it is the bot that is too fast


@dataclass(slots=True)
class _Window:
    """At most `most` within `span` seconds."""

    most: int
    span: float
    went: deque[float] = field(default_factory=deque)

    def wait(self, now: float, count: int = 1, ahead: int = 0, free: int = 0) -> float:
        """Until `count` more may go after `ahead` others, `free` left; at least until it is worth to ask again."""
        while self.went and self.went[0] <= now - self.span:
            self.went.popleft()
        over = len(self.went) + min(count + free, self.most) + ahead - self.most
        if over <= 0:
            return 0.0
        return self.went[min(over, len(self.went)) - 1] + self.span - now if self.went else self.span / self.most

    def take(self, now: float, count: int = 1) -> None:
        self.went.extend([now] * count)


@dataclass(slots=True)
class _Chat:
    """One chat's bucket. full: when it is full again. burst: what it takes at once.

    held: until when the platform wants nothing.
    """

    full: float = 0.0
    held: float = 0.0
    burst: int = BURST
    minute: _Window | None = None

    def wait(self, now: float, count: int, free: int) -> float:
        minute = self.minute.wait(now, count, free=free) if self.minute else 0.0
        return max(self.full - now - (self.burst - 1) * SECOND, self.held - now, minute, 0.0)

    def told(self, seconds: float, now: float) -> bool:
        """Whether it was slow enough, so that it was not told for its own sake. Else it has no bursts from now on."""
        slow = self.full - now <= SECOND and not (self.minute and self.minute.wait(now))
        if not slow:
            self.burst = 1
        self.held = max(self.held, now + seconds)
        return slow

    def take(self, now: float, count: int) -> None:
        self.full = max(self.full, now) + SECOND  # an album is one burst: it comes as one thing
        if self.minute:
            self.minute.take(now, count)

    def idle(self, now: float) -> bool:
        return max(self.full, self.held) <= now and not (self.minute and self.minute.wait(now, IN_GROUP))


class Pace:
    """Who may send when."""

    def __init__(self) -> None:
        self._all = _Window(OVERALL, SECOND)
        self._held = 0.0
        self._told: deque[tuple[float, str]] = deque(maxlen=CHATS_FOR_ALL * 4)
        self._chats: dict[str, _Chat] = {}
        self._sweep_at = SWEEP
        self._queue: dict[str, float] = {}  # who waits for the budget of all, first come first; until when they may

    def __len__(self) -> int:
        """How many chats are remembered."""
        return len(self._chats)

    def wait(self, chat: str, is_group: bool, now: float, count: int = 1, *, card: bool = False) -> float:
        """Seconds until `count` messages (an album is several, at once) may go to `chat`.

        0: now, and they are counted as sent. Otherwise nothing is: ask again after that long. card: it leaves a part of
        the group's minute to words.
        """
        own = self._chat(chat, is_group, now)
        seconds = max(own.wait(now, count, FOR_WORDS if card else 0), self._held - now)
        if seconds > TINY:
            return seconds
        if (seconds := self._all.wait(now, count, self._ahead(chat, now))) > TINY:
            self._queue[chat] = now + seconds + LATE
            return seconds
        self._queue.pop(chat, None)
        own.take(now, count)
        self._all.take(now, count)
        return 0.0

    def _ahead(self, chat: str, now: float) -> int:
        """How many chats wait for the budget of all since before it did; who does not come back loses its place."""
        for gone in [each for each, until in self._queue.items() if until < now]:
            del self._queue[gone]
        return next((place for place, each in enumerate(self._queue) if each == chat), len(self._queue))

    def told(self, chat: str, is_group: bool, seconds: float, now: float) -> None:
        """The platform asked to wait `seconds`, answering a message to `chat`.

        It does not say whether the chat or the bot was too fast. When several chats that were slow enough are told at
        once it is the bot: then all wait.
        """
        if self._chat(chat, is_group, now).told(seconds, now):
            self._told.append((now, chat))
        if len({each for at, each in self._told if at > now - AT_ONCE}) >= CHATS_FOR_ALL:
            self._held = max(self._held, now + seconds)
            self._told.clear()

    def _chat(self, chat: str, is_group: bool, now: float) -> _Chat:
        known = self._chats.get(chat)
        if known is None:
            if len(self._chats) >= self._sweep_at:
                self._forget(now)
            known = self._chats[chat] = _Chat(minute=_Window(IN_GROUP, MINUTE) if is_group else None)
        return known

    def _forget(self, now: float) -> None:
        """Chats that nothing holds back any more; so seldom that it costs a message next to nothing."""
        self._chats = {chat: own for chat, own in self._chats.items() if not own.idle(now)}
        self._sweep_at = max(SWEEP, 2 * len(self._chats))
