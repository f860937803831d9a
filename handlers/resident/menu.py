"""The way in: a greeting with four choices, help, a person; /start also carries where a poster hangs."""

from complaints.complaint import Complaint
from complaints.draft import Draft
from handlers.messages import Choice, Reply, Rows
from handlers.resident import consent, intake
from handlers.texts import common
from handlers.texts import resident as texts
from handlers.turn import Turn

GREETINGS = {
    "你好",
    "您好",
    "hi",
    "hello",
    "在吗",
    "喂",
    "开始",
    "菜单",
    "hey",
    "哈喽",
    "早",
    "早上好",
    "晚上好",
    "下午好",
}
CHOICES: Rows = (
    (Choice(texts.REPORT, "new"), Choice(texts.PROGRESS, "mine")),
    (Choice(texts.MEDIATION, "mediation"), Choice(texts.CONSULT, "consult")),
)


def start(turn: Turn) -> Reply:
    """`at-STATION` after /start is the place of the poster that was scanned."""
    if turn.draft is not None:
        return intake.stale(turn)
    if turn.words.startswith("at-"):
        return _at(turn, turn.words.removeprefix("at-").strip())
    return Reply(texts.welcome(turn.rules.terms), CHOICES)


def _at(turn: Turn, code: str) -> Reply:
    if code not in turn.rules.directory:
        return Reply(texts.welcome(turn.rules.terms), CHOICES)
    reply = consent.begin(turn, "")
    draft: Draft | None = turn.draft
    if draft is not None:
        intake.settle_at(turn, draft, code)
        intake.keep(turn, draft)
    return Reply(texts.welcome_at(common.place(code, turn.rules), reply.text), reply.choices)


def new(turn: Turn) -> Reply:
    if turn.draft is not None:
        return intake.stale(turn)
    return consent.begin(turn, turn.words) if turn.words else consent.begin(turn, "")


def after(complaint: Complaint) -> Rows:
    """What can be done with a complaint that was just filed."""
    return (
        (
            Choice(texts.PROGRESS, "status", complaint=complaint.number),
            Choice(texts.ADD, "add", complaint=complaint.number),
            Choice(texts.WITHDRAW, "withdraw", complaint=complaint.number),
        ),
    )


def help(turn: Turn) -> Reply:
    return Reply(texts.help(), CHOICES)


def human(turn: Turn) -> Reply:
    return Reply(texts.human(turn.rules, turn.now), CHOICES)


def mediation(turn: Turn) -> Reply:
    """A dispute is told like any trouble; the desk offers mediation to both sides."""
    reply = new(turn)
    return Reply(texts.mediation(reply.text), reply.choices)


def consult(turn: Turn) -> Reply:
    reply = new(turn)
    return Reply(texts.consult(reply.text), reply.choices)


def nothing(turn: Turn) -> Reply | None:
    return None
