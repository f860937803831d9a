"""What is said when something cannot be done: what it is, and what to do instead."""

from typing import Protocol

from complaints.complaint import (
    AlreadyClaimed,
    CategoryUnsettled,
    LeadStays,
    Missing,
    NotHolder,
    TooLate,
)
from complaints.errors import ComplaintError
from complaints.rulebook import Rulebook
from complaints.workflow import MoveNotAllowed, NotTheirs
from handlers.texts.common import STATUS


class _Command(Protocol):
    @property
    def example(self) -> str: ...


def refused(error: ComplaintError, rules: Rulebook) -> str:
    match error:
        case AlreadyClaimed():
            return f"{error.number} 已经有人签收了。发 /看 可以看是谁。"
        case NotHolder():
            return f"{error.number} 不在您手上。先签收，或请签收的人处理。"
        case CategoryUnsettled():
            return f"{error} 还没有确定分类，先发 /改类 定下分类再办结。"
        case LeadStays():
            return f"{error} 已经联系过居民，由首接单位负责到底，不能再转。"
        case MoveNotAllowed():
            return f"{error.number} 现在是“{STATUS[error.status]}”，不能这样操作。"
        case Missing():
            return f"{error.number} 还缺理由，请补上。"
        case TooLate():
            return f"{error.number} 已经过了可以这样做的时间。"
        case NotTheirs():
            return not_yours()
    return "现在不能这样操作。发 /帮助 看看可以做什么。"


def no_such_number() -> str:
    """The same for a number that does not exist and for one of somebody else."""
    return "没有查到这个编号。请核对编号（形如 LH-7K3M-Q8XW-P），或发“我的”看自己的诉求。"


def number_needed(command: _Command) -> str:
    return f"请带上编号，比如：{_example(command)}"


def which_number(candidates: list[str]) -> str:
    return "有几件编号相近，请写完整编号：\n" + "\n".join(candidates)


def unknown_command(typed: str, nearest: _Command | None) -> str:
    guess = f"您是不是想发：{_example(nearest)}" if nearest and nearest.example else "发“帮助”看看可以做什么。"
    return f"没有 {typed[:20]} 这个命令。{guess}"


def not_yours() -> str:
    return "这个操作需要相应单位的权限。"


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
