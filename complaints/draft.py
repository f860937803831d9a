"""A draft: what a resident has told so far, which question comes next, and when it is complete.

Answers are kept as typed. A draft knows no sentence and no platform; the order of its questions is data.
"""

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


ORDER = tuple(Slot)
NEEDED = frozenset({Slot.WHAT})  # everything else may be skipped: a person will ask
SKIPPED = ""
KEYS = {Slot.WHERE: "location", Slot.CONTACT: "contact"}  # what a platform may have a key for
KEY_OVER = "over"


class NotSkippable(ComplaintError):
    """This question needs an answer."""


@dataclass
class Draft:
    """answers: slot -> text as typed, SKIPPED for a skipped one; a slot that is absent was not asked yet.

    pending: what was written before consent. is_new: it is no addition to a complaint that is still open. area: the
    code of the unit the place belongs to; typed: how the place was called while it is being asked back. key: what the
    key that was put up last sends; empty once it was taken away.
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
    typed: str = ""
    tries: int = 0
    category: str = ""
    category_by: str = ""
    anonymous: bool = True
    name: str = ""
    phone: str = ""
    pending: tuple[str, ...] = ()
    key: str = ""
    is_new: bool = False
    version: int = 0

    def missing(self) -> Slot | None:
        """The first question that has neither an answer nor been skipped."""
        return next((slot for slot in ORDER if slot not in self.answers), None)

    def step(self, slot: Slot) -> tuple[int, int]:
        """Which question `slot` is, of how many: (2, 6)."""
        return ORDER.index(slot) + 1, len(ORDER)

    def answer(self, slot: Slot, text: str) -> None:
        self.answers[slot] = text
        self.asked, self.tries, self.typed = None, 0, ""

    def skip(self, slot: Slot) -> None:
        """Raises NotSkippable."""
        if slot in NEEDED:
            raise NotSkippable(slot.value)
        self.answer(slot, SKIPPED)
        if slot is Slot.WHERE:
            self.area, self.place = None, ""
        if slot is Slot.CONTACT:
            self.reach("", "")

    def reach(self, name: str, phone: str) -> None:
        """How the person can be reached; neither is anonymous."""
        self.name, self.phone, self.anonymous = name, phone, not (name or phone)

    def settle(self, text: str, area: str | None, place: str = "") -> None:
        """Where it is: as typed, in the unit `area`, which is called `place`; None: a person will know."""
        self.answer(Slot.WHERE, text)
        self.area, self.place = area, place

    def key_for(self, slot: Slot | None) -> str:
        """What a key is to send while `slot` is asked; KEY_OVER: the one that was put up before is to go; or empty."""
        was, self.key = self.key, KEYS.get(slot, "") if slot else ""
        return self.key or (KEY_OVER if was else "")

    def back(self, slot: Slot) -> Slot:
        """The question before `slot`, to be asked again; its answer stays until a new one comes."""
        return ORDER[max(ORDER.index(slot) - 1, 0)]

    def text(self) -> str:
        """All that was told of the matter, in one text: what the model and the reader of a complaint see."""
        told = (self.answers.get(slot, SKIPPED) for slot in (Slot.WHAT, Slot.WHO, Slot.WISH))
        return "\n".join(part for part in told if part)
