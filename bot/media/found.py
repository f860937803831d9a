"""What a file was found to be."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """type: MIME. kind: photo, voice, video or document. extension: with its dot, for the name it is served under.

    active: it may do or hold more than it shows (scripts, programs, embedded files), or its inside cannot be seen: it
    is kept, and staff are warned before they open it.
    """

    type: str
    kind: str
    extension: str
    active: bool = False
