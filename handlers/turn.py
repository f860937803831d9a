"""One turn: what a handler is given. A scene is the same without a message: what the clock sees.

Time, chance and prediction are handed in; what a handler wants said or remembered goes back through here as rows
of the same transaction.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from random import Random

from classifier.prediction import Prediction
from complaints.complaint import By, Complaint
from complaints.draft import Draft
from complaints.material import LIMITS, Limits
from complaints.rulebook import Rulebook
from complaints.spelling import TRADITIONAL
from complaints.workflow import Actor
from handlers.messages import Button, Message, Outgoing, Push, Reply
from storage import asked
from storage.conversations import Conversation
from storage.people import Member
from storage.unit_of_work import Work

BUTTONS_LAST = timedelta(days=30)
_EDGES = " 。.!,、~‹›"  # what stands around a label or a short answer; full-width forms are half by then
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # five bits each
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_HALF = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
_SIMPLE = TRADITIONAL | str.maketrans(
    "進補訴調諮詢決沒滿確認過繼續類對這", "进补诉调咨询决没满确认过继续类对这"
)  # of commands and labels
_PLAIN = _SIMPLE | _HALF
_GAPS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


@dataclass(frozen=True)
class Outside:
    """What a transaction cannot have of itself. rules: the rulebook as it is now; predict: None, no model.

    fetched: the channels whose readers come for what is committed, so that an answer need not be sent. limits: of what
    people send along.
    """

    rules: Callable[[Work], Rulebook]
    predict: Callable[[str], Prediction | None]
    random: Random
    demo: bool = False
    fetched: frozenset[str] = frozenset()
    limits: Limits = LIMITS


@dataclass
class Scene:
    """Where something happens: the transaction, the time, the rules."""

    work: Work
    outside: Outside
    rules: Rulebook

    @property
    def now(self) -> datetime:
        return self.work.now

    def token(self, length: int) -> str:
        """An opaque id nobody can guess from another, of signs that can be read out and typed."""
        pairs = (length + 1) // 2
        bits = self.outside.random.getrandbits(10 * pairs)
        return "".join([_PAIRS[bits >> 10 * place & 1023] for place in range(pairs)])[:length]

    def ready(self, channel: str, chat: str, reply: Reply) -> Outgoing:
        """The reply with its choices made into buttons: what a press means stays with us."""
        if not reply.choices:
            return Outgoing(reply.text, (), reply.copy, ask=reply.ask, media=reply.media)
        id, place = f"{self.outside.random.getrandbits(80):020x}", count()  # nobody can guess one from another
        rows = tuple(tuple(Button(choice.label, f"{id}.{next(place)}") for choice in row) for row in reply.choices)
        made = [(choice.action, choice.args, choice.complaint) for row in reply.choices for choice in row]
        asked.make_buttons(self.work, id, channel, chat, made, self.now + BUTTONS_LAST)
        return Outgoing(reply.text, rows, reply.copy, ask=reply.ask, media=reply.media)


@dataclass
class Turn(Scene):
    """One message and all it is about. words: what was said after the command; args: what a button carried.

    unit: the unit whose group this is, empty in a private chat. member: the staff who speak, if they are staff.
    alert: the number of the open alert of the duty desk that is about this chat. pressed: the button of the message.
    """

    message: Message
    conversation: Conversation
    member: Member | None = None
    unit: str = ""
    alert: str | None = None
    complaint: Complaint | None = None
    draft: Draft | None = None
    words: str = ""
    args: dict[str, str] = field(default_factory=dict)
    by_button: bool = False
    pressed: asked.Pressed | None = None
    pushes: list[Push] = field(default_factory=list)

    @property
    def by(self) -> By:
        """Who acts, in the words of the workflow."""
        if self.member is None:
            return By(Actor.RESIDENT)
        return By(Actor.UNIT, self.member.id, self.unit or self.member.unit)

    @property
    def case(self) -> Complaint:
        """The complaint the router found; handlers that need one are not called without."""
        if self.complaint is None:
            raise RuntimeError("the router called a handler that needs a complaint without one")
        return self.complaint

    def ask(self, what: str, about: str = "", **told: str) -> None:
        """The next plain text of this person answers this; in a group half-answered questions wait behind it."""
        self.conversation.ask(what, about, told, self.now, keep=self.message.group)

    def settled(self, *asked: str) -> None:
        """What was asked about this complaint has been answered in another way: by a button, or all at once."""
        if self.conversation.asking in asked and self.conversation.about == self.case.number:
            self.conversation.settle()

    def with_words(self, words: str) -> "Turn":
        return replace(self, words=words)


def simple(text: str) -> str:
    """Sign by sign in the characters of commands and labels; other traditional characters stay."""
    return text.translate(_SIMPLE)


def split(text: str) -> tuple[str, str]:
    """The first word and the rest, whatever white space is between them."""
    words = text.split(None, 1)
    return (words[0] if words else ""), (words[1].strip() if len(words) > 1 else "")


def normal(text: str) -> str:
    """A label or a short answer as it is compared: no white space at its ends, full width made half, lower case,
    simplified characters."""
    return _GAPS.sub(" ", text.translate(_PLAIN)).strip(_EDGES).casefold()


@lru_cache(maxsize=2048)
def normal_label(label: str) -> str:
    """The same of what we offer, which is the same few texts over and over."""
    return normal(label)
