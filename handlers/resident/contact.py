"""How to reach the complainant: a name, a phone, or nobody's business. The answer goes to the sealed identity."""

import re

from complaints.draft import Draft
from handlers.turn import normal

_PHONE = re.compile(r"(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|[2-8]\d{7})")
_POLITE = re.compile(r"我(?:叫|是|姓)?|电话|手机号?|號碼|号码|联系方式|姓名|[:\uff1a,\uff0c。;\uff1b\s]|是(?=\d)")
ANONYMOUS = {"匿名", "不留", "不方便", "不用", "保密", "no"}


def read(draft: Draft, text: str) -> None:
    """Reads name and phone from the answer. Neither: the person stays anonymous."""
    if normal(text) in ANONYMOUS:
        draft.anonymous, draft.name, draft.phone = True, "", ""
        return
    half = "".join(chr(ord(c) - 0xFEE0) if 0xFF10 <= ord(c) <= 0xFF19 else c for c in text)
    found = _PHONE.search(half)
    draft.phone = re.sub(r"\D", "", found.group(1)) if found else ""
    rest = half.replace(found.group(0), "") if found else half
    draft.name = _POLITE.sub("", rest)[:20]
    draft.anonymous = not (draft.name or draft.phone)
