"""Points on the map: which known point is nearest to a pin.

Known points and pins must be in the same datum, WGS-84: chat platforms and browsers send it. Maps published in China
show GCJ-02, which lies some hundreds of metres off: convert before loading, nothing here does. Distances are on a
sphere, good to half a percent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH = 6_371_008.8  # metres, the mean radius of IUGG
FAR = 3_000.0  # metres: beyond, the nearest point says nothing about where the pin lies


@dataclass(frozen=True)
class Point:
    """A point of a unit: degrees, WGS-84, north and east positive. Raises ValueError outside of the globe."""

    unit: str
    latitude: float
    longitude: float
    example: bool = False

    def __post_init__(self) -> None:
        if not on_earth(self.latitude, self.longitude):
            raise ValueError(f"no such place on earth: {self.latitude}, {self.longitude}")


def on_earth(latitude: float, longitude: float) -> bool:
    """Whether there is such a place: degrees; NaN and what is infinite are none."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def distance(latitude: float, longitude: float, point: Point) -> float:
    """Metres between a pin and a point, by the haversine formula."""
    north, east = radians(point.latitude - latitude), radians(point.longitude - longitude)
    half = sin(north / 2) ** 2 + cos(radians(latitude)) * cos(radians(point.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))


def nearest(latitude: float, longitude: float, points: Iterable[Point]) -> Point | None:
    """The nearest point within 3 km; None if there is none. NaN is no place and has none."""
    return min(
        (point for point in points if distance(latitude, longitude, point) <= FAR),
        key=lambda point: distance(latitude, longitude, point),
        default=None,
    )
