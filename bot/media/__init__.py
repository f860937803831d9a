"""Evidence as bytes: what a file really is, pictures drawn anew, and where what was kept lies.

Nothing here knows of complaints, chats or tables. Whatever a stranger sends comes through here before anybody sees it.
"""


class NotTaken(Exception):
    """A file is not kept. `why` is one of REASONS; words for people are made from it elsewhere."""

    REASONS = frozenset(
        {
            "empty",  # nothing in it
            "too_large",  # more bytes than the limits allow
            "too_many_pixels",  # a picture larger than the limits allow, judged by its header
            "broken",  # a picture that cannot be drawn, or not within the means given to it
            "executable",
            "archive",  # also what only passes for an office document
            "script",  # also macros
            "markup",  # HTML, SVG, XML
            "mismatch",  # two formats in one file
            "unknown",  # none of the formats that are taken, or a torn one
        }
    )

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
