"""The way in: a greeting with four choices, help, a person; /start also carries where a poster hangs."""

from dataclasses import replace

from complaints import posters
from handlers import choices
from handlers.messages import Reply
from handlers.resident import begin, step
from handlers.texts import common
from handlers.texts import intake as texts
from handlers.texts import resident as about
from handlers.turn import Turn


def start(turn: Turn) -> Reply:
    """`at-STATION` after /start is the place of the poster that was scanned."""
    code = posters.place_in(turn.words, turn.rules.directory)
    if code is not None:
        reply = begin.at_poster(turn, code)
        return replace(reply, text=texts.welcome_at(common.place(code, turn.rules), reply.text))
    if turn.draft is not None:
        return step.resume(turn)
    return Reply(texts.welcome(turn.rules.terms), choices.MENU)


def new(turn: Turn) -> Reply:
    """Words behind it begin the story. While it is open whether earlier words are new, it says that they are."""
    draft = turn.draft
    if draft is None:
        return begin.begin(turn, turn.words, is_new=True)
    if not draft.consent and not draft.is_new:
        return begin.keep_new(turn)
    return step.resume(turn)


def mediation(turn: Turn) -> Reply:
    """A dispute is told like any trouble; the desk offers mediation to both sides."""
    reply = new(turn)
    return replace(reply, text=about.mediation(reply.text))


def consult(turn: Turn) -> Reply:
    reply = new(turn)
    return replace(reply, text=about.consult(reply.text))


def help(turn: Turn) -> Reply:
    return Reply(about.help(), choices.MENU)


def human(turn: Turn) -> Reply:
    return Reply(about.human(turn.rules, turn.now), choices.MENU)


def nothing(turn: Turn) -> Reply | None:
    return None
