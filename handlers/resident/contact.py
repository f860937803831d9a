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
_HOME = re.compile(r"86(1[3-9]\d{9})")
_ABROAD = re.compile(r"\+\d{8,15}")
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


_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石"
    "金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史贺陶顾毛郝龚邵万钱严赖覃洪武莫孔欧温"
    "張劉陳楊黃趙吳孫馬羅鄭謝許韓鄧馮蔣餘葉蘇呂盧鐘譚陸範賈鄒龍賀顧龔萬錢嚴賴"
)
_TITLE = "先生|女士|小姐|太太|阿姨|叔叔|师傅|師傅|老师|老師|婆婆|爷爷|爺爷|奶奶"
_ENDS = r"(?=[\s,，.。;；!！、:：(（\d]|电话|電話|手机|手機|联系|聯絡|$)"
_CALLED = re.compile(
    rf"我(?:的?名字)?(?:叫|是|姓名是)([{_SURNAMES}](?:{_TITLE}|[\u3400-\u9fff]{{1,2}})){_ENDS}"  # 我是业主 names nobody
)
_NO_NAME = re.compile("[生员員户戶主民客师師长長工友者]$")  # 高中生, 马路工: what somebody is, not what they are called
_LINE = "(?:联系|聯絡)?(?:电话|電話|手机号?码?|手機號?碼?|联系方式|聯絡方式)"
_IS = r"[是为為:：\s]*$"
_OWN = re.compile(f"(?:(?:我的|本人的?|联系我|聯絡我)(?:{_LINE})?|我{_LINE}){_IS}")
_TOLD = re.compile(rf"(?:^|[,，.。;；、!！\s]){_LINE}{_IS}")
_SECRET = re.compile("匿名|保密|不要?公开|不要?透露")
_NEAR = 12  # signs between a name and its number


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


def vouched(number: str) -> Contact | None:
    """From a number that a platform knows to be the sender's, with the code of its country; None if it is none."""
    digits = re.sub(r"\D", "", number)
    if not 8 <= len(digits) <= 15:
        return None
    home = _HOME.fullmatch(digits)
    return Contact("", home.group(1) if home else f"+{digits}")


def number(text: str) -> Contact | None:
    """A number and nothing else, not even a name: it is how to reach somebody, and not what happened."""
    found = alone(text)
    if found is None and _ABROAD.fullmatch(text.strip()):
        return Contact("", text.strip())
    return found if found and not found.name else None


def in_story(text: str) -> Contact | None:
    """The teller's own name and phone, where the story says that they are; not the number of a shop or of a third."""
    half = unicodedata.normalize("NFKC", text)
    if _SECRET.search(half):
        return None
    called = _CALLED.search(half)
    phone = next((found for found in _PHONE.finditer(half) if _is_own(half, found, called)), None)
    name = called.group(1) if called and (phone or not _NO_NAME.search(called.group(1))) else ""
    return Contact(name, re.sub(r"\D", "", phone.group(1)) if phone else "") if name or phone else None


def _is_own(text: str, phone: re.Match[str], called: re.Match[str] | None) -> bool:
    """Said to be one's own, behind one's name, or at the end, where people sign."""
    before, after = text[: phone.start()], text[phone.end() :]
    if _OWN.search(before):
        return True
    if called and 0 <= phone.start() - called.end() <= _NEAR:
        return True
    return bool(_TOLD.search(before)) and not any(sign.isalnum() for sign in after)


def alone(text: str) -> Contact | None:
    """A phone, perhaps with a name, and nothing else: no words of the matter."""
    found = read(text)
    if found is None or not found.phone:
        return None
    half = _SPOKEN_RUN.sub(" ", unicodedata.normalize("NFKC", text))
    rest = _GAPS.sub("", _POLITE.sub(" ", _PIECES.sub(" ", _PHONE.sub(" ", half)))).strip()
    return found if rest == found.name else None
