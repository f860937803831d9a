"""E-mail addresses, number plates and the names people have in chat programs.

Limits: an id is known by the name of its program before it; one that is told across other words is not.
"""

import re
from collections.abc import Iterator

from complaints.digits import LINK
from complaints.spans import Kind, Span, hidden

EMAIL = re.compile(r"(?<![A-Z0-9._%+-])[A-Z0-9][A-Z0-9._%+-]*\s?@\s?[A-Z0-9-]+(?:\.[A-Z0-9-]+)+", re.I)


def emails(folded: str) -> Iterator[Span]:
    for match in EMAIL.finditer(folded):
        yield Span(match.start(), match.end(), Kind.EMAIL)


GAP = "[\\s\u00b7.\u2022\u2027\u30fb-]{0,2}"
SERIAL = "(?=[A-Z]{0,3}[0-9][A-Z]{0,3}[0-9])[A-HJ-NP-Z0-9]"
PLATES = (
    re.compile(
        f"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]{GAP}[A-Z]{GAP}"
        f"(?:{SERIAL}{{4}}[学警港澳挂领试超]|{SERIAL}{{5,6}})(?![A-Z0-9])",
        re.I,
    ),
    re.compile("(?<![A-Z])WJ[\u4e00-\u9fff]?[0-9]{4}[A-Z0-9](?![A-Z0-9])|使[0-9]{6}(?![0-9])", re.I),
    # without a province, and those of Hong Kong and Macau, only after the word
    re.compile(
        f"(?:车牌|車牌|牌照|车号|港牌|澳牌|港车|澳车){LINK}"
        "([A-Z]{2}[ -]?[0-9]{2}[ -][0-9]{2}|[A-Z]{2} ?[0-9]{3,4}|[A-Z][ \u00b7-]?(?=[A-Z]?[0-9])[A-HJ-NP-Z0-9]{5,6})"
        "(?![A-Z0-9])",
        re.I,
    ),
)


def plates(folded: str) -> Iterator[Span]:
    for shape in PLATES:
        for match in shape.finditer(folded):
            start, end = match.span(shape.groups)
            folded = hidden(folded, start, end)
            yield Span(start, end, Kind.PLATE)


ACCOUNT = re.compile(
    "(?:[微薇威徽][信芯]|v信|(?<![A-Z])(?:wechat|weixin|wx|vx)|(?:加|\\+)我?[v微]|的V(?=[是:])|(?<![A-Z])QQ|扣扣|企鹅号)"
    "(?P<link>(?:[\\s:=(]|号码?|账号|帐号|ID(?![A-Z0-9_])|群|是|为|我|也|加)*)"
    "(?P<id>[A-Z0-9][A-Z0-9_-]{4,19})(?![A-Z0-9_])(?!\\s*[元块步人次万个条年月楼栋集班])",
    re.I,
)
WECHAT_ID = re.compile("(?<![A-Z0-9_])wxid_[A-Z0-9]+", re.I)
SERVICE = re.compile("1[012][0-9]{3}|9[56][0-9]{3,4}")


def ids(folded: str) -> Iterator[Span]:
    for match in WECHAT_ID.finditer(folded):
        folded = hidden(folded, match.start(), match.end())
        yield Span(match.start(), match.end(), Kind.ACCOUNT)
    for match in ACCOUNT.finditer(folded):
        word, link = match["id"], match["link"]
        # a plain word is an id only if the sentence says so: "微信:xiaoming", not "WeChat Windows"
        if not SERVICE.fullmatch(word) and (re.search("[0-9_-]", word) or re.search("[:=号是为加]|ID|id", link)):
            yield Span(*match.span("id"), Kind.ACCOUNT)
