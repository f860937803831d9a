"""Every sentence a resident reads while telling a trouble, until it is filed."""

from collections.abc import Sequence
from datetime import datetime

from classifier.prediction import Prediction
from complaints.assignment import Assignment
from complaints.deadlines import Terms
from complaints.draft import ORDER, Draft, Slot
from complaints.emergencies import NUMBERS, Emergency
from complaints.rulebook import Rulebook
from handlers.texts.common import SLOTS, length, promise, short, sure, unit

# labels of choices
AGREE, DISAGREE = "同意，继续", "不同意"
SKIP, BACK, ANONYMOUS, KEEP = "跳过", "‹ 上一步", "匿名", "不改"
SUBMIT, EDIT_WHAT, EDIT_WHERE, EDIT_MORE, EDIT_CATEGORY = "确认提交", "改事情", "改地点", "改其他", "改分类"
TO_REVIEW, NONE_OF_THESE, NEW_ONE = "‹ 回到核对", "都不是", "这是新的诉求"
GO_ON, AFRESH = "接着说没说完的事", "删掉，重新说"

_DANGER = {
    Emergency.FIRE: "着火了：请马上离开，打 119。",
    Emergency.GAS: "可能是燃气泄漏：别开关电器、别点火，开窗、马上离开，到外面打 119。",
    Emergency.RESCUE: "有人被困或遇险：请马上打 119。等救援时别扒电梯门，别自己下水、下井去救。",
    Emergency.CRIME: "有人身危险或正在发生违法犯罪：请先到安全的地方，打 110。",
    Emergency.SELF_HARM: "您现在的感受很重要，请不要一个人扛着。可以打全国心理援助热线 12356（24 小时），"
    "有危险马上打 110 或 120。",
    Emergency.MEDICAL: "有人需要急救：请马上打 120。",
    Emergency.ACCIDENT: "发生了交通事故：有人受伤先打 120，报警打 122。",
}


def emergency(found: Sequence[Emergency], rest: str, alerted: bool) -> str:
    """rest: what the dialogue answers. alerted: somebody on duty was told."""
    numbers = list(dict.fromkeys(number for danger in found for number in NUMBERS[danger]))
    lines = [f"【紧急】请先拨打：{' / '.join(numbers)}", *(_DANGER[danger] for danger in found)]
    if alerted:
        lines.append("已经提醒值班人员，您在这里说的话值班人员看得到，不显示您是谁。")
    alone = tuple(found) == (Emergency.SELF_HARM,)
    on = "您愿意的话，可以接着说：" if alone else "这里不能代替报警。您的话已经收到，安全之后再接着说："
    return "\n".join([*lines, "", on, "", rest])


def welcome(terms: Terms) -> str:
    return (
        "您好，这里是群众诉求服务。说出您的事就行，不用选分类。\n"
        f"工作时间内 {length(terms.accept.total_seconds())}受理，{length(terms.feedback.total_seconds())}内首次反馈，"
        "当天尽量解决。\n"
        "遇到危险请直接打 110、119、120。找人帮忙就说“人工”。"
    )


def welcome_at(where: str, rest: str) -> str:
    return f"您好，您扫的是「{where}」的码。\n\n{rest}"


def consent(terms: Terms, said: bool) -> str:
    kept = "您已经说的、发来的先替您保管着，不同意就马上删除。" if said else ""
    return (
        "登记之前请您同意：\n"
        "· 用途：只用来办理您这件事。\n"
        "· 谁能看到：承办单位的工作人员；电话、姓名单独加密，工作群里不显示。\n"
        f"· 多久：没提交的草稿 {terms.draft_expiry.days} 天后自动删除。\n"
        "· 可以匿名，也可以随时撤回。\n"
        f"{kept}同意吗？"
    )


def no_consent() -> str:
    return (
        "好的，您刚才写的内容已经删除，没有登记。\n"
        "紧急情况请打 110（报警）、119（火警）、120（急救）；其他事情也可以打 12345 政务热线。"
    )


_QUESTIONS = {
    Slot.WHAT: ("请说说发生了什么事？", "怎么说都行，时间、地点一次说完也行。"),
    Slot.WHERE: ("事情发生在哪里？", "为什么问：要派给最近的单位。写社区、街道、路名或附近的地标，也可以发定位。"),
    Slot.WHEN: ("什么时候的事？", "比如：今天早上、昨晚 11 点、一直这样。"),
    Slot.WHO: ("涉及谁？", "比如：哪家物业、店铺、单位。为什么问：被反映的单位不会经办这件事。"),
    Slot.WISH: ("您希望怎么解决？", "为什么问：办的人会先看这一句。"),
    Slot.CONTACT: ("怎么联系您？", "留称呼和电话，或者匿名。匿名也会一直在这里回复您，只是无法出具书面告知。"),
}


def question(draft: Draft, slot: Slot) -> str:
    number, of = draft.step(slot)
    asked, why = _QUESTIONS[slot]
    now = f"\n现在写的是：{answer(draft, slot)}" if slot in draft.answers else ""
    return f"第 {number}/{of} 步　{asked}\n{why}{now}"


def resumed(text: str) -> str:
    return f"接着上次没说完的事。\n\n{text}"


def needed() -> str:
    return "这一步不能跳过：不知道是什么事，就没法派单。\n\n"


