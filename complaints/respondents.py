"""Whom a complaint is about, as far as the words name a unit: such a unit never gets it.

Only names of offices count (水贝社区工作站, 翠竹街道办), not those of their places. A shop or a person is no unit.
"""

from collections.abc import Iterator

from complaints.spelling import COMMUNITY, EXAMPLE, STATION, core, simplified, with_each
from complaints.units import Directory, Level, Unit

_OFFICES = ("局", "所", "中心", "大队", "委员会", "办公室", "工作站", "居委会", "办事处")
_SUFFIXES = {
    Level.SUBDISTRICT: ("街道办", "街办"),
    Level.COMMUNITY: STATION,
    Level.COMMITTEE: tuple(suffix for suffix in COMMUNITY if suffix != "社区"),
}


def named(text: str, directory: Directory) -> tuple[str, ...]:
    """The codes of the units that `text` names by an office's name."""
    plain = simplified(text)
    return tuple(unit.code for unit in directory.all if any(name in plain for name in _names(unit)))


def _names(unit: Unit) -> Iterator[str]:
    for name in (unit.name.removesuffix(EXAMPLE), *unit.aliases):
        if name.endswith(_OFFICES):
            yield name
    yield from with_each(core(unit.name), _SUFFIXES.get(unit.level, ()))
