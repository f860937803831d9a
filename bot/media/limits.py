"""How much evidence is taken. The defaults are the platform's own limits, or what a desk can look through.

Bytes are counted as Telegram's server counts them: a megabyte is 2**20.
"""

from dataclasses import dataclass

MEBI = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Raises ValueError if one is not positive.

    photo: bytes of a picture, 10 MB, as Telegram takes a photo. file: bytes of anything else, 20 MB: more, getFile
    does not give. step: files a complaint gets in one step. complaint: files of a complaint over all.
    pixels: width times height of a picture as sent, 40 million: a 36 megapixel camera passes, and a picture of this
    size can be drawn in the memory that the worker has. side: the longest side of what is kept, in pixels.
    thumb: the longest side of the small one.
    """

    photo: int = 10 * MEBI
    file: int = 20 * MEBI
    step: int = 10
    complaint: int = 30
    pixels: int = 40_000_000
    side: int = 2560
    thumb: int = 320

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise ValueError(f"{name} should be positive, not {value}")


LIMITS = Limits()
