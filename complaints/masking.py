"""Masking: the copy of a text that cards, logs, exports, metrics and training may show.

Stars stand for characters one by one, so places in the text and in its masked copy are the same, and what is masked
once stays as it is. When in doubt a number is masked: the text as typed is sealed elsewhere and can be read for cause.

Limits: in free text a name is found by rule only where its bearer says it ("my name is", "I am", then a common surname
and one or two signs before a stop); other names and addresses are not. The names handed in are masked only in full,
so staff need a way to blank a span. Numbers in words ("one three eight") or in pictures are not read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    PHONE = "phone"
    IDENTITY = "identity"
    CARD = "card"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    NAME = "name"


@dataclass(frozen=True, order=True)
class Span:
    """text[start:end] is what someone could be found by."""

    start: int
    end: int
    kind: Kind


def mask(text: str, names: Iterable[str] = ()) -> str:
    """`text` with stars over its spans; as long as `text`, and unchanged by a second mask with the same `names`."""
    return _masked(text, tuple(names))[0]


def spans(text: str, names: Iterable[str] = ()) -> tuple[Span, ...]:
    """What `mask` covers, in order of place; ends are exclusive."""
    return tuple(sorted(_masked(text, tuple(names))[1]))


def _masked(text: str, names: tuple[str, ...]) -> tuple[str, list[Span]]:
    """Covers until nothing is left to cover: one star may end a number that hid the next."""
    covered: list[Span] = []
    while fresh := [span for span in _found(text, names) if _cover(text, span) != text[span.start : span.end]]:
        for span in fresh:
            text = text[: span.start] + _cover(text, span) + text[span.end :]
        covered += fresh
    return text, covered


def _cover(text: str, span: Span) -> str:
    """The span's own signs with stars over all letters and digits but those its kind keeps."""
    piece = text[span.start : span.end]
    at = next(
        (place for place, sign in enumerate(piece) if span.kind is Kind.EMAIL and _folded(sign) == "@"), len(piece)
    )
    places = [place for place, sign in enumerate(piece[:at]) if sign.isalnum()]  # a mail domain stays
    first, last = _kept(span.kind, piece, len(places))
    hidden = set(places[first : len(places) - last])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(piece))


def _kept(kind: Kind, piece: str, length: int) -> tuple[int, int]:
    """How many letters and digits stay readable at the start and at the end."""
    if kind is Kind.PHONE:
        return (3, 4) if length >= 11 else (0, 4)  # three more of a short number would leave one star
    if kind is Kind.CARD:
        return (0, 4)
    if kind is Kind.IDENTITY:
        return (3 if piece[0].isdecimal() else 0, 0)  # a province; the last six are many people's password
    if kind is Kind.NAME:
        return (2 if length > 2 and COMPOUND_SURNAME.match(piece) else 1, 0)
    if kind is Kind.PLATE:
        return (1 if piece[0].isascii() else 2, 0)
    return (1 if length > 2 else 0, 0)


def _found(text: str, names: tuple[str, ...]) -> list[Span]:
    """One look at the text: what one rule takes is hidden from the next."""
    folded = "".join(_folded(sign) for sign in text)
    for receipt in RECEIPT.finditer(folded):
        folded = _hidden(folded, receipt.start(), receipt.end())
    found: list[Span] = []
    for rule in (_emails, _numbers, _spoken, _plates, _accounts, _introduced):
        fresh = list(rule(folded))
        for span in fresh:
            folded = _hidden(folded, span.start, span.end)
        found += fresh
    for name in sorted({_bare(name) for name in names}, key=len, reverse=True):
        for span in list(_named(folded, name)):
            folded = _hidden(folded, span.start, span.end)
            found.append(span)
    return found


def _folded(sign: str) -> str:
    """One sign for one: digits of every script as ASCII, full-width forms as half-width."""
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if len(plain) == 1 else sign


def _hidden(folded: str, start: int, end: int) -> str:
    return folded[:start] + "\0" * (end - start) + folded[end:]


RECEIPT = re.compile(r"(?<![A-Z0-9])(?!QQ|VX|WX|TEL)[A-Z]{2,4}(?:-[A-Z0-9]{4}){2}-[A-Z0-9](?![A-Z0-9-])", re.I)
EMAIL = re.compile(r"(?<![A-Z0-9._%+-])[A-Z0-9][A-Z0-9._%+-]*\s?@\s?[A-Z0-9-]+(?:\.[A-Z0-9-]+)+", re.I)


