"""Every sentence a resident reads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from classifier.prediction import Prediction
from complaints.assignment import Assignment
from complaints.complaint import Complaint
from complaints.deadlines import Terms
from complaints.draft import Draft, Slot
from complaints.emergencies import NUMBERS, Emergency
from complaints.events import Event
from complaints.rulebook import Rulebook
from complaints.workflow import Status
from handlers.texts.common import (
    SLOTS,
    STATUS,
    TO_RESIDENT,
    clock_time,
    event_line,
    length,
    short,
    unit,
)

# labels of choices
REPORT, PROGRESS, MEDIATION, CONSULT = "反映诉求", "查进度", "找人调解", "咨询"
AGREE, DISAGREE = "同意，继续", "不同意"
SKIP, BACK, ANONYMOUS = "跳过", "‹ 上一步", "匿名"
SUBMIT, EDIT_WHAT, EDIT_WHERE, EDIT_MORE, EDIT_CATEGORY = "确认提交", "改事情", "改地点", "改其他", "改分类"
TO_REVIEW, NONE_OF_THESE, NEW_ONE = "‹ 回到核对", "都不是", "这是新的诉求"
ADD, WITHDRAW, WITHDRAW_SURE, KEEP_IT = "补充", "撤回", "确定撤回", "不撤回"
SOLVED, NOT_SOLVED = "解决了", "没解决"
RATINGS = {"yes": "满意", "so_so": "一般", "no": "不满意"}

_DANGER = {
    Emergency.FIRE: "着火了：请马上离开，打 119。",
    Emergency.GAS: "可能是燃气泄漏：别开关电器、别点火，开窗、马上离开，到外面打 119。",
    Emergency.CRIME: "有人身危险或正在发生违法犯罪：请先到安全的地方，打 110。",
    Emergency.SELF_HARM: "您现在的感受很重要，请不要一个人扛着。全国心理援助热线 12356（24 小时），"
    "有危险马上打 110 或 120。已提醒值班人员，有人会来联系您。",
    Emergency.MEDICAL: "有人需要急救：请马上打 120。",
    Emergency.ACCIDENT: "发生了交通事故：有人受伤先打 120，报警打 122。",
}


def emergency(found: Sequence[Emergency], rest: str) -> str:
    numbers = list(dict.fromkeys(number for danger in found for number in NUMBERS[danger]))
    lines = [f"【紧急】请先拨打：{' / '.join(numbers)}", *(_DANGER[danger] for danger in found)]
    return "\n".join([*lines, "", "您说的话已经保存。需要登记的话，安全之后接着说：", rest])


def welcome(terms: Terms) -> str:
    return (
        "您好，这里是群众诉求服务。说出您的事就行，不用选分类。\n"
        f"工作时间内{length(terms.accept.total_seconds())}受理，{length(terms.feedback.total_seconds())}内首次反馈，"
        "当天尽量解决。\n"
        "遇到危险请直接打 110、119、120。随时可以说“人工”。"
    )


def welcome_at(where: str, consent: str) -> str:
    return f"您好，您扫的是「{where}」的码，地点已填好，后面可以改。\n\n{consent}"


def consent(terms: Terms) -> str:
    return (
        "登记之前请您同意：\n"
        "· 用途：只用来办理您这件事。\n"
        "· 谁能看到：承办单位的工作人员；电话、姓名单独加密，在工作群里不显示。\n"
        f"· 多久：未提交的草稿 {terms.draft_expiry.days} 天后自动删除；可以匿名；随时可撤回。\n"
        "您已经说的话先替您保管着。同意吗？"
    )


def no_consent() -> str:
    return (
        "好的，您刚才写的内容已经删除，没有登记。\n"
        "紧急情况请打 110（报警）、119（火警）、120（急救）；其他事情也可以打 12345 政务热线。"
    )


_QUESTIONS = {
    Slot.WHAT: ("请说说发生了什么事？", "怎么说都行，一次说完也行。"),
    Slot.WHERE: ("事情发生在哪里？", "为什么问：要派给离您最近的单位。写社区、街道、路名或附近的地标。"),
    Slot.WHEN: ("什么时候的事？", "比如：今天早上、昨晚 11 点、一直这样。"),
    Slot.WHO: ("涉及谁？", "比如：哪家物业、店铺、单位。为什么问：被反映的单位不会经办这件事。"),
    Slot.WISH: ("您希望怎么解决？", "办的人会先看这一句。"),
    Slot.CONTACT: ("怎么联系您？", "留电话和称呼，或者匿名。匿名也会一直在这里给您回复，只是无法出具书面告知。"),
}


def question(draft: Draft, slot: Slot) -> str:
    number, of = draft.step(slot)
    asked, why = _QUESTIONS[slot]
    return f"第 {number}/{of} 步　{asked}\n{why}"


def resumed(text: str) -> str:
    return f"接着上次的草稿。\n\n{text}"


def needed() -> str:
    return "这一步不能跳过。\n\n"


def not_an_answer(question_text: str) -> str:
    return f"没看懂，能用文字说一下吗？\n\n{question_text}"


def not_words() -> str:
    return "收到了，但没有看到文字。请用文字说说发生了什么事，比如：“楼下水管爆了，水流到马路上”。"


def place_unknown(typed: str, outside: str | None) -> str:
    if outside:
        return f"「{outside}」好像不在本区。如果就在本区，请写一下社区或街道；不在本区的事可以打 12345。"
    return "没找到这个地方。请写社区或街道的名字，或者附近的地标；说不清就再说一遍，会有人来认。"


def which_place() -> str:
    return "是下面哪一个地方？"


def pin_unknown() -> str:
    return "这个定位附近没有本区的站点。请写社区或街道的名字。"


def review(
    draft: Draft,
    opinion: Prediction | None,
    category: str,
    to: Assignment | None,
    promised: dict[str, datetime],
    rules: Rulebook,
    now: datetime,
) -> str:
    lines = ["请核对："]
    for slot in Slot:
        lines.append(f"{SLOTS[slot]}：{_answer(draft, slot)}")
    lines.append(f"分类：{_category(draft, opinion, category)}")
    lines.append(f"办理：{unit(to.lead, rules) if to else '人工研判后派单'}")
    lines.append(_promise(promised, rules, now))
    return "\n".join(lines)


def _answer(draft: Draft, slot: Slot) -> str:
    if slot is Slot.CONTACT:
        return "匿名" if draft.anonymous else " ".join(filter(None, [draft.name, draft.phone]))
    text = draft.answers.get(slot) or "（未填）"
    if slot is Slot.WHERE and draft.area:
        return draft.place if draft.place == text else f"{short(text, 40)}（{draft.place}）"
    return short(text, 120) if slot is Slot.WHAT else short(text)


def _category(draft: Draft, opinion: Prediction | None, category: str) -> str:
    if draft.category_by == "resident" and category:
        return f"{category}（您选的）"
    if category and opinion:
        return f"{category}（{opinion.guesses[0].probability:.0%}）"
    return "拿不准，由人工研判"


def _promise(promised: dict[str, datetime], rules: Rulebook, now: datetime) -> str:
    first, done = (clock_time(promised[kind], rules, now) for kind in ("feedback", "resolve"))
    line = f"时间：{first} 前首次反馈，{done} 前尽量解决"
    if not rules.working_time.is_open(now):
        opens = clock_time(rules.working_time.next_opening(now), rules, now)
        line += f"\n现在是下班时间，{opens} 开始办理；急事请打 12345，危险请打 110、119、120"
    return line


def added_to_draft(card: str) -> str:
    return f"已补充到“事情”里。\n\n{card}"


def edit(slot: Slot) -> str:
    return f"改{SLOTS[slot]}"


def edit_what() -> str:
    return "要改哪一项？"


def which_category() -> str:
    return "您觉得是哪一类？都不是的话，由人工来定。"


def filed(complaint: Complaint, promised: dict[str, datetime], rules: Rulebook, now: datetime) -> str:
    lines = [f"已登记，编号 {complaint.number}"]
    if complaint.status is Status.TRIAGE:
        lines.append("人工研判中：工作人员看过后会派给对应单位，派了就告诉您。")
    else:
        lines.append(f"已受理（{complaint.category}），已派给：{unit(complaint.lead, rules)}")
    lines.append(_promise(promised, rules, now))
    lines.append("有进展会在这里告诉您。")
    return "\n".join(lines)


def filed_before(complaint: Complaint) -> str:
    return f"这件事已经登记过了，编号 {complaint.number}，没有重复登记。当前：{STATUS[complaint.status]}。"


def stale() -> str:
    return "此步骤已过期。您可以："


def stale_here(live: str) -> str:
    return f"此步骤已过期。现在到这一步：\n\n{live}"


def cancelled() -> str:
    return "草稿已删除，什么都没有留下。需要时随时再说。"


def nothing_open() -> str:
    return "没有正在进行的草稿。"


def draft_reminder(terms: Terms) -> str:
    return f"您有一件事还没说完，草稿还在：接着说就行，说“取消”就删除。\n到第 {terms.draft_expiry.days} 天会自动删除。"


def draft_expired() -> str:
    return "您之前没说完的草稿已到期删除，内容没有保留。需要时重新说一遍就行。"


def kept_for_a_person() -> str:
    return "您刚才这条消息没能自动处理，已经保存，会有人来看。您可以接着说别的。"


def new_or_add() -> str:
    return "您有正在办理的诉求。刚才这句话是？"


def add_to(complaint: Complaint) -> str:
    return f"补充到 {complaint.number}"


def line_of(complaint: Complaint) -> str:
    return f"{complaint.number} {STATUS[complaint.status]} {short(complaint.gist, 16)}"


def my_complaints(count: int) -> str:
    return f"您最近的 {count} 件诉求，点一下看进度："


def no_complaints() -> str:
    return "您还没有登记过诉求。说出您的事就可以开始，比如：“路灯坏了一个星期”。"


def status(complaint: Complaint, history: Sequence[Any], due: dict[str, datetime], rules: Rulebook) -> str:
    lines = [f"{complaint.number}　{STATUS[complaint.status]}", short(complaint.gist, 60)]
    lines.append(f"承办：{unit(complaint.lead, rules)}")
    if complaint.is_open and "resolve" in due:
        lines.append(f"答复时间：{clock_time(due['resolve'], rules)} 前")
    lines += [event_line(row, rules) for row in history if row.kind in TO_RESIDENT]
    return "\n".join(lines)


def added(complaint: Complaint) -> str:
    return f"已补充到 {complaint.number}，承办单位能看到。"


def what_to_add(complaint: Complaint) -> str:
    return f"要给 {complaint.number} 补充什么？直接写。"


def not_open_any_more(complaint: Complaint) -> str:
    return f"{complaint.number} {STATUS[complaint.status]}，不能再改。有新情况可以重新反映。"


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


def rated(complaint: Complaint) -> str:
    return f"已记下您对 {complaint.number} 的评价，谢谢。"


def what_is_wrong(complaint: Complaint) -> str:
    return f"{complaint.number} 还有什么没解决？写一句，承办的人会看到；也可以跳过。"


def reopened(complaint: Complaint, rules: Rulebook) -> str:
    if complaint.status is Status.DISPATCHED:
        return (
            f"{complaint.number} 第 {complaint.reopened} 次没解决，已提级到 {unit(complaint.lead, rules)} 办理并督办。"
        )
    return f"{complaint.number} 已退回重办（第 {complaint.reopened} 次），仍由 {unit(complaint.lead, rules)} 办理。"


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


def push(complaint: Complaint, lines: Sequence[str], rules: Rulebook) -> str:
    """Who, what, when, what next: one message for all that one turn did."""
    next_step = {
        Status.DISPATCHED: f"下一步：{_by(complaint, 'feedback', rules)}前会有人联系您。",
        Status.CLAIMED: f"下一步：{_by(complaint, 'feedback', rules)}前给您首次反馈。",
        Status.HANDLING: f"下一步：{_by(complaint, 'resolve', rules)}前答复您。",
        Status.REPLIED: f"请告诉我们：解决了吗？{rules.terms.silence.days} 天没有答复会按“未答复”办结。",
    }.get(complaint.status, "发送“进度”可以看全部经过。")
    return "\n".join([f"【{complaint.number}】", *lines, next_step])


def _by(complaint: Complaint, kind: str, rules: Rulebook) -> str:
    promised = complaint.promised.get(kind)
    return clock_time(datetime.fromisoformat(promised), rules) + " " if promised else "尽快在今天下班"


def conclusion(masked: str) -> str:
    return masked


def reply_to_resident(complaint: Complaint, words: str, rules: Rulebook) -> str:
    return f"【{complaint.number}】{unit(complaint.lead, rules)} 回复：\n{words}\n\n可以直接补充，或发送“进度”。"
