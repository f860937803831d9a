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
