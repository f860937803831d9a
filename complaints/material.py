"""What a resident may send along: how large and how many.

Sizes are in bytes, as the platform says them; what a file really is, is looked at later and elsewhere.
"""

from dataclasses import dataclass

MEBI = 1 << 20


@dataclass(frozen=True)
class Limits:
    """photo: bytes of a picture. file: bytes of anything else. step: files of one draft, or of one addition.
    complaint: files of a complaint over all."""

    photo: int = 10 * MEBI
    file: int = 20 * MEBI
    step: int = 10
    complaint: int = 30

    def size(self, kind: str) -> int:
        """The most bytes of this kind."""
        return self.photo if kind == "photo" else self.file

    def refusal(self, kind: str, size: int, of_step: int, of_all: int) -> str:
        """too_large, too_many, or nothing. size: 0 if unknown. of_step, of_all: how many there are already."""
        if size > self.size(kind):
            return "too_large"
        return "too_many" if of_step >= self.step or of_all >= self.complaint else ""


LIMITS = Limits()