def _emails(folded: str) -> Iterator[Span]:
    for match in EMAIL.finditer(folded):
        yield Span(match.start(), match.end(), Kind.EMAIL)


# Numbers. A chain is groups of digits with little between them; every run of whole groups is tried, the longest first.
BETWEEN = "[\\s\\-\u2010-\u2015_.\u00b7\u2022\u2027()\u200b-\u200d\u2060\ufeff]{1,3}"
CHAIN = re.compile(f"[0-9]+(?:{BETWEEN}[0-9]+)*")
GROUP = re.compile("[0-9]+")
CHECK_X = re.compile("[ -]?X(?![A-Z0-9])", re.I)  # only an identity number ends so
LONGEST = 19
LINK = "[号码是为的我:=\\s(]*"
AFTER_PHONE = re.compile(
    "(?:电话|手机|座机|固话|联系方式|联络|致电|拨打|传真|tel|phone|mobile)[^0-9。;,\\n]{0,6}$", re.I
)
AFTER_IDENTITY = re.compile(f"(?:身份证|证件号|公民身份){LINK}$")
AFTER_CARD = re.compile(f"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|工资卡|社保卡|账号|账户|帐号|帐户|存折){LINK}$")
AFTER_ORDER = re.compile(f"[A-Z]{{2}}$|(?:代码|单号|订单|运单|流水|编号|工单|快递){LINK}$", re.I)
PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
MOBILE = "1[3-9][0-9]{9}"
LANDLINE = re.compile("0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
PASSPORT = re.compile(f"(?:护照|通行证|回乡证|台胞证|居住证){LINK}([A-Z]{{1,2}}[0-9]{{7,9}})(?![A-Z0-9])", re.I)
PREFIXED = re.compile(f"(?:0|86|0086|17951|12593)({MOBILE})")
GLUED = (  # a room number or one digit too many: what is a mobile in it is masked
    re.compile(f"[0-9]{{1,3}}({MOBILE})"),
    re.compile(f"({MOBILE})[0-9]{{1,3}}"),
    re.compile(f"(?:0|86|0086)({MOBILE})[0-9]{{1,2}}"),
)


def _numbers(folded: str) -> Iterator[Span]:
    for travel in PASSPORT.finditer(folded):
        folded = _hidden(folded, *travel.span(1))
        yield Span(*travel.span(1), Kind.IDENTITY)
    for chain in CHAIN.finditer(folded):
        groups = [group.span() for group in GROUP.finditer(folded, chain.start(), chain.end())]
        yield from _in_chain(folded, groups)


def _in_chain(folded: str, groups: list[tuple[int, int]]) -> Iterator[Span]:
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + LONGEST) - 1, first - 1, -1):
            start, end = groups[first][0], groups[last][1]
            parts = [folded[begin:stop] for begin, stop in groups[first : last + 1]]
            check = CHECK_X.match(folded, end)
            if check and is_identity("".join(parts) + "X"):
                yield Span(start, check.end(), Kind.IDENTITY)
                break
            if read := list(_read(parts, folded[max(0, start - 14) : start])):
                yield from (Span(start + at, end if stop is None else start + stop, kind) for at, stop, kind in read)
                break
        else:
            last = first
        first = last + 1


def _read(parts: list[str], before: str) -> Iterator[tuple[int, int | None, Kind]]:
    """What these groups are, as (start, end, kind) from the first group on; end None is the end of the last group."""
    digits = "".join(parts)
    if is_identity(digits) or (AFTER_IDENTITY.search(before) and 14 <= len(digits) <= LONGEST):
        yield 0, None, Kind.IDENTITY
    elif len(parts) > 1 and _has_date(parts):
        return
    elif (is_card(digits) and len(parts[0]) >= 4) or (AFTER_CARD.search(before) and 12 <= len(digits) <= LONGEST):
        yield 0, None, Kind.CARD
    elif _is_phone(digits, parts, before):
        yield 0, None, Kind.PHONE
    elif (dialled := PREFIXED.fullmatch(digits)) and len(parts[0]) >= dialled.start(1) + 3:
        yield dialled.start(1), None, Kind.PHONE
    elif len(parts) == 1:
        yield from ((start, end, Kind.PHONE) for start, end in _glued(digits, before))


