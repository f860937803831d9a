"""Where a camera says it was: the GPS part of EXIF to degrees.

Degrees are WGS-84 by the standard; a phone that writes another datum is believed all the same. It is a claim of the
file: only the person can say that it is the place.
"""

import math
from collections.abc import Mapping
from typing import Any

LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4


def position(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, north and east positive; None if it is not said fully or cannot be.

    gps: tag to value. Exactly 0, 0 is what cameras write that have no fix.
    """
    latitude = _degrees(gps.get(LATITUDE), _sign(gps.get(LATITUDE_REF), "N", "S"))
    longitude = _degrees(gps.get(LONGITUDE), _sign(gps.get(LONGITUDE_REF), "E", "W"))
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None
    return latitude, longitude


def _sign(letter: object, plus: str, minus: str) -> float:
    """NaN if the hemisphere is not said: half the earth lies on the other side."""
    text = letter.decode("latin-1") if isinstance(letter, bytes) else str(letter)
    return {plus: 1.0, minus: -1.0}.get(text.strip("\0 ").upper(), math.nan)


def _degrees(parts: object, sign: float) -> float:
    """From degrees, minutes and seconds, of which the last may be missing; NaN for what is none."""
    try:
        numbers = [float(each) for each in parts][:3] if isinstance(parts, tuple) else []
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return math.nan
    if not numbers or any(not 0 <= each < limit for each, limit in zip(numbers, (181, 60.01, 60.01), strict=False)):
        return math.nan
    return sign * sum(each / 60.0**power for power, each in enumerate(numbers))
