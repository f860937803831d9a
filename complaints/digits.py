"""Numbers someone could be found by: phones, identity numbers and bank cards, in figures or said digit by digit.

Limits: numbers told across other words, or in pictures, are not read. When in doubt it is such a number: a text with
an amount of eleven digits can lose it.
"""

import re
from collections.abc import Iterator
from datetime import date

from complaints.spans import Kind, Span, hidden

LINK = "[号码是为的我:=\\s(]*"  # what may stand between a word and its number

# Numbers. A chain is groups of digits with little between them; every run of whole groups is tried, the longest first.
BETWEEN = "[\\s\\-\u2010-\u2015_.\u00b7\u2022\u2027()\u200b-\u200d\u2060\ufeff]{1,3}"
CHAIN = re.compile(f"[0-9]+(?:{BETWEEN}[0-9]+)*")
GROUP = re.compile("[0-9]+")
CHECK_X = re.compile("[ -]?X(?![A-Z0-9])", re.I)  # only an identity number ends so
LONGEST = 19
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


def written(folded: str) -> Iterator[Span]:
    for travel in PASSPORT.finditer(folded):
        folded = hidden(folded, *travel.span(1))
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


def spoken(folded: str) -> Iterator[Span]:
    figures = folded.translate(NUMERALS)
    for kind, shape in SPOKEN:
        for match in shape.finditer(figures):
            said = sum(
                ours != theirs for ours, theirs in zip(folded[match.start() : match.end()], match[0], strict=True)
            )
            if said >= 3:  # fewer are words after a figure, such as 一 in "... 一直"
                figures = hidden(figures, match.start(), match.end())
                yield Span(match.start(), match.end(), kind)