def _is_phone(digits: str, parts: list[str], before: str) -> bool:
    """A list of small numbers is no phone: the first group has three digits, or every group has one."""
    grouped = len(parts[0]) >= 3 or all(len(part) == 1 for part in parts)
    if re.fullmatch(MOBILE, digits) or LANDLINE.fullmatch(digits):
        return grouped
    if re.fullmatch("(?:00)?85[23][0-9]{8}", digits) and (before.endswith("+") or len(parts) > 1 or digits[0] == "0"):
        return grouped
    if before.endswith("+") and not digits.startswith("86"):
        return grouped and 10 <= len(digits) <= 15
    if not AFTER_PHONE.search(before) or _has_date([digits]):
        return False
    # what follows the word "phone" is one, even with a digit lost or doubled, or without its area code
    local = re.fullmatch("(?!400|800)[2-9][0-9]{6,7}", digits) and not digits.startswith(("95", "96"))
    return grouped and bool(local or re.fullmatch("1[3-9][0-9]{8}|1[3-9][0-9]{10,11}", digits))


def _glued(digits: str, before: str) -> Iterator[tuple[int, int]]:
    if len(digits) % 11 == 0 and re.fullmatch(f"(?:{MOBILE})+", digits):
        yield from ((place, place + 11) for place in range(0, len(digits), 11))
    elif not AFTER_ORDER.search(before):
        match = next((found for shape in GLUED if (found := shape.fullmatch(digits))), None)
        if match:
            yield match.span(1)


def is_identity(digits: str) -> bool:
    """18 signs with a birth date or with a right check sign (GB 11643), or 15 digits of the old kind.

    A birth date is enough even if the check sign is wrong: someone who mistypes one digit of their number has still
    given away the other seventeen. By chance fewer than one number of 18 digits in a thousand holds such a date.
    """
    if re.fullmatch("[1-9][0-9]{16}[0-9X]", digits):
        return _is_date(digits[6:14]) or bool(PROVINCE.match(digits) and digits[17] == check_sign(digits[:17]))
    return bool(re.fullmatch("[0-9]{15}", digits) and PROVINCE.match(digits) and _is_date("19" + digits[6:12]))


def check_sign(seventeen: str) -> str:
    """The last sign of an identity number, from its first 17 digits. Source: GB 11643-1999 (ISO 7064, MOD 11-2)."""
    return "10X98765432"[sum(int(digit) * (1 << 17 - place) for place, digit in enumerate(seventeen)) % 11]


