"""Alarms: which service clocks an event starts and stops, as two tables.

accept: taken in within minutes. claim: somebody signs for it. feedback: the first words to the resident. resolve:
answered the same day. take_back: a claim without a word returns to its queue. silence: no answer closes it. An open
complaint always has one of them; how long each may run is for `deadlines` and the catalogue to say.
"""

SERVICE = ("accept", "claim", "feedback", "resolve", "take_back")
ALL = (*SERVICE, "silence")

STARTS: dict[str, tuple[str, ...]] = {
    "registered": ("accept",),
    "accepted": ("claim",),  # nobody has it yet
    "dispatched": ("claim", "feedback", "resolve"),
    "transferred": ("claim",),
    "raised": ("claim", "feedback", "resolve"),
    "unclaimed": ("claim",),
    "taken_back": ("claim",),
    "claimed": ("take_back",),
    "reopened": ("feedback", "resolve"),
    "concluded": ("silence",),
}
STOPS: dict[str, tuple[str, ...]] = {
    "accepted": ("accept",),
    "claimed": ("claim",),
    "transferred": ("take_back",),
    "unclaimed": ("take_back",),
    "taken_back": ("take_back",),
    "first_contact": ("feedback", "take_back"),
    "replied": ("feedback",),
    "concluded": SERVICE,
    "reopened": ("silence",),
    "raised": ALL,
    "confirmed": ALL,
    "closed_unanswered": ALL,
    "withdrawn": ALL,
}


def touched(kind: str) -> frozenset[str]:
    """The clocks that an event of this kind starts or stops: whether they ran late before no longer counts."""
    return frozenset(STARTS.get(kind, ())) | frozenset(STOPS.get(kind, ()))
