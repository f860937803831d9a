"""What bytes really are. The name and the type that the sender gave are not asked.

Only formats on the list are taken, each looked at as far as its own module says; everything else is refused, with the
reason where there is a plain one. A picture may carry anything behind its end or in its notes: it is drawn anew and
only that is kept. Of everything else no second format is taken. HEIC, AVIF and TIFF are `unknown`: Pillow, as it is
installed, does not read HEIC, and phones send JPEG when asked for a photo.
What is kept as it came is to be served as an attachment, with nosniff: nothing here proves a file harmless.
"""

from bot.media import NotTaken, film, header, heads, office, pdf, sound, words
from bot.media.found import Found
from bot.media.limits import LIMITS, Limits

_PICTURES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp"}
_JUDGES = (sound.found, film.found, office.found, pdf.found, words.found)


def kind(data: bytes, limits: Limits = LIMITS) -> Found:
    """Raises NotTaken: any reason but too_many_pixels and broken, which only drawing finds out."""
    if not data:
        raise NotTaken("empty")
    if len(data) > limits.file:
        raise NotTaken("too_large")
    if picture := header.picture_type(data):
        if len(data) > limits.photo:
            raise NotTaken("too_large")
        return Found(picture, "photo", _PICTURES[picture])
    return _other(data)


def _other(data: bytes) -> Found:
    heads.refuse(data)
    for judge in _JUDGES:
        if found := judge(data):
            if heads.second_format(data, found.type):
                raise NotTaken("mismatch")
            return found
    raise NotTaken("script" if data.startswith(b"#!") else "unknown")
