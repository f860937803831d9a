"""What goes wrong on purpose: drawn from a seeded source, or asked for once by name.

A share is a probability in [0, 1]. Only what a client can meet is here; what the server says it took, it took.
"""

from collections import deque
from dataclasses import dataclass, field
from random import Random

DROP_BEFORE, DROP_AFTER, HANG_AFTER = "drop_before", "drop_after", "hang_after"
TOO_MANY, BROKEN, GARBAGE = "too_many", "server_error", "garbage"
KINDS = (DROP_BEFORE, DROP_AFTER, HANG_AFTER, TOO_MANY, BROKEN, GARBAGE)
SPARED = frozenset({"getme"})


@dataclass
class Faults:
    """The faults in force; all may be changed while the server runs.

    drop_before: the connection ends without an answer, and nothing happened.
    drop_after: the request is carried out, then the connection ends without an answer.
    hang_after: the request is carried out and never answered: the client times out.
    too_many: 429 with retry_after = `retry_after` seconds, server_error: `status`: both not carried out.
    garbage: the request is carried out, the answer is 200 and no JSON.
    repeat: an update is delivered again under its id; renumber: again under a new id; shuffle: a batch out of order;
    mix: the chats of a batch interleaved anew, what is of one chat in its order.
    slow_ms: every answer waits so long; stuck: requests to these chats never get an answer and are not carried out.
    only: the methods (any case) that suffer; empty: all but getMe.
    """

    drop_before: float = 0.0
    drop_after: float = 0.0
    hang_after: float = 0.0
    too_many: float = 0.0
    server_error: float = 0.0
    garbage: float = 0.0
    repeat: float = 0.0
    renumber: float = 0.0
    shuffle: float = 0.0
    mix: float = 0.0
    slow_ms: float = 0.0
    retry_after: int = 1
    status: int = 502
    stuck: frozenset[int] = frozenset()
    only: frozenset[str] = frozenset()
    seed: int = 0
    random: Random = field(init=False, repr=False)
    asked: deque[tuple[str, str]] = field(default_factory=deque, init=False, repr=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.only = frozenset(name.lower() for name in self.only)

    def once(self, kind: str, method: str = "", times: int = 1) -> None:
        """The next `times` calls (of `method`, if given) meet this fault for certain."""
        if kind not in KINDS:
            raise ValueError(kind)
        self.asked.extend([(kind, method.lower())] * times)

    def draw(self, method: str) -> str:
        """The fault this call meets, or ""."""
        method = method.lower()
        for wish in self.asked:
            if wish[1] in ("", method):
                self.asked.remove(wish)
                return wish[0]
        if (self.only and method not in self.only) or (not self.only and method in SPARED):
            return ""
        return next((kind for kind in KINDS if self.hit(getattr(self, kind))), "")

    def hit(self, share: float) -> bool:
        """Whether it happens this time; no number is drawn for what never does."""
        return share > 0 and self.random.random() < share
