"""What a page says of a point: degrees on earth are taken, everything else is refused with the message's id."""

import json
from typing import Any

import pytest

from bot.web import frames
from bot.web.frames import Refused


def read(point: str, **more: Any) -> frames.Said:
    """The frame of a message whose point is this JSON."""
    text = json.dumps({"type": "say", "id": "u-1", "chat": "r"} | more)
    return frames.said(frames.parse(f'{text[:-1]}, "point": {point}}}'))


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ('{"latitude": 22.5431, "longitude": 114.0579}', (22.5431, 114.0579)),
        ('{"latitude": -90, "longitude": 180}', (-90.0, 180.0)),  # whole numbers, at the edge
        ('{"latitude": 0, "longitude": 0.0}', (0.0, 0.0)),  # nothing is no place, zero is one
        ('{"latitude": 1, "longitude": 2, "accuracy": 30}', (1.0, 2.0)),  # what is not asked for is not looked at
    ],
)
def test_a_point_on_earth_is_taken(point: str, expected: tuple[float, float]) -> None:
    said = read(point)
    assert (said.point, said.text) == (expected, "")
    assert said.point is not None
    assert {type(degrees) for degrees in said.point} == {float}


def test_words_may_come_with_a_point() -> None:
    assert read('{"latitude": 1, "longitude": 2}', text="在这里").text == "在这里"


@pytest.mark.parametrize(
    ("point", "why"),
    [
        ('{"latitude": NaN, "longitude": 114}', "no_place"),  # Python's JSON reads it
        ('{"latitude": 22, "longitude": Infinity}', "no_place"),
        ('{"latitude": 22, "longitude": -1e999}', "no_place"),
        ('{"latitude": 90.0001, "longitude": 0}', "no_place"),
        ('{"latitude": 0, "longitude": -180.0001}', "no_place"),
        ('{"latitude": 114.0579, "longitude": 22.5431}', "no_place"),  # the wrong way round
        (f'{{"latitude": 1{"0" * 400}, "longitude": 0}}', "no_place"),  # too large for a float
        ('{"latitude": "22.5431", "longitude": "114.0579"}', "no_place"),
        ('{"latitude": true, "longitude": false}', "no_place"),
        ('{"latitude": null, "longitude": 114}', "no_place"),
        ('{"latitude": [22], "longitude": 114}', "no_place"),
        ('{"latitude": 22.5431}', "no_place"),
        ("{}", "no_place"),
        ("[22.5431, 114.0579]", "rubbish"),
        ('"22.5431,114.0579"', "rubbish"),
        ("true", "rubbish"),
        ("0", "rubbish"),
        ("null", "empty"),  # neither words nor a point
    ],
)
def test_what_is_no_point_is_refused(point: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read(point)
    assert (refused.value.why, refused.value.id) == (why, "u-1")


def test_a_bad_point_is_refused_with_words_too() -> None:
    with pytest.raises(Refused, match="no_place"):
        read('{"latitude": 91, "longitude": 0}', text="在这里")


def test_a_press_with_a_point_is_neither() -> None:
    with pytest.raises(Refused, match="rubbish"):
        read('{"latitude": 22, "longitude": 114}', button="b-1")
