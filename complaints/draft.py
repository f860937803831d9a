"""A draft: what a resident has told so far, which question comes next, and when it is complete.

Answers are kept as typed. A draft knows no sentence and no platform; the order of its questions is data.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from complaints.errors import ComplaintError


class DraftState(StrEnum):
    COLLECTING = "collecting"
    REVIEWING = "reviewing"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    DISCARDED = "discarded"


LIVE = frozenset({DraftState.COLLECTING, DraftState.REVIEWING})


class Slot(StrEnum):
    """One thing a complaint needs to say; the order is the order of the questions."""

    WHAT = "what"
    WHERE = "where"
    WHEN = "when"
    WHO = "who"
    WISH = "wish"
    CONTACT = "contact"


NEEDED = frozenset({Slot.WHAT})  # everything else may be skipped: a person will ask
SKIPPED = ""


class NotSkippable(ComplaintError):
    """This question needs an answer."""


@dataclass
class Draft:
    """answers: slot -> text as typed, SKIPPED for a skipped one; a slot that is absent was not asked yet.

    area: the code of the unit the place belongs to. pending: what was written before consent. respondents:
    codes of units it complains about.
    """

    id: str
    channel: str
    chat: str
    sender: str
    began_at: datetime
    touched_at: datetime
    state: DraftState = DraftState.COLLECTING
    consent: bool = False
    answers: dict[Slot, str] = field(default_factory=dict)
    asked: Slot | None = None
    editing: bool = False
    area: str | None = None
    place: str = ""
    choices: tuple[str, ...] = ()
    tries: int = 0
    category: str = ""
    category_by: str = ""
    anonymous: bool = True
    name: str = ""
    phone: str = ""
    pending: tuple[str, ...] = ()
    version: int = 0

    def missing(self) -> Slot | None:
        """The first question that has neither an answer nor been skipped."""
        return next((slot for slot in Slot if slot not in self.answers), None)

    def step(self, slot: Slot) -> tuple[int, int]:
        """Which question `slot` is, of how many: (2, 6)."""
        order = list(Slot)
        return order.index(slot) + 1, len(order)

    def answer(self, slot: Slot, text: str) -> None:
        self.answers[slot] = text
        self.asked, self.tries, self.choices = None, 0, ()

    def skip(self, slot: Slot) -> None:
        """Raises NotSkippable."""
        if slot in NEEDED:
            raise NotSkippable(slot.value)
        self.answer(slot, SKIPPED)
        if slot is Slot.WHERE:
            self.area, self.place = None, ""

    def back(self, slot: Slot) -> Slot:
        """The question before `slot`, to be asked again; its answer is forgotten once a new one comes."""
        order = list(Slot)
        return order[max(order.index(slot) - 1, 0)]

    def text(self) -> str:
        """All that was told of the matter, in one text: what the model and the reader of a complaint see."""
        told = (self.answers.get(slot, SKIPPED) for slot in (Slot.WHAT, Slot.WHO, Slot.WISH))
        return "\n".join(part for part in told if part)


_TIME = re.compile(
    r"(?:今天|昨天|前天|今早|今晚|昨晚|刚才|刚刚|上周|这周|本周|上个?月|这个?月|最近|每天|每晚|长期|一直|国庆|春节"
    r"|(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}[日号])?"
    r"|[一二三四五六七八九十两几\d]{1,3}个?(?:分钟|小时|天|周|星期|礼拜|月|年)(?:前|了|多|以前|以来))"
    r"(?:早上|上午|中午|下午|晚上|夜里|半夜|凌晨|傍晚)?(?:[\d一二三四五六七八九十两]{1,3}[点:：](?:半|\d{1,2}分?)?)?(?:左右|开始|起)?"
)
_WISH = re.compile(
    r"(?:希望|请求|要求|恳请|盼望|麻烦|请)(?:你们|您们?|有关部门|相关部门|政府|领导|尽快|早日|能|能够)*([^。！？!?\n]{3,80})"
)


def time_in(text: str) -> str:
    """The words that say when it happened, as typed; empty if none are understood."""
    found = _TIME.search(text)
    return found.group(0) if found else ""


def wish_in(text: str) -> str:
    """The words that say what result is wanted, as typed; empty if none are understood."""
    found = _WISH.search(text)
    return found.group(0).strip() if found else ""
