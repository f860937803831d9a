import math

import pytest

from complaints.points import Point, distance, nearest, on_earth

GATE, PARK = Point("gate", 22.547, 114.119), Point("park", 22.567, 114.119)


@pytest.mark.parametrize(
    ("pin", "point", "metres"),
    [
        ((0, 0), Point("x", 0, 1), 2 * math.pi * 6_371_008.8 / 360),  # a degree of the equator
        ((60, 0), Point("x", 60, 0), 0),
        ((0, 179.5), Point("x", 0, -179.5), 2 * math.pi * 6_371_008.8 / 360),  # over the date line
        ((90, 0), Point("x", -90, 0), math.pi * 6_371_008.8),
    ],
)
def test_distances_on_the_globe(pin, point, metres):
    assert distance(*pin, point) == pytest.approx(metres, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ((22.548, 114.119), GATE),
        ((22.560, 114.119), PARK),
        ((22.520, 114.119), None),  # 3,002 m south of the gate
        ((22.5201, 114.119), GATE),  # 2,991 m
        ((0.0, 0.0), None),
        ((math.nan, 114.119), None),
    ],
)
def test_the_nearest_point_within_three_kilometres(pin, expected):
    assert nearest(*pin, [GATE, PARK]) == expected


@pytest.mark.parametrize("pin", [(114.119, 22.547), (22.5, 181), (math.nan, 0)])
def test_a_point_lies_on_the_globe(pin):
    with pytest.raises(ValueError, match="no such place"):
        Point("swapped", *pin)


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ((22.547, 114.119), True),
        ((90, -180), True),
        ((-90, 180), True),
        ((90.001, 0), False),
        ((0, -180.001), False),
        ((math.nan, 0), False),
        ((0, math.nan), False),
        ((0, math.inf), False),
    ],
)
def test_which_pins_are_on_earth(pin, expected):
    assert on_earth(*pin) is expected
