"""What is said when something cannot be done: what it is, and what to do instead."""

from typing import Protocol

from complaints.errors import AlreadyClaimed, CategoryUnsettled, ComplaintError, LeadStays, Missing, NotHolder, TooLate
from complaints.numbers import short
from complaints.rulebook import Rulebook
from complaints.workflow import MoveNotAllowed, NotTheirs, Status
from handlers.texts.common import STATUS


class _Command(Protocol):
    @property
    def example(self) -> str: ...


def refused(error: ComplaintError, rules: Rulebook) -> str:
    match error:
        case AlreadyClaimed():
            return f"{error.number} 已经有人签收了。发 /看 {short(error.number)} 看是谁。"
        case NotHolder():
            return _not_holder(error)
        case CategoryUnsettled():
            return f"{error} 还没有确定分类，先发 /改类 {short(str(error))} 分类名，再办结。"
        case LeadStays():
            return f"{error} 已经联系过居民，由首接单位负责到底，不能再转。需要别的单位配合，请在备注里写明。"
        case MoveNotAllowed():
            return f"{error.number} 现在是“{STATUS[error.status]}”，不能这样操作。{_instead(error)}"
        case Missing():
            return f"{error.number} 还缺理由，请补上。"
        case TooLate():
            return f"{error.number} 已经过了可以这样做的时间。"
        case NotTheirs():
            return not_yours()
    return "现在不能这样操作。发 /帮助 看看可以做什么。"


def _not_holder(error: NotHolder) -> str:
    code = short(error.number)
    if error.holder is None:
        return f"{error.number} 还没有人签收。先发 /接 {code}。"
    return f"{error.number} 在同事手上。请签收的人处理，或发 /看 {code} 看是谁。"


def _instead(error: MoveNotAllowed) -> str:
    """What can be done with it in this status."""
    code = short(error.number)
    ways = {
        Status.TRIAGE: f"先发 /改类 {code} 分类名 派单。",
        Status.DISPATCHED: f"先发 /接 {code} 签收。",
        Status.REPLIED: f"等居民确认；要补一句，发 /回 {code} 内容。",
    }
    return ways.get(error.status, "发“进度”或 /看 加编号看经过。")


def no_such_number() -> str:
    """The same for a number that does not exist and for one of somebody else."""
    return "没有查到这个编号。请核对编号（形如 LH-7K3M-Q8XW-P），或发“我的”看自己的诉求。"


def not_in_queue() -> str:
    """In a group: the same for a number that does not exist and for one of another unit."""
    return "本单位的待办里没有这个编号。请核对，或发 /队列 看全部待办。"


def number_needed(command: _Command) -> str:
    return f"请带上编号，比如：{_example(command)}"


def which_of_yours(asked: str) -> str:
    return f"您有几件诉求，要{asked}哪一件？"


def which_number(candidates: list[str]) -> str:
    return "有几件编号相近，请写完整编号：\n" + "\n".join(candidates)


def unknown_command(typed: str, nearest: _Command | None) -> str:
    guess = f"您是不是想发：{_example(nearest)}" if nearest and nearest.example else "发“帮助”看看可以做什么。"
    return f"没有“{typed[:20]}”这个命令。{guess}"


def stale_in_group() -> str:
    return "这个按钮已过期。发 /看 编号 可以重新打开这一件。"


def not_yours() -> str:
    return "这个操作需要相应单位的权限。"


def not_of_this_unit() -> str:
    return "这个按钮只有本单位的工作人员能用。是本单位的，请向管理员要一个口令，私聊我发 /start 口令。"


def residents_command() -> str:
    return "这是居民用的命令。工作群里：/看 编号 看经过，/撤销 编号 撤销自己刚做的，/帮助 看全部。"


def staffs_command() -> str:
    return (
        "这是单位工作人员用的命令。您要反映事情，直接说就行。\n"
        "您是工作人员：请向管理员要一个口令，在这里发 /start 口令，再到单位的工作群里操作。"
    )


def still_asked(number: str, asking: str) -> str:
    what = {"conclude_facts": "查明的事实", "conclude_basis": "依据", "transfer_reason": "转派的理由"}
    return f"刚才 {number} 还没写完：请接着写{what.get(asking, '')}（发 取消 就不写了）。"


def odd_command(why: str) -> str:
    reasons = {
        "forwarded": "转发来的命令",
        "via_bot": "经其他机器人发来的命令",
        "anonymous": "匿名身份发的命令",
        "edited": "改过的消息里的命令",
    }
    return f"{reasons.get(why, '这样发来的命令')}不能执行，请用自己的账号重新发一条。"


def _example(command: _Command) -> str:
    return command.example.format(short="Q8XW", number="LH-7K3M-Q8XW-P")
