"""Whom a complaint is about, as far as the words name a unit: such a unit never gets it.

Only full names of units count, as they stand in the directory. A shop, a company or a person is no unit.
"""

from complaints.units import Directory, Level

_ENDS = ("工作站", "居委会", "居民委员会", "街道办", "街道办事处", "局", "所", "中心", "大队")


def named(text: str, directory: Directory) -> tuple[str, ...]:
    """The codes of the units that `text` names by an office's name (水贝社区工作站), not merely by its place."""
    found = []
    for unit in directory.all:
        names = [name.split("（")[0] for name in (unit.name, *unit.aliases)]
        if unit.level is Level.SUBDISTRICT:
            names += [name + "办" for name in names if name.endswith("街道")]
        if any(name.endswith(_ENDS) and name in text for name in names):
            found.append(unit.code)
    return tuple(found)
