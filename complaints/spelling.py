"""How residents write the name of a place: with and without 社区, 街道, 居委会, 工作站, and in traditional characters.

The mapping of characters covers the names of places, not the language; it is one to one, so that a position in
the text read is the same position in the text as typed.
"""

import re
from collections.abc import Iterator

TRADITIONAL = str.maketrans(
    "羅東門筍崗貝嶺圍龍橋紅濱黃蘭園曉獨樹綠鵬興廣長蓮華書風錦達寧頭馬區關漁鳳銀誼庫樂場愛國業醫學廈經濟際潤萬寶"
    "雲館車電觀臺莊灣鹽鐵辦處員會務來點廟錢幣順聖灘",
    "罗东门笋岗贝岭围龙桥红滨黄兰园晓独树绿鹏兴广长莲华书风锦达宁头马区关渔凤银谊库乐场爱国业医学厦经济际润万宝"
    "云馆车电观台庄湾盐铁办处员会务来点庙钱币顺圣滩",
)

EXAMPLE = "（示例）"
STATION = ("社区工作站", "工作站")
COMMUNITY = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区")
SUBDISTRICT = ("街道办事处", "街道办", "街办", "街道")

NAMED_AFTER = re.compile(  # a road, a school, a bus stop that bears the name of a place need not lie there
    r"[一二三四五六七八九十东南西北中]?(?:步行街|大道|大街|路|街(?!道)|巷|立交|隧道|高速|高架|河|山|公园|广场|大厦|酒店|市场"
    r"|小学|中学|学校|幼儿园|医院|地铁站|站|港|口岸)"
    r"|(?:实验|外国语|外语|初级|第[一二三])(?:小学|中学|学校|部)"
)

FILLER = re.compile(  # words around a place that name none; possessive, so that no text makes it slow
    r"(?:我们|我|住在|位于|就是|那边|那里|这边|这里|附近|旁边|里面|地址|地点|中国|广东省|广东|深圳市|深圳|小区|片区|大院|一带"
    r"|门口|路口|[住在是家的旁里有号栋座幢单元楼室房层区期队组弄户口一二三四五六七八九十百\da-zA-Z０-９]"
    r"|[\s,，.。:：;；、·\-—~()（）【】\[\]\"“”'!！?？#])*+$"
)

ABOVE_US = re.compile(r"^(?:中国|广东省|广东|深圳市|深圳)+")
EDGES = " \t\r\n,，.。:：;；、·-—~的在"


def simplified(text: str) -> str:
    """`text` in the characters of the directory; the length stays the same."""
    return text.translate(TRADITIONAL)


def core(name: str) -> str:
    """The name without what it is: 水贝社区居委会 -> 水贝, 翠竹街道 -> 翠竹."""
    name = name.removesuffix(EXAMPLE)
    for suffix in (*STATION, *COMMUNITY, *SUBDISTRICT):
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def with_each(stem: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    return (stem + suffix for suffix in suffixes)


def is_named_after(text: str, end: int) -> bool:
    """Whether what follows `end` makes the name before it that of a road, school or stop."""
    return NAMED_AFTER.match(text, end) is not None


def is_filler(text: str) -> bool:
    """Whether the text names nothing: no place, no thing, at most numbers and words like 我在 or 附近."""
    return FILLER.match(text) is not None