def is_card(digits: str) -> bool:
    """16 to 19 digits with a right Luhn sum; no bank card begins with 0, 1 or 2, while order numbers often do."""
    if not re.fullmatch("[3-9][0-9]{15,18}", digits):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_date(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False


def _has_date(parts: list[str]) -> bool:
    """20240601, or 2024 and then a month."""
    pairs = zip(parts, [*parts[1:], ""], strict=True)
    return any(
        (len(part) == 8 and _is_date(part))
        or (re.fullmatch("(?:19|20)[0-9]{2}", part) and re.fullmatch("0?[1-9]|1[0-2]", following))
        for part, following in pairs
    )


# Numbers said digit by digit: 一三八零零..., also mixed with figures. Nothing else in Chinese looks like this.
NUMERALS = str.maketrans("零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖貳參陸", "0001234567891123456789236")
PAUSE = "[\\s\\-.,、\u00b7]{0,2}"
SPOKEN = (
    (Kind.IDENTITY, re.compile(f"[1-9](?:{PAUSE}[0-9]){{16}}{PAUSE}[0-9X]", re.I)),
    (Kind.PHONE, re.compile(f"1{PAUSE}[3-9](?:{PAUSE}[0-9]){{9}}")),
    (Kind.PHONE, re.compile(f"0{PAUSE}(?:1{PAUSE}0|2{PAUSE}[0-9]|[3-9](?:{PAUSE}[0-9]){{2}})(?:{PAUSE}[0-9]){{7,8}}")),
)


def _spoken(folded: str) -> Iterator[Span]:
    figures = folded.translate(NUMERALS)
    for kind, shape in SPOKEN:
        for match in shape.finditer(figures):
            said = sum(
                ours != theirs for ours, theirs in zip(folded[match.start() : match.end()], match[0], strict=True)
            )
            if said >= 3:  # fewer are words after a figure, such as 一 in "... 一直"
                figures = _hidden(figures, match.start(), match.end())
                yield Span(match.start(), match.end(), kind)


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


def _plates(folded: str) -> Iterator[Span]:
    for shape in PLATES:
        for match in shape.finditer(folded):
            start, end = match.span(shape.groups)
            folded = _hidden(folded, start, end)
            yield Span(start, end, Kind.PLATE)


ACCOUNT = re.compile(
    "(?:[微薇威徽][信芯]|v信|(?<![A-Z])(?:wechat|weixin|wx|vx)|(?:加|\\+)我?[v微]|的V(?=[是:])|(?<![A-Z])QQ|扣扣|企鹅号)"
    "(?P<link>(?:[\\s:=(]|号码?|账号|帐号|ID(?![A-Z0-9_])|群|是|为|我|也|加)*)"
    "(?P<id>[A-Z0-9][A-Z0-9_-]{4,19})(?![A-Z0-9_])(?!\\s*[元块步人次万个条年月楼栋集班])",
    re.I,
)
WECHAT_ID = re.compile("(?<![A-Z0-9_])wxid_[A-Z0-9]+", re.I)
SERVICE = re.compile("1[012][0-9]{3}|9[56][0-9]{3,4}")


def _accounts(folded: str) -> Iterator[Span]:
    for match in WECHAT_ID.finditer(folded):
        folded = _hidden(folded, match.start(), match.end())
        yield Span(match.start(), match.end(), Kind.ACCOUNT)
    for match in ACCOUNT.finditer(folded):
        word, link = match["id"], match["link"]
        # a plain word is an id only if the sentence says so: "微信:xiaoming", not "WeChat Windows"
        if not SERVICE.fullmatch(word) and (re.search("[0-9_-]", word) or re.search("[:=号是为加]|ID|id", link)):
            yield Span(*match.span("id"), Kind.ACCOUNT)


COMPOUND_SURNAME = re.compile(
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|司徒|东方|東方|皇甫|尉迟|公孙|公孫|慕容|令狐|夏侯|轩辕|长孙|宇文|端木|南宫|独孤|"
    "呼延|闻人|申屠|澹台|淳于|单于|钟离|濮阳|完颜|西门|赫连"
)
TITLE = re.compile("(?:先生|女士|小姐|太太|阿姨|叔叔|大爷|大妈|大姐|大哥|师傅|老师|同志|经理)$")


SURNAME = (
    "王李张劉刘陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓邓鄧冯馮曹彭曾肖萧蕭田董袁潘于蒋蔣蔡余杜叶葉程苏蘇"
    "魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫阎段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴"
    "覃武戴莫孔向汤湯温詹欧区關关易骆駱植卓赖賴涂翁柯庄莊"
)
NO_NAME = re.compile(  # begins like a name after "I am" or "I called", and is none
    "(?:周边|周围|附近|高龄|高楼|高层|高中|高三|高一|高二|高校|高级|黄牌|白天|白领|白班|石厦|江苏|江西|万科|万象|"
    "龙岗|龙华|罗湖|黄贝|方便|方才|向来|向你|向您|向政|马上|马路|何时|何必|任何|任课|任职|严重|严肃|关心|关注|关于|"
    "易地|温州|田贝|林业|程序|段长|毛遂|武汉|武警|史上|区里|区外|区内|区属|于心|于是|余额|叶子|付款|付钱|付费|付过|付了|"
    "夏天|雷锋|汤臣|钱没|万般|曾经|曾在|许多|陆续|单亲|莫名|莫非|向物|顾客|顾虑|顾家|庄家)"
)
INTRODUCED = re.compile(
    f"我(?:的名字)?(?:叫|是|姓名是?|名叫)[:\\s]?(?P<name>(?:{COMPOUND_SURNAME.pattern}|[{SURNAME}])[\u4e00-\u9fff]{{1,2}})"
    "(?=$|[^\\w*]|[0-9]|电话|手机|联系|住)"
)


def _introduced(folded: str) -> Iterator[Span]:
    """A name whose bearer says it; a surname with a title is no name to hide."""
    for match in INTRODUCED.finditer(folded):
        name = match["name"]
        if not NO_NAME.match(name) and TITLE.sub("", name) == name:
            yield Span(*match.span("name"), Kind.NAME)


def _bare(name: str) -> str:
    """王小明先生 is 王小明; 王先生 is 王, which is no name to hide."""
    folded = "".join(_folded(sign) for sign in name)
    return TITLE.sub("", re.sub("[\\s·]", "", folded))


def _named(folded: str, name: str) -> Iterator[Span]:
    """Blanks and middle dots may stand between the signs; a masked name (王**) that came back is no name."""
    if len(name) < 2 or "*" in name or "\0" in name:
        return
    edge = ("(?<![A-Z])", "(?![A-Z])") if name.isascii() else ("", "")
    for match in re.finditer(edge[0] + "[\\s·]*".join(map(re.escape, name)) + edge[1], folded, re.I):
        yield Span(match.start(), match.end(), Kind.NAME)
