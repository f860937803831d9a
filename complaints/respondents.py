"""Whom a complaint is about, as far as the words name a unit: such a unit never gets it.

Only names of offices count (水贝社区工作站, 翠竹街道办), not those of their places. A shop or a person is no unit.
An office that only says where (水贝社区工作站对面) is not meant; one that is asked for help in the words is taken for
one complained about, for a complaint that goes one level too high does less harm than one that goes to its cause.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from complaints.spelling import COMMUNITY, EXAMPLE, STATION, core, simplified, with_each
from complaints.units import Directory, Level, Unit

_OFFICES = ("局", "所", "中心", "大队", "委员会", "办公室", "工作站", "居委会", "办事处")
_SUFFIXES = {
    Level.SUBDISTRICT: ("街道办", "街办"),
    Level.COMMUNITY: STATION,
    Level.COMMITTEE: tuple(suffix for suffix in COMMUNITY if suffix != "社区"),
}
_ENDS = tuple(dict.fromkeys((*_OFFICES, *(suffix for suffixes in _SUFFIXES.values() for suffix in suffixes))))
_WHERE = re.compile(f"(?:{'|'.join(_ENDS)})(?=的?(?:对面|隔壁|附近|旁边))")  # without its end an office has no name


def named(text: str, directory: Directory) -> tuple[str, ...]:
    """The codes of the units that `text` names by an office's name."""
    plain = _WHERE.sub("。", simplified(text))
    if not any(end in plain for end in _ENDS):
        return ()
    return tuple(code for code, names in _offices(directory) if any(name in plain for name in names))


@lru_cache(maxsize=4)  # a directory does not change; the next version is another one
def _offices(directory: Directory) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(code, names) of every unit."""
    return tuple((unit.code, tuple(_names(unit))) for unit in directory.all)


def _names(unit: Unit) -> Iterator[str]:
    for name in (unit.name.removesuffix(EXAMPLE), *unit.aliases):
        if name.endswith(_OFFICES):
            yield name
    yield from with_each(core(unit.name), _SUFFIXES.get(unit.level, ()))
