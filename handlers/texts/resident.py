"""Every sentence a resident reads about complaints that are filed, and beside the way; the dialogue: `texts.intake`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from complaints.complaint import Complaint
from complaints.deadlines import Terms
from complaints.events import Event
from complaints.rulebook import Rulebook
from complaints.workflow import Status
from handlers.texts.common import STATUS, TO_RESIDENT, clock_time, event_line, promise, short, unit

# labels of choices
REPORT, PROGRESS, MEDIATION, CONSULT = "反映诉求", "查进度", "找人调解", "咨询"
ADD, WITHDRAW, WITHDRAW_SURE, KEEP_IT = "补充", "撤回", "确定撤回", "不撤回"
SOLVED_OR_NOT = "解决了吗？"
SKIP, SOLVED, NOT_SOLVED = "跳过", "解决了", "没解决"
LONGEST_TIMELINE = 12  # lines: a phone's screen
RATINGS = {"yes": "满意", "so_so": "一般", "no": "不满意"}


def filed(complaint: Complaint, promised: dict[str, datetime], rules: Rulebook, now: datetime) -> str:
    lines = [f"已登记，编号 {complaint.number}"]
    if complaint.status is Status.TRIAGE:
        lines.append("人工研判中：工作人员看过后派给对应单位，派了就告诉您。")
    else:
        lines.append(f"已受理（{complaint.category}），已派给：{unit(complaint.lead, rules)}")
    lines.append(promise(promised, rules, now, complaint.status is not Status.TRIAGE))
    lines.append("有进展会在这里告诉您。编号请留好。")
    return "\n".join(lines)


def filed_before(complaint: Complaint) -> str:
    return f"这件事已经登记过了，编号 {complaint.number}，没有重复登记。当前：{STATUS[complaint.status]}。"


def tried_again() -> str:
    return "刚才这条还没有处理成功，内容已保存，会自动重试，成了马上告诉您，不用重发。随时可以发“进度”。"


def kept_for_a_person() -> str:
    return "您刚才这条消息没能自动处理，已经保存，会有人来看。您可以接着说别的。"


def new_or_add(answered: bool) -> str:
    """answered: one of them waits for the last word."""
    if answered:
        return "有一件已答复，等您确认解决了没有。刚才说的是这件事，还是新的事，还是补充？"
    return "您有正在办理的诉求。刚才说的是新的事，还是补充？"


def add_to(complaint: Complaint) -> str:
    """The label of a choice: the number, and a few words to know it by."""
    return f"补充到 {complaint.number} {short(_first_line(complaint), 10)}"


def _first_line(complaint: Complaint) -> str:
    """What happened; the other answers stand in lines of their own."""
    return complaint.gist.split("\n")[0]


def line_of(complaint: Complaint) -> str:
    return f"{complaint.number} {STATUS[complaint.status]} {short(_first_line(complaint), 16)}"


def my_complaints(count: int) -> str:
    return f"您最近的 {count} 件诉求，点一下看进度："


def which_one() -> str:
    return "您说的是哪一件？"


def no_complaints() -> str:
    return "您还没有登记过诉求。说出您的事就可以开始，比如：“路灯坏了一个星期”。"


def status(
    complaint: Complaint, history: Sequence[Any], due: dict[str, datetime], rules: Rulebook, now: datetime
) -> str:
    lines = [f"{complaint.number}　{STATUS[complaint.status]}", short(_first_line(complaint), 60)]
    lines.append(f"承办：{unit(complaint.lead, rules)}")
    if complaint.is_open and "resolve" in due:
        lines.append(f"答复时间：{_by(due['resolve'], rules, now)}")
    shown = [row for row in history if row.kind in TO_RESIDENT]
    if len(shown) > LONGEST_TIMELINE:
        lines.append(f"…… 更早的 {len(shown) - LONGEST_TIMELINE} 条略")
    lines += [event_line(row, rules) for row in shown[-LONGEST_TIMELINE:]]
    return "\n".join(lines)


def added(complaint: Complaint) -> str:
    return f"已补充到 {complaint.number}，承办单位能看到。"


def what_to_add(complaint: Complaint) -> str:
    return f"要给 {complaint.number} 补充什么？直接写。"


def not_open_any_more(complaint: Complaint) -> str:
    return f"{complaint.number} {STATUS[complaint.status]}，不能再补充或撤回。有新情况可以重新反映。"


def withdraw_sure(complaint: Complaint) -> str:
    return f"撤回 {complaint.number} 之后就不再办理，也不能恢复。确定吗？"


def withdrawn(complaint: Complaint) -> str:
    return f"{complaint.number} 已撤回，不再办理。需要时可以重新反映。"


def confirmed(complaint: Complaint, rules: Rulebook) -> str:
    return (
        f"{complaint.number} 已办结，谢谢您确认。"
        f"{rules.terms.reopen_grace.days} 天内如果又出问题，可以说没解决，退回重办。\n"
        "另外问一句：对办理过程满意吗？"
    )


def rated(complaint: Complaint, satisfied: str) -> str:
    return f"已记下您对 {complaint.number} 的评价：{RATINGS[satisfied]}。谢谢。"


def not_rated(complaint: Complaint) -> str:
    return f"好的，{complaint.number} 不评价也没关系。"


def what_is_wrong(complaint: Complaint) -> str:
    return f"{complaint.number} 还有什么没解决？写一句，承办的人会看到；也可以跳过。"


def reopened(complaint: Complaint, due: dict[str, datetime], rules: Rulebook, now: datetime) -> str:
    to = unit(complaint.lead, rules)
    line = f"{complaint.number} 已退回重办（第 {complaint.reopened} 次），仍由 {to} 办理。"
    if complaint.status is Status.DISPATCHED:
        line = f"{complaint.number} 第 {complaint.reopened} 次没解决，已提级到 {to} 办理并督办。"
    if "feedback" in due:
        line += f"\n{_by(due['feedback'], rules, now)}会联系您。"
    return line


def too_late_to_reopen(complaint: Complaint, terms: Terms) -> str:
    days = terms.reopen_grace.days
    return f"{complaint.number} 办结已超过 {days} 天，不能退回重办了。还有问题请重新反映，会当新的一件办。"


def no_longer_asked(complaint: Complaint) -> str:
    return f"{complaint.number} {STATUS[complaint.status]}，这个问题不用再回答了。"


def help() -> str:
    return (
        "直接说事就行。也可以发：\n"
        "进度 编号 —— 看办到哪一步\n我的 —— 我的全部诉求\n补充 编号 内容 —— 加材料\n"
        "撤回 编号 —— 不办了\n取消 —— 删掉没说完的草稿\n人工 —— 找工作人员"
    )


def human(rules: Rulebook, now: datetime) -> str:
    if rules.working_time.is_open(now):
        return "可以打 12345 找人工；也可以直接说事，登记后由工作人员跟您联系。"
    opens = clock_time(rules.working_time.next_opening(now), rules, now)
    return f"现在下班了，{opens} 上班。急事请打 12345（24 小时）；直接说事也会登记，上班就办。"


def mediation(rest: str) -> str:
    return f"跟谁有了矛盾、为什么，直接说，登记后由工作人员联系双方，愿意调解的安排调解。\n\n{rest}"


def consult(rest: str) -> str:
    return f"想问什么直接写，由对应单位的工作人员答复。\n\n{rest}"


def recounted(complaint: Complaint, was: datetime, now: datetime, rules: Rulebook) -> str:
    return (
        f"【{complaint.number}】放假安排公布了，答复时间从 {clock_time(was, rules)} 改为 {clock_time(now, rules)} 前。"
        "办理照常进行，发送“进度”可以看全部经过。"
    )


# pushes: what happened, who, what comes next


def told(event: Event, complaint: Complaint, rules: Rulebook) -> str:
    """The line of this event for the resident; empty if it is no concern of theirs."""
    lines = {
        "accepted": "已受理。",
        "dispatched": f"已派给 {unit(complaint.lead, rules)}。",
        "claimed": f"{unit(complaint.lead, rules)} 已签收，有人负责了。",
        "transferred": f"已转到 {unit(complaint.lead, rules)} 办理。",
        "concluded": "有办理结果了：",
        "closed_unanswered": f"一直没有收到您的答复，先按“未答复”办结。"
        f"{rules.terms.reopen_grace.days} 天内可以说没解决，退回重办。",
    }
    return lines.get(event.kind, "")


def push(complaint: Complaint, lines: Sequence[str], due: dict[str, datetime], rules: Rulebook, now: datetime) -> str:
    """Who, what, when, what next: one message for all that one turn did. due: its clocks as they run."""
    return "\n".join([f"【{complaint.number}】", *lines, _next(complaint, due, rules, now)])


def _next(complaint: Complaint, due: dict[str, datetime], rules: Rulebook, now: datetime) -> str:
    first, answer = (_by(due[kind], rules, now) if kind in due else "尽快" for kind in ("feedback", "resolve"))
    silence = f"{rules.terms.silence.days} 天没有答复会按“未答复”办结"
    return {
        Status.DISPATCHED: f"下一步：{first}会有人联系您。",
        Status.CLAIMED: f"下一步：{first}给您首次反馈。",
        Status.HANDLING: f"下一步：{answer}答复您。",
        Status.REPLIED: f"请告诉我们：{SOLVED_OR_NOT}{silence}。",
    }.get(complaint.status, "发送“进度”可以看全部经过。")


def _by(moment: datetime, rules: Rulebook, now: datetime) -> str:
    """今天 16:20 前; a time that is over is not promised again."""
    return f"{clock_time(moment, rules, now)} 前" if moment > now else "尽快"


def reply_to_resident(complaint: Complaint, words: str, rules: Rulebook) -> str:
    return f"【{complaint.number}】{unit(complaint.lead, rules)} 回复：\n{words}\n\n可以直接补充，或发送“进度”。"
