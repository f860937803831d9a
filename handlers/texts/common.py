"""Words shared by all texts: times as people say them, names of statuses, slots, results and units."""

from datetime import datetime
from typing import Any

from complaints.complaint import Complaint, Result
from complaints.draft import Slot
from complaints.rulebook import Rulebook
from complaints.units import Level
from complaints.workflow import Status

STATUS = {
    Status.REGISTERED: "已登记",
    Status.TRIAGE: "人工研判中",
    Status.ACCEPTED: "已受理",
    Status.DISPATCHED: "已派单",
    Status.OBJECTED: "退单待审",
    Status.CLAIMED: "已签收",
    Status.HANDLING: "办理中",
    Status.AWAITING_RESIDENT: "待补正",
    Status.REPLIED: "已答复，待您确认",
    Status.REOPENED: "重办",
    Status.CLOSED: "已办结",
    Status.DECLINED: "不予受理",
    Status.REDIRECTED: "导入法定途径",
    Status.MERGED: "并案",
    Status.WITHDRAWN: "已撤回",
}
SLOTS = {
    Slot.WHAT: "事情",
    Slot.WHERE: "地点",
    Slot.WHEN: "时间",
    Slot.WHO: "涉及谁",
    Slot.WISH: "希望结果",
    Slot.CONTACT: "联系方式",
}
RESULTS = {
    Result.SUPPORTED: "支持（问题已解决）",
    Result.EXPLAINED: "解释说明",
    Result.NOT_SUPPORTED: "不予支持",
    Result.UNREACHABLE: "联系不上",
}
CLOCKS = {"accept": "受理", "claim": "签收", "feedback": "首次反馈", "resolve": "办结", "take_back": "联系居民"}
CANCEL = "取消"
_UNSEEN = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF])
_WEEKDAYS = "一二三四五六日"


def sure(share: float) -> str:
    """How sure the model is; never 100%, for it can always be wrong."""
    return f"{min(share, 0.99):.0%}"


def result_named(typed: str) -> Result | None:
    """支持, 解释, 不予支持 ... or the English code."""
    typed = typed.strip().lower()
    if typed in {"解决", "已解决", "解决了"}:
        return Result.SUPPORTED
    found = [kind for kind, name in RESULTS.items() if typed and (typed == kind.value or name.startswith(typed))]
    return found[0] if len(found) == 1 else None


def clock_time(moment: datetime, rules: Rulebook, now: datetime | None = None) -> str:
    """今天 16:20, 明天 09:00, 周一（11月30日）09:00; in the district's zone."""
    there = moment.astimezone(rules.working_time.zone)
    if now is None:
        return f"{_day(there)} {_clock(there)}"
    days = (there.date() - now.astimezone(rules.working_time.zone).date()).days
    near = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
    day = near.get(days, f"周{_WEEKDAYS[there.weekday()]}（{_day(there)}）")
    return f"{day} {_clock(there)}"


def _day(moment: datetime) -> str:
    return f"{moment.month}月{moment.day}日"


def _clock(moment: datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"  # strftime takes ten times as long, and a card says five of them


def length(seconds: float) -> str:
    """还剩多久, as people say it."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{max(minutes, 1)} 分钟"
    return f"{minutes // 60} 小时 {minutes % 60} 分" if minutes % 60 else f"{minutes // 60} 小时"


def promise(promised: dict[str, datetime], rules: Rulebook, now: datetime, sent: bool) -> str:
    """When a resident hears of it, as clock times. sent: a unit has it; else a person decides first who gets it."""
    accept, first, done = (clock_time(promised[kind], rules, now) for kind in ("accept", "feedback", "resolve"))
    line = f"时限：{first} 前首次反馈，{done} 前尽量解决"
    if not sent:
        allowed = length(rules.terms.feedback.total_seconds())
        line = f"时限：{accept} 前由工作人员看过并派单，派单后 {allowed}内首次反馈"
    if not rules.working_time.is_open(now):
        opens = clock_time(rules.working_time.next_opening(now), rules, now)
        line += f"\n现在不是办公时间，{opens} 开始办理。急事请打 12345（24 小时），危险请打 110、119、120"
    return line


def unit(code: str | None, rules: Rulebook) -> str:
    return rules.directory.get(code).name if code and code in rules.directory else "待定"


def place(code: str, rules: Rulebook) -> str:
    """翠竹街道 · 水贝社区工作站（示例）: the sub-district before the unit beneath it."""
    here = rules.directory.get(code)
    above = rules.directory.area(code, Level.SUBDISTRICT)
    return f"{above.name} · {here.name}" if above and above.code != code else here.name


def short(text: str, limit: int = 60) -> str:
    """One line of at most `limit` characters, without the unseen signs that turn the direction of a text."""
    line = " ".join(text.translate(_UNSEEN).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def short_block(text: str, limit: int = 600) -> str:
    """A text with its lines, cut where it is long."""
    return text if len(text) <= limit else f"{text[:limit]}…（共 {len(text)} 字）"


def category_name(complaint: Complaint) -> str:
    return "/".join(filter(None, (complaint.category, complaint.item)))


def event_line(row: Any, rules: Rulebook) -> str:
    """One dated line of a timeline; facts are codes."""
    return f"{clock_time(row.at, rules)}  {_event(row, rules)}"


def _event(row: Any, rules: Rulebook) -> str:
    words = EVENTS.get(row.kind, row.kind)
    if row.kind == "reopened" and "time" in row.facts:
        words += f"（第 {row.facts['time']} 次）"
    if row.kind == "masked":
        words += f"（{row.facts['places']} 处）"
    if row.facts.get("files"):
        words += f"（材料 {row.facts['files']} 份）"
    if "place" in row.facts:
        words += f"（第 {row.facts['place']} 份材料）"
    to = row.facts.get("unit")
    return f"{words}：{unit(to, rules)}" if to else words


EVENTS = {
    "registered": "登记",
    "classified": "确定分类",
    "triaged": "转人工研判",
    "accepted": "受理",
    "dispatched": "派单",
    "claimed": "签收",
    "unclaimed": "撤销签收",
    "taken_back": "超时未联系，收回",
    "taken_up": "无人签收，上级接办",
    "transferred": "转派",
    "first_contact": "首次反馈",
    "replied": "回复居民",
    "noted": "内部备注",
    "masked": "手工遮盖",
    "unmasked": "取消遮盖",
    "covered": "遮住照片的一部分",
    "uncovered": "照片恢复原样",
    "transcribed": "转写语音",
    "concluded": "答复办理结果",
    "confirmed": "居民确认已解决",
    "closed_unanswered": "居民未答复，办结",
    "rated": "居民评价",
    "reopened": "居民反映未解决，退回重办",
    "redone": "原单位继续办理",
    "raised": "提级办理",
    "added": "居民补充",
    "withdrawn": "居民撤回",
    "late": "超时提醒",
    "recounted": "按新日历重新计算时限",
}
INSIDE = {"noted", "masked", "unmasked", "transcribed", "late", "classified", "unclaimed", "taken_back", "taken_up"}
TO_RESIDENT = frozenset(EVENTS) - INSIDE
