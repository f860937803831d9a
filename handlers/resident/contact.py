"""How to reach the complainant: a name, a phone, or nobody's business. The answer goes to the sealed identity."""

import re
import unicodedata
from dataclasses import dataclass

_SPOKEN = str.maketrans("零〇一二三四五六七八九幺两", "00123456789" + "12")
_SPOKEN_RUN = re.compile("[零〇一二三四五六七八九幺两]{7,}")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?"
    r"(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?[2-9]\d{2,3}[- ]?\d{4}|[2-9]\d{3}[- ]?\d{4})(?!\d)"
)
_PIECES = re.compile(r"[,，。;；!！、\n]")
_POLITE = re.compile(
    r"找我?|我的?(?:名字)?(?:叫|是|姓)?|名字|叫我|叫做|免贵姓?|联系|联络|聯絡|打|请|电话|電話|手机号?码?|手機|號碼|号码|方式|姓名|称呼|"
    r"[:：]|[是叫](?=\s|$)"
)
_GAPS = re.compile(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])")
_NAME = re.compile(
    r"[\u3400-\u9fff·]{1,4}|[\u3400-\u9fff]{1,4}(?:先生|女士|小姐|太太|阿姨|叔叔|师傅|老师|婆婆|爷爷|奶奶|生|姨|叔|伯)"
    r"|[A-Za-z][A-Za-z.' -]{1,30}"
)


@dataclass(frozen=True)
class Contact:
    """Either may be empty, not both."""

    name: str
    phone: str


def read(text: str) -> Contact | None:
    """Name and phone from the answer; None if neither is understood, or a number is too short or too long."""
    half = unicodedata.normalize("NFKC", text)
    half = _SPOKEN_RUN.sub(lambda spoken: spoken.group().translate(_SPOKEN), half)
    found = _PHONE.search(half)
    rest = half.replace(found.group(0), " ") if found else half
    if sum(character.isdecimal() for character in rest) > 2:
        return None
    name = next((name for piece in _PIECES.split(rest) if _NAME.fullmatch(name := _bare(piece))), "")
    phone = re.sub(r"\D", "", found.group(1)) if found else ""
    return Contact(name, phone) if name or phone else None


def _bare(piece: str) -> str:
    """What is left of `my name is`; spaces stay inside a name in letters only."""
    return _GAPS.sub("", _POLITE.sub(" ", piece)).strip()
