"""What staff are answered: to their commands, to what they were asked, to codes and duty."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from complaints import numbers
from complaints.category import is_settled
from complaints.complaint import Complaint, Result
from complaints.deadlines import Terms
from complaints.rulebook import Rulebook
from complaints.units import Unit
from handlers.texts.common import RESULTS, category_name, clock_time, short, short_block

UNDO_REPLY, SEND_NOW = "撤回这条回复", "立即发送"
MASK_NOW, UNMASK = "遮住", "取消遮盖"


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


def what_to_mask(complaint: Complaint, count: int) -> str:
    number = complaint.number
    now = f"现在遮着 {count} 个词，要取消：/遮 {number} -词" if count else "这一件里再出现也会遮住，原话不受影响。"
    return f"{number} 遮住哪个词？照看得见的字写，比如：/遮 {number} 3栋502。{now}"


def not_in_sight(complaint: Complaint) -> str:
    return f"{complaint.number} 看得见的原话里找不到这个词，没遮。请照 /看 {complaint.number} 里的字写。"


def would_mask(complaint: Complaint, places: int) -> str:
    return f"{complaint.number} 将遮住 {places} 处。确定就点“{MASK_NOW}”，不遮就不用管。"


def masked(complaint: Complaint, places: int) -> str:
    number = complaint.number
    return (
        f"{number} 已遮住 {places} 处，卡片已重画，以后在群里都不再显示。取消：/遮 {number} -词。\n"
        "以前发出的消息和您刚才这条里还有它，能删请删掉。"
    )


def masked_before(complaint: Complaint) -> str:
    return f"{complaint.number} 这个词已经处理过了。"


def unmasked(complaint: Complaint) -> str:
    return f"{complaint.number} 已取消遮盖，卡片已重画。"


def not_masked(complaint: Complaint) -> str:
    return f"{complaint.number} 现在没有遮着这个词。"


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
    return f"{complaint.number} 已改为 {category_name(complaint)}，{moved}"


def _still_other(complaint: Complaint) -> str:
    return "" if is_settled(complaint.category) else "；办结前还要定下分类"


def no_row(complaint: Complaint) -> str:
    return f"{complaint.number} 已改为 {category_name(complaint)}，但目录里没有能办的单位，仍在研判。请换一个分类。"


def still_other(complaint: Complaint) -> str:
    return f"{complaint.number} 记为“其他”，仍在研判：要派单，请再定一个具体的分类。"


def sent_on(complaint: Complaint, to: Unit) -> str:
    return f"{complaint.number} 已定为 {category_name(complaint)}，派给 {to.name}，已告诉居民。"


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


def joined(to: Unit, role: str) -> str:
    return f"已加入 {to.name}。到单位的群里发 /帮助 看怎么办件。"


def bound(to: Unit, waiting: int, shown: int) -> str:
    more = f"，先出最早的 {shown} 张卡片，全部发 /队列 看" if shown < waiting else ""
    return (
        f"本群现在是「{to.name}」的工作群，待办 {waiting} 件{more}。发 /帮助 看怎么办件。\n"
        "只有加入了本单位的人能办：向管理员要口令，私聊我发 /start 口令。"
    )


def has_topics() -> str:
    return (
        "本群开了话题：每件诉求单开一个话题，在话题里发的命令不用写编号。"
        "机器人要是群管理员并有「管理话题」权限；没有的话，卡片都发在 General 话题里。"
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
