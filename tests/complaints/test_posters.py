"""What the link of a poster says of the place where it hangs."""

import pytest

from complaints.posters import payload, place_in
from complaints.units import Directory, Level, Unit

DISTRICT = Unit("44", "罗湖区", Level.DISTRICT)
STATION = Unit("44S01", "水贝社区工作站", Level.COMMUNITY, "44")
HOUSING = Unit("44D01", "住建局", Level.DEPARTMENT, "44")
DIRECTORY = Directory([DISTRICT, STATION, HOUSING])


def test_what_a_poster_says_leads_to_its_unit() -> None:
    assert place_in(payload(STATION.code), DIRECTORY) == STATION.code


@pytest.mark.parametrize(
    "said",
    [
        "",
        "at-",
        "44S01",  # no poster says it so
        "at-44S02",  # hangs nowhere
        "at-44D01",  # a department is no place
        "S-44S0-1234",  # a code that joins
    ],
)
def test_what_is_no_place_leads_nowhere(said: str) -> None:
    assert place_in(said, DIRECTORY) is None


@pytest.mark.parametrize("code", ["水贝", "44 S01", "44.S01", "4" * 62])
def test_a_code_that_no_link_can_carry_gets_none(code: str) -> None:
    assert payload(code) == ""
