"""Every sentence staff read in their group."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from classifier.prediction import Prediction
from complaints import numbers
from complaints.category import is_settled
from complaints.complaint import Complaint, Result
from complaints.deadlines import Terms, elapsed
from complaints.rulebook import Rulebook
from complaints.units import Unit
from complaints.workflow import Status
from handlers.texts.common import CLOCKS, RESULTS, STATUS, clock_time, event_line, length, place, short, sure, unit
from storage.complaints import Word

ACTIONS = {
    "claim": "签收",
    "ask_reply": "回复居民",
    "ask_note": "内部备注",
    "ask_transfer": "转派",
    "ask_category": "改分类",
    "conclude": "办结",
    "unclaim": "撤销签收",
    "why": "为什么",
}
UNDO_REPLY, SEND_NOW, NEXT_PAGE = "撤回这条回复", "立即发送", "下一页"
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
) -> str:
    """The present state, in few lines; the last one names a way to answer that always works.

    lost: the resident cannot be written to. leads: it is shown to the unit that leads; others read along.
    """
    late = "〔超时〕" if complaint.late_since else ""
    lines = [f"{late}【{complaint.number}】{STATUS[complaint.status]}{_marks(complaint)}"]
    lines.append(f"分类：{_category(complaint)}")
    lines.append(f"地点：{place(complaint.area, rules) if complaint.area else '未确定，见诉求'}")
    lines.append(f"诉求：{short(complaint.gist, 140)}")
    lines.append(f"队列：{_queue(complaint, rules)}")
    if holder:
        lines.append(f"签收：{holder}")
    lines += [f"时限：{line}" for line in _clocks(complaint, due, rules, now)]
    lines += [f"{_SAID[word.kind]}：{short(word.masked, 60)}" for word in said]
    if lost:
        lines.append("！消息未送达：居民收不到消息，请电话或上门联系")
    lines.append(_how(complaint, leads))
    return "\n".join(lines)


def _marks(complaint: Complaint) -> str:
    redone = f"（重办第 {complaint.reopened} 次）" if complaint.reopened else ""
    return f"{redone}{'〔督办〕' if complaint.flags.get('supervised') else ''}"


def _category(complaint: Complaint) -> str:
    name = "/".join(filter(None, (complaint.category, complaint.item))) or "待定"
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


def listed(title: str, count: int, shown: int) -> str:
    if not count:
        return f"{title}：没有。{_NOTHING[title]}"
    more = f"，先列最早的 {shown} 件" if shown < count else ""
    return f"{title}：{count} 件{more}。点一下看详情："


def held_by(complaint: Complaint, name: str, own: bool) -> str:
    if own:
        return f"{complaint.number} 您已经签收了。联系居民：回复卡片，或发 /回 {numbers.short(complaint.number)} 内容。"
    return f"{complaint.number} 已由{name or '同事'}签收。"


def claimed(complaint: Complaint) -> str:
    return f"已签收 {complaint.number}。请尽快联系居民：回复这张卡片，或发 /回 {numbers.short(complaint.number)} 内容。"


def what_to_reply(complaint: Complaint) -> str:
    return f"要回复 {complaint.number} 的居民什么？直接写；会以单位名义发出。"


def reply_preview(text: str, wait: timedelta, lost: bool) -> str:
    warning = "！居民可能收不到消息，请同时电话或上门联系。\n" if lost else ""
    return f"{warning}{int(wait.total_seconds())} 秒后发给居民，发错了请马上撤回：\n\n{short_block(text)}"


def short_block(text: str, limit: int = 600) -> str:
    """A text with its lines, cut where it is long."""
    return text if len(text) <= limit else f"{text[:limit]}…（共 {len(text)} 字）"


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


def transfer_to(complaint: Complaint) -> str:
    return f"{complaint.number} 转给哪个单位？点一个，或写单位名和理由，比如：住建 属于房屋质量问题"


def unit_unknown(typed: str) -> str:
    return f"没有叫「{short(typed, 20)}」的单位。请写单位名，比如：住建、翠竹街道。"


def which_unit(typed: str, more: bool) -> str:
    return f"「{short(typed, 20)}」是指哪个？{'还有别的，都不是就写全名。' if more else ''}"


def why_transfer(to: Unit) -> str:
    return f"转给 {to.name} 的理由？写一句，会记在经过里。"


def is_here(to: Unit) -> str:
    return f"已经在 {to.name} 的队列里。"


def is_off_duty(to: Unit, until: datetime, rules: Rulebook, now: datetime) -> str:
    return f"{to.name} 离岗，{clock_time(until, rules, now)} 以后回来。请转给它的上级，或先自己办。"


def reply_waits(complaint: Complaint) -> str:
    code = numbers.short(complaint.number)
    return f"{complaint.number} 有一条回复正要发给居民。要转派，先发 /撤销 {code} 撤回它；发出后就由本单位负责到底。"


def reply_before_claim(complaint: Complaint) -> str:
    code = numbers.short(complaint.number)
    return f"{complaint.number} 有一条回复正要发给居民，签收没有撤销。先发 /撤销 {code} 撤回回复，再撤销签收。"


def was_raised(to: Unit) -> str:
    return f"这件诉求已从下级提级上来，不能再转回 {to.name}。需要它配合，请在备注里写明。"


def is_respondent(to: Unit) -> str:
    return f"这件诉求反映的就是 {to.name}，不能转给被反映的单位。"


def transferred(complaint: Complaint, to: Unit) -> str:
    return f"{complaint.number} 已转给 {to.name}。"


def categories(complaint: Complaint, names: Sequence[str]) -> str:
    return f"{complaint.number} 是哪一类？点一个，或写分类名：\n" + "、".join(names)


def category_unknown(typed: str, names: Sequence[str]) -> str:
    return f"没有「{short(typed, 20)}」这个分类。可以写：\n" + "、".join(names)


def item_unknown(typed: str, category: str, items: Sequence[str]) -> str:
    return f"{category} 下没有「{short(typed, 20)}」。可以只写 {category}，或加上：\n" + "、".join(items)


def recategorised(complaint: Complaint, to: Unit | None) -> str:
    moved = f"按派单目录转给 {to.name}，已告诉居民。" if to else f"仍在本队列{_still_other(complaint)}。"
    return f"{complaint.number} 已改为 {_name(complaint)}，{moved}"


def _name(complaint: Complaint) -> str:
    return "/".join(filter(None, (complaint.category, complaint.item)))


def _still_other(complaint: Complaint) -> str:
    return "" if is_settled(complaint.category) else "；办结前还要定下分类"


def no_row(complaint: Complaint) -> str:
    return f"{complaint.number} 已改为 {_name(complaint)}，但目录里没有能办的单位，仍在研判。请换一个分类。"


def still_other(complaint: Complaint) -> str:
    return f"{complaint.number} 记为“其他”，仍在研判：要派单，请再定一个具体的分类。"


def sent_on(complaint: Complaint, to: Unit) -> str:
    return f"{complaint.number} 已定为 {_name(complaint)}，派给 {to.name}，已告诉居民。"


def which_result(complaint: Complaint) -> str:
    return f"{complaint.number} 的办理结果是？"


def which_facts(complaint: Complaint, kind: Result) -> str:
    return f"{complaint.number} 结果“{RESULTS[kind]}”。查明的事实？写清楚做了什么、什么时候。"


def which_basis(complaint: Complaint, facts: str) -> str:
    return (
        f"{complaint.number} 事实：{short(facts, 60)}\n依据？写法规、政策或规定的名称，没有就写“按职责处理”。"
        "写完就发给居民。"
    )


def conclude_form(complaint: Complaint) -> str:
    code = numbers.short(complaint.number)
    return (
        f"结果、事实、依据都要写。一次写完：/办结 {code} 支持 事实：已换水管 依据：物业管理条例\n"
        f"结果是 支持、解释、不予支持、联系不上 之一。或者只发 /办结 {code}，一步步问。"
    )


def conclusion_words(kind: Result, facts: str, basis: str) -> str:
    return f"结果：{RESULTS[kind]}\n事实：{facts}\n依据：{basis}"


def concluded(complaint: Complaint, terms: Terms) -> str:
    return f"{complaint.number} 已答复，等居民确认；{terms.silence.days} 天不答复按“未答复”办结。"


def show(card_text: str, said: Sequence[Word], history: Sequence[Any], rules: Rulebook) -> str:
    lines = [card_text, "", "—— 原话（已脱敏）——"]
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
        lines.append(f"分类由{'居民' if complaint.category_by == 'resident' else '工作人员'}确定：{_name(complaint)}")
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


def added_in_group(complaint: Complaint, masked: str) -> str:
    return f"【{complaint.number}】居民补充：{short(masked, 200)}"


def late_in_group(complaint: Complaint, kind: str, rung: int, leads: bool, to: Unit | None = None) -> str:
    """rung: how many times this clock has run out; from the second on units above read it too. to: who leads now."""
    again = f"（第 {rung} 次提醒{'，上级也看到了' if leads else ''}）" if rung > 1 else ""
    moved = f"，改由 {to.name} 办理" if to else ""
    return f"〔超时〕{complaint.number} {CLOCKS[kind]}时限已过{again}{moved}。\n{_how(complaint, leads)}"


def taken_back_in_group(complaint: Complaint, terms: Terms, leads: bool) -> str:
    wait = length(terms.take_back.total_seconds())
    return f"〔收回〕{complaint.number} 签收后 {wait}没有联系居民，已退回队列。\n{_how(complaint, leads)}"


def self_harm_alert(channel: str, chat: str) -> str:
    return f"〔紧急〕有居民的话里有轻生的意思，已给出求助电话。请值班人员马上联系（{channel} 会话 {chat[-8:]}）。"


def joined(to: Unit, role: str) -> str:
    return f"已加入 {to.name}。到单位的群里发 /帮助 看怎么办件。"


def bound(to: Unit, waiting: int, shown: int) -> str:
    more = f"，先出最早的 {shown} 张卡片，全部发 /队列 看" if shown < waiting else ""
    return (
        f"本群现在是「{to.name}」的工作群，待办 {waiting} 件{more}。发 /帮助 看怎么办件。\n"
        "只有加入了本单位的人能办：向管理员要口令，私聊我发 /start 口令。"
    )


def join_first() -> str:
    return "请先加入单位：向管理员要一个 S- 开头的口令，私聊我发 /start 口令，再来这里绑定。"


def start_in_private() -> str:
    return "这是个人口令，请私聊我发 /start 口令，不要发在群里；已经发出来的请马上用掉或换一个。"


def nothing_asked() -> str:
    return "没有正在问您的。发 /帮助 看可以做什么。"


def dropped() -> str:
    return "好，不写了，什么都没有发出。"


def no_backup(to: Unit) -> str:
    return f"{to.name} 没有上级代办，不能离岗。"


def how_long_away() -> str:
    return "离岗几个工作日？写 1 到 30，比如：/离岗 2天；只发 /离岗 是到今天下班。"


def off_duty(here: Unit, backup: Unit, until: datetime, waiting: int, rules: Rulebook, now: datetime) -> str:
    left = f"队列里已有的 {waiting} 件不会动，要转的发 /转。" if waiting else ""
    return (
        f"{here.name} 离岗到 {clock_time(until, rules, now)}，新诉求由 {backup.name} 代办，到时自动恢复。{left}"
        "提前回来发 /上岗。"
    )


def on_duty(here: Unit, was_away: bool) -> str:
    return f"{here.name} {'已上岗' if was_away else '本来就在岗'}，新诉求照常派到这里。"


def bind_in_group() -> str:
    return "绑定工作群的口令（G- 开头）要在单位的工作群里发：/绑定 口令。"


def code_unknown() -> str:
    return "口令不对、已用过或已过期。请向管理员要一个新的（jiesu code）。"


def staff_help(entries: Sequence[tuple[str, Sequence[str], str]]) -> str:
    if len(entries) == 1:
        name, words, example = entries[0]
        return f"例：{_example(example)}\n也可以写：{'、'.join(f'/{word}' for word in (name, *words))}"
    lines = [f"{_example(example)}　/{name}" for name, _, example in entries if example]
    return "回复卡片就是回复居民；以 # 开头是内部备注。命令（中英文都行）：\n" + "\n".join(lines)


def _example(example: str) -> str:
    return example.format(short="Q8XW", number="LH-7K3M-Q8XW-P")
