"""What groups read of a complaint: its card, lists, the whole text, why it is here, and a line when something happens.

All of it is made from masked copies.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from classifier.prediction import Prediction
from complaints import numbers
from complaints.complaint import Complaint
from complaints.deadlines import Terms, elapsed
from complaints.rulebook import Rulebook
from complaints.units import Unit
from complaints.workflow import Status
from handlers.texts.common import (
    CLOCKS,
    STATUS,
    category_name,
    clock_time,
    event_line,
    length,
    place,
    short,
    short_block,
    sure,
    unit,
)
from storage.complaints import Word

ACTIONS = {
    "claim": "签收",
    "ask_reply": "回复居民",
    "ask_note": "内部备注",
    "ask_transfer": "转派",
    "ask_category": "改分类",
    "conclude": "办结",
    "ask_transcript": "转写语音",
    "unclaim": "撤销签收",
    "why": "为什么",
}
NEXT_PAGE = "下一页"
PAGE_HEAD = 60  # characters kept for the line above a page
QUEUE, MINE, OVERDUE = "待办", "我的", "超时"
_NOTHING = {
    QUEUE: "新诉求来了会在这里出卡片。",
    MINE: "发 /队列 看本单位的待办，发 /接 加编号签收。",
    OVERDUE: "都在时限里。",
}
_SAID = {
    "filed": "诉求",
    "added": "居民补充",
    "transcript": "语音转写",
    "reply": "已回复",
    "note": "备注",
    "reason": "转派理由",
    "conclusion": "办理结果",
}
_WHY_TRIAGE = {
    "unsure": "模型拿不准",
    "no_model": "没有可用的模型",
    "other": "不属于已有分类",
    "no_row": "派单目录里没有对应的单位",
    "no_place": "认不出地点在哪里",
    "resident_unsure": "居民认为都不是",
}


def card(
    complaint: Complaint,
    due: dict[str, datetime],
    holder: str,
    said: Sequence[Word],
    rules: Rulebook,
    now: datetime,
    *,
    lost: bool,
    leads: bool,
    material: str = "",
) -> str:
    """The present state, in few lines; the last one names a way to answer that always works.

    lost: the resident cannot be written to. leads: it is shown to the unit that leads; others read along.
    material: the line about what was sent along.
    """
    late = "〔超时〕" if complaint.late_since else ""
    lines = [f"{late}【{complaint.number}】{STATUS[complaint.status]}{_marks(complaint)}"]
    lines.append(f"分类：{_category(complaint)}")
    lines.append(f"地点：{place(complaint.area, rules) if complaint.area else '未确定，见诉求'}")
    lines.append(f"诉求：{short(complaint.gist, 140)}")
    lines += [material] if material else []
    lines.append(f"队列：{_queue(complaint, rules)}")
    if holder:
        lines.append(f"签收：{holder}")
    lines += [f"时限：{line}" for line in _clocks(complaint, due, rules, now)]
    lines += [f"{_SAID[word.kind]}：{short(word.masked, 60)}" for word in said]
    if lost:
        lines.append("！消息未送达：居民收不到消息，请电话或上门联系")
    lines.append(_how(complaint, leads))
    return "\n".join(lines)


def card_below() -> str:
    return "此卡片已在下方更新"


def _marks(complaint: Complaint) -> str:
    redone = f"（重办第 {complaint.reopened} 次）" if complaint.reopened else ""
    return f"{redone}{'〔督办〕' if complaint.flags.get('supervised') else ''}"


def _category(complaint: Complaint) -> str:
    name = category_name(complaint) or "待定"
    by_model = f"（模型 {sure(complaint.confidence)}）" if complaint.confidence is not None else ""
    return name + {"model": by_model, "resident": "（居民选）", "staff": "（人工定）"}.get(complaint.category_by, "")


def _queue(complaint: Complaint, rules: Rulebook) -> str:
    return unit(complaint.lead, rules) + _instead_of(complaint, rules) + _basis(complaint)


def _instead_of(complaint: Complaint, rules: Rulebook) -> str:
    """Whose backup the lead is, and why."""
    meant = complaint.flags.get("instead_of")
    if not meant:
        return ""
    why = {"off_duty": "离岗，由上级代办", "respondent": "被反映，回避"}
    return f"（原应 {unit(meant, rules)}：{why.get(complaint.flags.get('sent_because', ''), '改派')}）"


def _basis(complaint: Complaint) -> str:
    return f"（目录 {complaint.catalogue_row} 版本 {complaint.catalogue_version}）" if complaint.catalogue_row else ""


def _clocks(complaint: Complaint, due: dict[str, datetime], rules: Rulebook, now: datetime) -> list[str]:
    """A clock that has run out keeps the time it was due, whenever the next reminder is."""
    late = complaint.late_since
    return [
        f"{name} {_since(late[kind], rules, now) if kind in late else _left(due[kind], rules, now)}"
        for kind, name in CLOCKS.items()
        if kind in due
    ]


def _since(moment: datetime, rules: Rulebook, now: datetime) -> str:
    return f"{clock_time(moment, rules, now)}（已超时）"


def _left(moment: datetime, rules: Rulebook, now: datetime) -> str:
    if moment <= now:
        return _since(moment, rules, now)
    left = length(elapsed(now, moment, rules.working_time).total_seconds())
    return f"{clock_time(moment, rules, now)}（还剩 {left}）"


def _how(complaint: Complaint, leads: bool) -> str:
    """English commands arrive in every group, even where a platform hands a bot no other words."""
    if not leads:
        return f"只读：发 /show {complaint.number} 看全部经过"
    code = numbers.short(complaint.number)
    ways = {
        Status.TRIAGE: f"研判派单：发 /category {code} 分类名，或回复这条消息写“改类 分类名”",
        Status.DISPATCHED: f"签收：发 /claim {code}，或回复这条消息写“接”",
        Status.CLAIMED: f"联系居民：直接回复这条消息，或发 /reply {code} 内容；答复结果：/conclude {code}",
        Status.HANDLING: f"联系居民：直接回复这条消息，或发 /reply {code} 内容；答复结果：/conclude {code}",
        Status.REPLIED: f"等居民确认；补一句：直接回复这条消息，或发 /reply {code} 内容",
    }
    return ways.get(complaint.status, f"看全部经过：发 /show {complaint.number}")


def line_of(complaint: Complaint) -> str:
    return f"{numbers.short(complaint.number)} {STATUS[complaint.status]} {short(complaint.gist, 16)}"


def topic(complaint: Complaint) -> str:
    """What the topic of a complaint is called, in fewer characters than a platform allows (128)."""
    return f"{complaint.number} {short(complaint.gist, 60)}"


def listed(title: str, count: int, shown: int) -> str:
    if not count:
        return f"{title}：没有。{_NOTHING[title]}"
    more = f"，先列最早的 {shown} 件" if shown < count else ""
    return f"{title}：{count} 件{more}。点一下看详情："


def show(
    complaint: Complaint, card_text: str, said: Sequence[Word], history: Sequence[Any], rules: Rulebook, *, traces: bool
) -> str:
    """traces: something in the words may still lead to somebody."""
    more = f"；人名、门牌还要遮的，发 /mask {complaint.number} 词" if traces else ""
    lines = [card_text, "", f"—— 原话（已脱敏{more}）——"]
    lines += [f"{_SAID[word.kind]}（{clock_time(word.at, rules)}）：{short_block(word.masked)}" for word in said[-12:]]
    lines += ["", "—— 经过 ——", *(event_line(row, rules) for row in history[-30:])]
    return "\n".join(lines)


def whole(said: Sequence[Word], rules: Rulebook) -> str:
    return "\n\n".join(f"{_SAID[word.kind]}（{clock_time(word.at, rules)}）：{word.masked}" for word in said)


def page(complaint: Complaint, text: str, at: int, count: int) -> str:
    return f"【{complaint.number}】全文（已脱敏，第 {at}/{count} 页）\n{text}"


def why(complaint: Complaint, opinion: Prediction | None, triaged: str, rules: Rulebook) -> str:
    """triaged: the code of why it went to the triage desk, if it did."""
    lines = [f"{complaint.number} 为什么在这里："]
    if triaged:
        lines.append(f"转人工研判：{_WHY_TRIAGE.get(triaged, triaged)}")
    if complaint.category_by == "model" or complaint.status is Status.TRIAGE:
        lines += _opinion(opinion)
    else:
        lines.append(
            f"分类由{'居民' if complaint.category_by == 'resident' else '工作人员'}确定：{category_name(complaint)}"
        )
    lines.append(f"队列：{_queue(complaint, rules)}")
    return "\n".join(lines)


def _opinion(opinion: Prediction | None) -> list[str]:
    if opinion is None:
        return ["没有可用的模型，由人工研判。"]
    guesses = "，".join(f"{guess.label} {sure(guess.probability)}" for guess in opinion.guesses)
    words = "、".join(word for word, _ in opinion.words[:6])
    return [f"模型（{opinion.version}）：{guesses}", f"起作用的词：{words or '没有认识的词'}"]


def withdrawn_in_group(complaint: Complaint) -> str:
    return f"【{complaint.number}】居民撤回了，不用再办。"


def reopened_in_group(complaint: Complaint) -> str:
    code = numbers.short(complaint.number)
    return f"【{complaint.number}】居民说没解决，退回重办（第 {complaint.reopened} 次）：/看 {code} 看还有什么没解决"


def added_in_group(complaint: Complaint, masked: str, files: int = 0) -> str:
    said = f"：{short(masked, 200)}" if masked else ""
    return f"【{complaint.number}】居民补充{said}{f'（材料 {files} 份，检查后可看）' if files else ''}"


def late_in_group(complaint: Complaint, kind: str, rung: int, leads: bool, to: Unit | None = None) -> str:
    """rung: how many times this clock has run out; from the second on units above read it too. to: who leads now."""
    again = f"（第 {rung} 次提醒{'，上级也看到了' if leads else ''}）" if rung > 1 else ""
    moved = f"，改由 {to.name} 办理" if to else ""
    return f"〔超时〕{complaint.number} {CLOCKS[kind]}时限已过{again}{moved}。\n{_how(complaint, leads)}"


def taken_back_in_group(complaint: Complaint, terms: Terms, leads: bool) -> str:
    wait = length(terms.take_back.total_seconds())
    return f"〔收回〕{complaint.number} 签收后 {wait}没有联系居民，已退回队列。\n{_how(complaint, leads)}"