def not_an_answer(question_text: str) -> str:
    return f"没看懂，能用文字说一下吗？\n\n{question_text}"


def edited() -> str:
    return "改过的消息不会替换原来的话。要更正，请直接再说一遍；草稿可以在最后核对时改。"


def not_words() -> str:
    return "收到了，但没有看到文字。请用文字说说发生了什么事，比如：“楼下水管爆了，水流到马路上”。"


def no_contact() -> str:
    return (
        "没认出称呼或电话，请再看一下：手机号是 11 位，座机带区号。\n"
        "比如：王女士 13800138000。现在只能留电话；不想留就说“匿名”。"
    )


def not_own() -> str:
    return (
        "这是别人的名片。发名片只能发您自己的（点“发送我的电话号码”）；"
        "要留别人的号码，请直接写下来，比如：王女士 13800138000。也可以说“匿名”。"
    )


def place_unknown(outside: str | None, whole_district: bool) -> str:
    """outside: the place elsewhere that was named. whole_district: no more than our district's name was said."""
    if whole_district:
        return "区里这么大，具体在哪里？请写社区或街道，或者路名、附近的地标。"
    if outside:
        return f"「{outside}」好像不在本区。如果就在本区，请写一下社区或街道；不在本区的事可以打 12345。"
    return "没找到这个地方。请写社区或街道的名字，或者附近的地标。说不清就再说一遍，由工作人员来认。"


def which_place() -> str:
    return "是下面哪一个地方？选一个；都不是，就把地名写全些。"


def which_community(subdistrict: str, communities: Sequence[str]) -> str:
    return f"是{subdistrict}的哪个社区？{'、'.join(communities)}，写一个就行；不清楚就选下面的街道。"


def pin_unknown() -> str:
    return "这个定位附近没有本区的站点。请写社区或街道的名字。"


def pin_elsewhere(rest: str) -> str:
    """A pin that nobody had asked for."""
    return f"这个定位附近没有本区的站点，没有记为地点。\n\n{rest}"


def position(near: str, latitude: float, longitude: float) -> str:
    """A pin as words, for those who work on a complaint. near: the place of ours beside it, if there is one."""
    where = f"在「{near}」附近，" if near else ""
    return f"发来定位：{where}北纬 {latitude:.4f} 度，东经 {longitude:.4f} 度"


def review(
    draft: Draft,
    opinion: Prediction | None,
    category: str,
    to: Assignment | None,
    promised: dict[str, datetime],
    rules: Rulebook,
    now: datetime,
    material: str = "",
) -> str:
    """to: None, a person decides. material: the line about what was sent along."""
    lines = ["请核对，没问题就确认提交："]
    lines += [f"{SLOTS[slot]}：{answer(draft, slot)}" for slot in ORDER]
    lines += [material] if material else []
    lines.append(f"分类：{_category(draft, opinion, category)}")
    lines.append(f"办理：{unit(to.lead, rules) if to else '人工研判后派单'}")
    lines.append(promise(promised, rules, now, bool(to)))
    return "\n".join(lines)


def answer(draft: Draft, slot: Slot) -> str:
    """What was answered, as it stands on the card."""
    if slot is Slot.CONTACT:
        return "匿名" if draft.anonymous else " ".join(filter(None, [draft.name, draft.phone]))
    text = draft.answers.get(slot) or "（未填）"
    if slot is Slot.WHERE and draft.area:
        return draft.place if draft.place == text else f"{short(text, 40)}（{draft.place}）"
    return short(text, 120) if slot is Slot.WHAT else short(text)


def _category(draft: Draft, opinion: Prediction | None, category: str) -> str:
    if draft.category_by == "resident":
        return f"{category}（您选的）" if category else "由人工研判（您说都不是）"
    if category and opinion:
        return f"{category}（{sure(opinion.guesses[0].probability)}）"
    return "拿不准，由人工研判"


def added_to_draft(card: str) -> str:
    return f"已补充到“事情”里。\n\n{card}"


def contact_changed(card: str) -> str:
    return f"已记为“联系方式”。\n\n{card}"


def edit(slot: Slot) -> str:
    return f"改{SLOTS[slot]}"


def edit_what() -> str:
    return "要改哪一项？"


def which_category(known: bool) -> str:
    """known: the model has opinions to choose from."""
    return "您觉得是哪一类？都不是的话，由人工来定。" if known else "现在没有可选的分类，由人工来定。"


def stale() -> str:
    return "此步骤已过期。您可以："


def stale_here(live: str) -> str:
    return f"此步骤已过期。现在到这一步：\n\n{live}"


def cancelled() -> str:
    return "草稿已删除，什么都没有留下。需要时随时再说。"


def dropped() -> str:
    return "好的，不写了。"


def erased() -> str:
    """Stands in place of what was said about a draft that is gone."""
    return "（草稿已删除）"


def nothing_open() -> str:
    return "现在没有没说完的事。要反映什么，直接说就行。"


def draft_reminder(terms: Terms) -> str:
    return f"您有一件事还没说完，草稿还在。接着说就行；不说了就回“取消”。满 {terms.draft_expiry.days} 天会自动删除。"


def draft_expired() -> str:
    return "您之前没说完的草稿已到期删除，内容没有保留。需要时重新说一遍就行。"
