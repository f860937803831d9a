"""Every sentence staff read in their group."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from classifier.prediction import Prediction
from complaints import numbers
from complaints.complaint import Complaint, Result
from complaints.deadlines import Terms, elapsed
from complaints.rulebook import Rulebook
from complaints.units import Unit
from complaints.workflow import Status
from handlers.texts.common import CLOCKS, RESULTS, STATUS, clock_time, event_line, length, place, short, unit
from storage.complaints import Word

ACTIONS = {
    "claim": "签收",
    "ask_reply": "回复居民",
    "ask_note": "内部备注",
    "ask_transfer": "转派",
    "ask_category": "改分类",
    "conclude": "办结",
    "undo": "撤销签收",
    "why": "为什么",
}
UNDO_REPLY, SEND_NOW = "撤回这条回复", "立即发送"
QUEUE, MINE, OVERDUE = "待办", "我的", "超时"
_SAID = {"filed": "诉求", "added": "居民补充", "reply": "已回复", "note": "备注", "conclusion": "办理结果"}
_WHY_TRIAGE = {
    "unsure": "模型拿不准",
    "no_model": "没有可用的模型",
    "other": "不属于已有分类",
    "no_row": "派单目录里没有对应的单位",
    "resident_unsure": "居民认为都不是",
}


def card(
    complaint: Complaint,
    due: dict[str, datetime],
    holder: str,
    said: Sequence[Word],
    unreachable: bool,
    rules: Rulebook,
    now: datetime,
) -> str:
    """The present state, in few lines; the last one names a way to answer that always works."""
    lines = [f"{_mark(complaint, due, now)}【{complaint.number}】{STATUS[complaint.status]}"]
    lines.append(f"{complaint.category or '待分类'}{'/' + complaint.item if complaint.item else ''}{_by(complaint)}")
    lines.append(f"地点：{place(complaint.area, rules) if complaint.area else '未确定，见诉求'}")
    lines.append(f"诉求：{short(complaint.gist, 140)}")
    lines.append(f"队列：{unit(complaint.lead, rules)}{_basis(complaint)}")
    if holder:
        lines.append(f"签收：{holder}")
    lines += [f"时限：{line}" for line in _clocks(due, rules, now)]
    lines += [f"{_SAID[word.kind]}：{short(word.masked, 60)}" for word in said]
    if unreachable:
        lines.append("！消息未送达：居民收不到消息，请电话或上门联系")
    lines.append(_how(complaint))
    return "\n".join(lines)


def _mark(complaint: Complaint, due: dict[str, datetime], now: datetime) -> str:
    return "〔超时〕" if complaint.flags.get("late") and complaint.is_open else ""


def _by(complaint: Complaint) -> str:
    sure = f"（模型 {complaint.confidence:.0%}）" if complaint.confidence is not None else ""
    return {"model": sure, "resident": "（居民选）", "staff": "（人工定）"}.get(complaint.category_by, "")


def _basis(complaint: Complaint) -> str:
    return f"（目录 {complaint.catalogue_row} 版本 {complaint.catalogue_version}）" if complaint.catalogue_row else ""


def _clocks(due: dict[str, datetime], rules: Rulebook, now: datetime) -> list[str]:
    return [f"{name} {_left(due[kind], rules, now)}" for kind, name in CLOCKS.items() if kind in due]


def _left(moment: datetime, rules: Rulebook, now: datetime) -> str:
    if moment <= now:
        return f"{clock_time(moment, rules, now)}（已到）"
    return (
        f"{clock_time(moment, rules, now)}（还剩 {length(elapsed(now, moment, rules.working_time).total_seconds())}）"
    )


def _how(complaint: Complaint) -> str:
    code = numbers.short(complaint.number)
    ways = {
        Status.TRIAGE: f"发 /改类 {code} 分类名 研判并派单",
        Status.DISPATCHED: f"发 /接 {code} 签收",
        Status.CLAIMED: f"发 /回 {code} 内容 联系居民；/办结 {code} 答复结果",
        Status.HANDLING: f"发 /回 {code} 内容；/办结 {code} 答复结果",
        Status.REPLIED: "等居民确认",
    }
    return ways.get(complaint.status, f"发 /看 {code} 查看全部经过")


def line_of(complaint: Complaint) -> str:
    return f"{numbers.short(complaint.number)} {STATUS[complaint.status]} {short(complaint.gist, 16)}"


def listed(title: str, count: int, shown: int) -> str:
    if not count:
        return f"{title}：没有。新诉求来了会在这里出卡片。"
    more = f"，先列最早的 {shown} 件" if shown < count else ""
    return f"{title}：{count} 件{more}。点一下看详情："


def claimed(complaint: Complaint) -> str:
    return f"已签收 {complaint.number}。请尽快联系居民：回复这张卡片，或发 /回 {numbers.short(complaint.number)} 内容。"


def what_to_reply(complaint: Complaint) -> str:
    return f"要回复 {complaint.number} 的居民什么？直接写；会以单位名义发出。"


def reply_preview(text: str, wait: timedelta) -> str:
    return f"{int(wait.total_seconds())} 秒后发给居民：\n{text}"


def reply_sent() -> str:
    return "已发送。"


def reply_gone() -> str:
    return "这条回复已经发出，撤不回来了。可以再发一条更正。"


def reply_undone() -> str:
    return "回复已撤回，居民没有收到。"


def what_to_note(complaint: Complaint) -> str:
    return f"给 {complaint.number} 记什么备注？直接写，居民看不到。"


def noted(complaint: Complaint) -> str:
    return f"已记备注 {complaint.number}，居民看不到。"


def unclaimed(complaint: Complaint) -> str:
    return f"已撤销签收 {complaint.number}，回到队列。"


def transfer_to() -> str:
    return "转给哪个单位？点一个，或写单位名（如：住建）。"


def unit_unknown(typed: str) -> str:
    return f"没有叫「{short(typed, 20)}」的单位。请写单位名，比如：住建、翠竹街道。"


def which_unit(typed: str) -> str:
    return f"「{short(typed, 20)}」是指哪个？"


def why_transfer(to: Unit) -> str:
    return f"转给 {to.name} 的理由？写一句，会记在经过里。"


def is_here(to: Unit) -> str:
    return f"已经在 {to.name} 的队列里。"


def is_respondent(to: Unit) -> str:
    return f"这件诉求反映的就是 {to.name}，不能转给被反映的单位。"


def transferred(complaint: Complaint, to: Unit) -> str:
    return f"{complaint.number} 已转给 {to.name}。"


def categories(names: Sequence[str]) -> str:
    return "是哪一类？点一个，或写分类名：\n" + "、".join(names)


def category_unknown(typed: str, names: Sequence[str]) -> str:
    return f"没有「{short(typed, 20)}」这个分类。可以写：\n" + "、".join(names)


def item_unknown(typed: str, category: str, items: Sequence[str]) -> str:
    return f"{category} 下没有「{short(typed, 20)}」。可以写：\n" + "、".join(items)


def recategorised(complaint: Complaint) -> str:
    name = "/".join(filter(None, (complaint.category, complaint.item)))
    return f"{complaint.number} 已改为 {name}，已留作训练样本。"


def no_row(complaint: Complaint) -> str:
    return f"{complaint.number} 已改为 {complaint.category}，但派单目录里没有对应的单位，仍在研判。"


def sent_on(complaint: Complaint, to: Unit) -> str:
    return f"{complaint.number} 已定为 {complaint.category}，派给 {to.name}。"


def which_result(complaint: Complaint) -> str:
    return f"{complaint.number} 的办理结果是？"


def which_facts() -> str:
    return "查明的事实？写清楚做了什么、什么时候。"


def which_basis() -> str:
    return "依据？写法规、政策或规定的名称，没有就写“按职责处理”。"


def conclude_form(complaint: Complaint) -> str:
    code = numbers.short(complaint.number)
    return f"一次写完的格式：/办结 {code} 支持 事实：…… 依据：……\n或者只发 /办结 {code}，一步步问。"


def conclusion_words(kind: Result, facts: str, basis: str) -> str:
    return f"结果：{RESULTS[kind]}\n事实：{facts}\n依据：{basis}"


def concluded(complaint: Complaint, terms: Terms) -> str:
    return f"{complaint.number} 已答复，等居民确认；{terms.silence.days} 天不答复按“未答复”办结。"


def show(card_text: str, said: Sequence[Word], history: Sequence[Any], rules: Rulebook) -> str:
    lines = [card_text, "", "—— 原话（已脱敏）——"]
    lines += [f"{_SAID[word.kind]}（{clock_time(word.at, rules)}）：{word.masked}" for word in said]
    lines += ["", "—— 经过 ——", *(event_line(row, rules) for row in history)]
    return "\n".join(lines)


def why(complaint: Complaint, opinion: Prediction | None, rules: Rulebook) -> str:
    lines = [f"{complaint.number} 为什么在这里："]
    if complaint.category_by == "model" or complaint.status is Status.TRIAGE:
        lines += _opinion(opinion)
    else:
        lines.append(f"分类由{'居民' if complaint.category_by == 'resident' else '工作人员'}确定：{complaint.category}")
    if complaint.catalogue_row:
        lines.append(f"派单目录第 {complaint.catalogue_row} 行（版本 {complaint.catalogue_version}）")
    return "\n".join(lines)


def _opinion(opinion: Prediction | None) -> list[str]:
    if opinion is None:
        return ["没有可用的模型，由人工研判。"]
    guesses = "，".join(f"{guess.label} {guess.probability:.0%}" for guess in opinion.guesses)
    words = "、".join(word for word, _ in opinion.words[:6])
    return [f"模型（{opinion.version}）：{guesses}", f"起作用的词：{words or '没有认识的词'}"]


def added_in_group(complaint: Complaint, masked: str) -> str:
    return f"【{complaint.number}】居民补充：{short(masked, 200)}"


def late_in_group(complaint: Complaint, kind: str) -> str:
    code = numbers.short(complaint.number)
    return f"〔超时〕{complaint.number} {CLOCKS[kind]}时限已到，请尽快处理：/看 {code}"


def self_harm_alert(channel: str, chat: str) -> str:
    return f"〔紧急〕有居民的话里有轻生的意思，已给出求助电话。请值班人员马上联系（{channel} 会话 {chat[-8:]}）。"


def joined(to: Unit, role: str) -> str:
    return f"已加入 {to.name}。到单位的群里发 /帮助 看怎么办件。"


def bound(to: Unit, waiting: int) -> str:
    return f"本群现在是「{to.name}」的工作群，待办 {waiting} 件。发 /帮助 看怎么办件。"


def bind_in_group() -> str:
    return "请在单位的工作群里发 /绑定 加口令。"


def code_unknown() -> str:
    return "口令不对、已用过或已过期。请向管理员要一个新的（jiesu code）。"


def staff_help(entries: Sequence[tuple[str, Sequence[str], str]]) -> str:
    lines = [_example(example) for _, _, example in entries if example]
    return "回复卡片就是回复居民；以 # 开头是内部备注。命令：\n" + "\n".join(lines)


def _example(example: str) -> str:
    return example.format(short="Q8XW", number="LH-7K3M-Q8XW-P")
