"""Traces: what in a masked text may still lead to somebody, so that staff are told how to blank it.

A door number in a building, a surname with a title, somebody who is called by name. It only prompts a look: it misses
much, and finds units and officials too.
"""

import re

from complaints.names import HAN, SURNAME

DOOR = "[0-9]+ ?(?:栋|座|幢|号楼|单元)[^，。,;；\\s]{0,6}?[0-9]{3,4}|[0-9]{3,4}(?:室|房|户)"
TITLED = f"[{SURNAME}](?:某|先生|女士|小姐|太太|阿姨|叔|大爷|大妈|师傅|老师|医生|经理|老板|总(?!是|共|体|算|之|而))"
CALLED = f"(?:名叫|叫做|叫|姓名|名字是?)[:： ]?[{SURNAME}]{HAN}{{1,2}}(?![{HAN[1:-1]}*])"
_TRACES = re.compile(f"{DOOR}|{TITLED}|{CALLED}")


def are_in(masked: str) -> bool:
    return _TRACES.search(masked) is not None
