"""Every sentence about an alert of the duty desk: what staff read in its group, and what the person reads."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from complaints.rulebook import Rulebook
from handlers.texts.common import clock_time, length, short
from storage.complaints import Word

# labels of choices
TAKE, WRITE, CLOSE = "我来联系", "写给对方", "已联系，关闭"
TAKE_OVER, CLOSE_SURE = "换我来联系", "没写过也关闭"

_LINES = "12356（24 小时心理援助），有危险马上打 110 或 120"
_SAID = {"said": "对方", "reply": "我们", "note": "备注"}


def code(number: str) -> str:
    """As it is typed: 7K3M of A-7K3M."""
    return number.removeprefix("A-")


def _head(number: str) -> str:
    return f"〔紧急 {number}〕"


# in the desk's group; what the person said is masked


def raised(number: str, masked: str) -> str:
    return (
        f"{_head(number)}有居民的话里有轻生的意思，已给出 12356、110、120。\n"
        f"对方说：{short(masked, 200)}\n"
        f"请马上联系：点「{TAKE}」，再回复这条消息，或发 /alert {code(number)} 要说的话。"
        "对方只看到单位名；这里看不到对方是谁。马上有危险，请同时打 110。"
    )


def heard(number: str, masked: str, danger: bool, last: bool) -> str:
    """danger: it suggests self-harm again. last: what comes after it is not shown by itself."""
    more = f"\n还没有人回，后面的话发 /alert {code(number)} 看。" if last else ""
    return f"{_head(number)}{'对方又说到轻生：' if danger else '对方说：'}{short(masked, 400)}{more}"


def pin(latitude: float, longitude: float) -> str:
    return f"（发来定位：北纬 {latitude:.4f} 度，东经 {longitude:.4f} 度）"


def taken(number: str, name: str) -> str:
    return (
        f"{_head(number)}{name or '同事'}在联系，已告诉对方。"
        f"点「{WRITE}」，或回复带这个编号的消息，或发 /alert {code(number)} 要说的话。"
    )


def yours(number: str) -> str:
    return f"{_head(number)}就是您在联系。点「{WRITE}」，或发 /alert {code(number)} 要说的话。"


def theirs(number: str, name: str) -> str:
    return f"{_head(number)}{name or '同事'}在联系，两个人不要同时写。那边顾不上了，就点「{TAKE_OVER}」。"


def what_to_write(number: str) -> str:
    return f"{_head(number)}要对对方说什么？直接写一句；以单位名义发出，发出前可以撤回。"


def preview(text: str, wait: timedelta, lost: bool) -> str:
    warning = "！对方可能收不到消息。看来有危险，请打 110。\n" if lost else ""
    return f"{warning}{int(wait.total_seconds())} 秒后发给对方，发错了请马上撤回：\n\n{text}"


def undone() -> str:
    return "已撤回，对方没有收到。"


def noted(number: str) -> str:
    return f"{_head(number)}已记备注，对方看不到。"


def close_sure(number: str) -> str:
    return f"{_head(number)}还没有人在这里写给对方。已经用别的办法联系上，或者是误报，再关闭。"


def closed(number: str, name: str) -> str:
    return f"{_head(number)}已由{name or '同事'}关闭，已告诉对方。"


def is_closed(number: str) -> str:
    return f"{_head(number)}已经关闭，什么都没有发出。对方再说到轻生，会有新的提醒。"


def unknown(typed: str) -> str:
    return f"没有开着的提醒「{short(typed, 12)}」。发 /alert 看全部。"


def none_open() -> str:
    return "没有开着的紧急提醒。有居民的话里有轻生的意思，会在这里提醒。"


def listed(lines: Sequence[str]) -> str:
    return "\n".join(["开着的紧急提醒，点一下看说过的话：", *lines])


def line_of(number: str, name: str, raised_at: datetime, unanswered: int, rules: Rulebook, now: datetime) -> str:
    who = f"{name}在联系" if name else "还没有人联系"
    more = f"，对方有 {unanswered} 句没人回" if unanswered else ""
    return f"{number} {clock_time(raised_at, rules, now)} {who}{more}"


def shown(line: str, said: Sequence[Word], rules: Rulebook) -> str:
    """What was said both ways, masked, the newest last."""
    rows = [f"{_SAID[word.kind]}（{clock_time(word.at, rules)}）：{short(word.masked, 200)}" for word in said[-12:]]
    return "\n".join([f"〔紧急〕{line}", *rows])


def waits(number: str, since: timedelta, holder: str, written: bool, unanswered: int) -> str:
    """The desk is reminded of an open one. since: the alert was raised."""
    ago = length(since.total_seconds())
    if not holder:
        return f"{_head(number)}{ago}了，还没有人联系！请马上点「{TAKE}」；看来有危险请打 110。"
    if not written:
        return f"{_head(number)}{ago}了，{holder}接了还没有写。请马上写给对方，或换人。"
    if unanswered:
        return f"{_head(number)}对方有 {unanswered} 句话还没有人回（{holder}在联系）。"
    return f"{_head(number)}写给对方以后还没有回音（{holder}在联系）。放心不下就打 110；已经联系上了请关闭。"


# to the person


def taken_to_person(unit: str) -> str:
    return (
        f"{unit}的值班人员看到了您的话，正在联系您。您直接在这里回就行，说的话值班人员看得到，不显示您是谁。\n"
        f"现在就想跟人说话：{_LINES}。"
    )


def words_to_person(unit: str, words: str) -> str:
    return f"{unit}值班人员：\n{words}\n\n直接在这里回就行。"


def passed_on(unit: str) -> str:
    return f"已转给{unit}的值班人员。现在就想跟人说话：{_LINES}。"


def closed_to_person(unit: str) -> str:
    return f"{unit}的值班人员这次先联系到这里，之后您说的话不再转给值班人员。什么时候想跟人说话：{_LINES}。"


def kept_for_desk() -> str:
    """Under the word that a draft is erased."""
    return "您让人担心的那几句，值班人员已经看到，为了您的安全会留作记录。"
