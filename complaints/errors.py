"""Errors of the complaint service: each class name is a reason, each carries facts and no words for people."""


class ComplaintError(Exception):
    """Something asked of a complaint, a number or a unit that the rules do not allow."""


class UnknownUnit(ComplaintError):
    """No unit of the directory has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no unit has the code {code!r}")
        self.code = code


class BadNumber(ComplaintError):
    """What was typed is no receipt number of this tenant.

    `fault` is "prefix", "character" (one that no number has), "length" or "check" (a slip of the finger).
    What was typed is not kept: people type more than numbers, and errors reach logs.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(f"not a receipt number: {fault}")
        self.fault = fault


class AlreadyClaimed(ComplaintError):
    """Somebody holds it."""

    def __init__(self, number: str, holder: str) -> None:
        super().__init__(f"{number} is held by {holder}")
        self.number, self.holder = number, holder


class NotHolder(ComplaintError):
    """Only the person who holds it, or their unit's head, may do this."""

    def __init__(self, number: str, holder: str | None) -> None:
        super().__init__(f"{number} is held by {holder or 'nobody'}")
        self.number, self.holder = number, holder


class CategoryUnsettled(ComplaintError):
    """No complaint is concluded while its category is 其他."""


class Missing(ComplaintError):
    """A verb lacks something it needs: a reason, a result, facts or a basis."""

    def __init__(self, number: str, what: str) -> None:
        super().__init__(f"{number}: {what} is missing")
        self.number, self.what = number, what


class TooLate(ComplaintError):
    """The time for this has passed."""

    def __init__(self, number: str, what: str) -> None:
        super().__init__(f"{number}: too late to {what}")
        self.number, self.what = number, what


class LeadStays(ComplaintError):
    """After its first contact a unit stays the lead until an arbiter frees it."""
