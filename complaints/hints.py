"""Hints: what one free text says of when it happened and what is wanted, so that neither is asked again.

Words as typed come out, nothing is reckoned. It knows plain words of time, not "since the rain", and takes the
first it finds; a wish is only taken where it opens a clause, so 物业要求我们 and 申请 are none.
"""

import re

_PART = "(?:早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|凌晨|深夜)"
_HOUR = "[\\d一二三四五六七八九十两]{1,3}(?:[点點时時](?:半|一刻|[\\d一二三四五六七八九十]{1,3}分?)?|[:：]\\d{2})"
_DAY = (
    "(?:今天|昨天|前天|大前天|今日|昨日|寻日|琴日|今早|今晚|昨晚|前晚|尋日|刚才|刚刚|啱啱|前几天|前两天|这几天|这两天"
    "|(?:上上|上|这|本)个?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:周|星期|礼拜)[一二三四五六日天末](?!边)"
    "|(?:上|这|本)个?月(?:初|中|底|\\d{1,2}[日号])?|去年|今年|前年|月初|月底|年初|年底|最近|近期|近来|每天|每晚|每日|天天"
    "|每个?(?:周|星期|月)|长期|一直|经常|国庆|春节|中秋|元旦|五一|清明|端午"
    "|\\d{4}年(?:\\d{1,2}月)?(?:\\d{1,2}[日号])?|\\d{1,2}月(?:\\d{1,2}[日号]|份|初|底)?(?!\\d)|(?<![\\d.])\\d{1,2}[日号](?![楼栋线门馆店院])"
    "|(?:[一二三四五六七八九十两几半多\\d]{1,4}|好几)(?:多?个)?多?(?:分钟|小时|钟头|天|周|星期|礼拜|月|年)"
    "(?:之前|以前|前|了|多了|以来|来))"
)
_TIME = re.compile(
    f"(?:{_DAY}{_PART}?(?:{_HOUR})?|{_PART}(?:{_HOUR})|(?<![\\d点點])(?=\\d){_HOUR})(?:左右|多|开始|起)?"
)
_OPENS = r"(?:(?<=[。,，.;；!！?？、\s])|^|(?<=[我们现特]))"
_WISH = re.compile(
    "(?:(?:希望|盼望|恳请|请求|强烈要求|想要?求)"
    f"|{_OPENS}(?:要求|诉求是|请(?!问|假|客|教|示|勿)|麻烦(?=你|您|帮|尽快|有关|相关|政府|处理|安排|派)"
    "|能不能|可不可以|可否|能否))"
    r"[^。！？!?\n]{3,80}"
)


def time_in(text: str) -> str:
    """The words that say when it happened, as typed; empty if none are understood."""
    found = _TIME.search(text)
    return found.group(0) if found else ""


def wish_in(text: str) -> str:
    """The words that say what result is wanted, as typed; empty if none are understood."""
    found = _WISH.search(text)
    return found.group(0).strip() if found else ""
