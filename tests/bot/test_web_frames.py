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


# files

UPLOAD: dict[str, Any] = {"id": f"{'a' * 32}-{'b' * 64}", "kind": "photo", "name": "楼道.jpg", "size": 1234}
OTHER = UPLOAD | {"id": f"{'c' * 32}-{'b' * 64}"}


def attached(*files: Any, **more: Any) -> frames.Said:
    return frames.said(frames.parse(json.dumps({"type": "say", "id": "u-1", "chat": "r", "files": list(files)} | more)))


def test_files_may_come_alone_or_with_words() -> None:
    assert attached(UPLOAD).files == (frames.Attached(UPLOAD["id"], "photo", "楼道.jpg", 1234),)
    assert attached(UPLOAD, OTHER, text="漏水").text == "漏水"


@pytest.mark.parametrize(
    ("files", "more", "why"),
    [
        ([UPLOAD | {"id": "../../etc/passwd"}], {}, "rubbish"),
        ([UPLOAD | {"id": f"{'A' * 32}-{'b' * 64}"}], {}, "rubbish"),
        ([UPLOAD | {"id": f"{UPLOAD['id']}\n"}], {}, "rubbish"),
        ([UPLOAD | {"id": None}], {}, "rubbish"),
        ([UPLOAD | {"kind": "sticker"}], {}, "rubbish"),
        ([UPLOAD | {"kind": ["photo"]}], {}, "rubbish"),
        ([UPLOAD | {"name": "a" * 256}], {}, "rubbish"),
        ([UPLOAD | {"name": 1}], {}, "rubbish"),
        ([UPLOAD | {"size": 0}], {}, "rubbish"),
        ([UPLOAD | {"size": -1}], {}, "rubbish"),
        ([UPLOAD | {"size": 1.5}], {}, "rubbish"),
        ([UPLOAD | {"size": True}], {}, "rubbish"),
        ([UPLOAD | {"size": 10**30}], {}, "rubbish"),
        ([{}], {}, "rubbish"),
        (["a"], {}, "rubbish"),
        ([UPLOAD, UPLOAD], {}, "rubbish"),  # one upload is one file
        ([UPLOAD], {"button": "b-1"}, "rubbish"),
        ([UPLOAD], {"point": {"latitude": 1, "longitude": 2}}, "rubbish"),
        ([UPLOAD | {"id": f"{number:032}-{'b' * 64}"} for number in range(11)], {}, "too_many_files"),
        ([], {}, "empty"),
    ],
)
def test_what_is_no_file_is_refused_with_the_messages_id(files: list[Any], more: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused) as refused:
        attached(*files, **more)
    assert (refused.value.why, refused.value.id) == (why, "u-1")


@pytest.mark.parametrize("files", [{"id": "a"}, "a", 1, True])
def test_files_are_a_list(files: Any) -> None:
    with pytest.raises(Refused, match="rubbish"):
        frames.said({"id": "u-1", "chat": "r", "files": files})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("楼道.jpg", "楼道.jpg"),
        ("/home/wang/楼道.jpg", "楼道.jpg"),
        ("C:\\照片\\楼道.jpg", "楼道.jpg"),
        ("a\nb\x00c\u202egpj.exe", "abcgpj.exe"),  # nothing that turns the writing round
        ("\ud800.jpg", "?.jpg"),
        ("长" * 200 + "end.jpg", "长" * 108 + "…" + "长" * 4 + "end.jpg"),  # its end says what it is
        ("", ""),
    ],
)
def test_a_name_is_one_that_can_stand_in_a_line(name: str, expected: str) -> None:
    assert frames.file_name(name) == expected
