"""What came of a run under fire: counted from the database and from what stands in the chats, nothing taken on trust.

A text may be read twice only where nobody could know whether it had arrived, and then its second copy says so. Each
such moment is counted: what was on its way when the process was killed, and what was carried out unanswered.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.channels.telegram.markup import ASK_LINE, MARK
from handlers.messages import buttons_from_json, outgoing_from_json
from storage import asked, inbox, tables
from storage import complaints as stored
from storage.audit import verify
from storage.unit_of_work import Work
from tests.botapi.chats import Chat
from tests.botapi.faults import DROP_AFTER, DROP_BEFORE, TOO_MANY
from tests.botapi.server import BotApi
from tests.faults.callers import (
    FILED,
    Clerk,
    Resident,
    Same,
    is_again,
    is_card,
    is_emptied,
    keys,
    read,
    read_once,
    same,
)

TELEGRAM = "telegram"
HELD = timedelta(seconds=5)  # longer than any wait the faults ask for


@dataclass
class Found:
    """figures: how much there was of what. wrong: what should not be; empty if all is well."""

    figures: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)

    def check(self, name: str, wrong: Any) -> None:
        self.figures[name] = int(wrong) if isinstance(wrong, bool) else len(wrong)
        if wrong:
            self.wrong[name] = wrong


def in_flight(work: Work) -> int:
    """Texts and cards that a process that has just died may have sent."""
    texts = select(tables.outbox.c.id).where(tables.outbox.c.state == "sending", tables.outbox.c.channel == TELEGRAM)
    here = (tables.card.c.wanted > tables.card.c.shown, tables.card.c.message_id.is_(None))
    cards = select(tables.card.c.complaint).where(tables.card.c.lease_until > work.now, *here)
    return sum(len(work.connection.execute(each).all()) for each in (texts, cards))


def is_settled(work: Work, whole: bool) -> bool:
    """Everything that came is handled, and everything that is to go out has gone.

    whole: also the cards that wait for the next minute of their group, which takes fifteen of them and some words.
    """
    unsent = select(tables.outbox.c.id).where(tables.outbox.c.state.in_(["waiting", "sending"]))
    stale = select(tables.card.c.complaint).where(tables.card.c.wanted > tables.card.c.shown)
    if not whole:
        held = select(tables.line.c.chat).where(tables.line.c.cards_not_before > work.now + HELD)
        stale = stale.where(tables.card.c.chat.not_in(held))
    left = [work.connection.execute(each.limit(1)).first() for each in (unsent, stale)]
    return not any(left) and not inbox.counts(work)["waiting"]


def count(work: Work, api: BotApi, residents: Sequence[Resident], clerk: Clerk, doubts: int) -> Found:
    """doubts: what was on its way when the process was killed."""
    found = Found()
    _what_was_given(found, work, api)
    _what_was_filed(found, work, residents)
    _what_was_read(found, work, [*(each.chat for each in residents), clerk.group])
    _cards(found, work, clerk)
    replies = {number: [word.masked for word in stored.words(work, number, ["reply"])] for number in clerk.written}
    found.figures["replies"] = len(replies)
    found.check("replies not kept once", [said for number, said in replies.items() if said != [clerk.written[number]]])
    unanswered, half = _unanswered(api)
    found.figures |= {"on its way at a kill": doubts, "sent unanswered": unanswered, "half sent": half}
    strays = found.figures["stray cards"] + found.figures["stray cards emptied"]
    twice = found.figures["read twice, marked"] + strays
    found.check("twice beyond doubt", twice > doubts + unanswered + half)
    found.check("history broken", not verify(work).intact)
    return found


def _unanswered(api: BotApi) -> tuple[int, int]:
    """Messages that were taken without an answer; questions whose second message, with a key, was not taken at once."""
    sends = [call for call in api.calls if call.method == "sendMessage"]
    lines = [call for call in sends if call.text("text").removeprefix(MARK) in ASK_LINE.values()]
    half = [call for call in lines if call.fault in {DROP_BEFORE, TOO_MANY}]
    return sum(call.fault == DROP_AFTER and call.done for call in sends), len(half)


# what came


def _what_was_given(found: Found, work: Work, api: BotApi) -> None:
    given = {key(update) for update in api.updates.all}
    query = select(tables.inbox.c.update_key, tables.inbox.c.state).where(tables.inbox.c.channel == TELEGRAM)
    rows = {row.update_key: row.state for row in work.connection.execute(query)}
    found.figures["given"], found.figures["handed over"] = len(given), sum(api.updates.given.values())
    for name, fault in (("too many", TOO_MANY), ("dropped before", DROP_BEFORE), ("dropped after", DROP_AFTER)):
        found.figures[name] = sum(call.fault == fault for call in api.calls)
    found.check("lost", sorted(given - rows.keys()))
    found.check("not done", sorted(f"{key} {state}" for key, state in rows.items() if state != "done"))
    found.check("never given", sorted(rows.keys() - given))


def key(update: dict[str, Any]) -> str:
    """By which the inbox knows it."""
    if "callback_query" in update:
        return f"press:{update['callback_query']['id']}"
    message = update["message"]
    return f"{message['chat']['id']}:{message['message_id']}"


# what became of it


def _what_was_filed(found: Found, work: Work, residents: Sequence[Resident]) -> None:
    filed = {each: stored.of_person(work, TELEGRAM, str(each.person.id), 100) for each in residents}
    found.figures["complaints"] = sum(map(len, filed.values()))
    found.check("without a number", [each.n for each in residents if not each.number])
    wrong = [each.n for each, mine in filed.items() if [one.number for one in mine] != [each.number]]
    found.check("not filed once", wrong)
    found.check("words lost", [part for each in residents for part in _missing(work, each)])
    unread = [each.n for each in residents if not any(_is_receipt(text, each.number) for text, _ in _texts(each.chat))]
    found.check("receipt not read", unread)


def _missing(work: Work, resident: Resident) -> list[str]:
    """Of what was typed, what the complaint has not."""
    kept = "\n".join(word.masked for word in stored.words(work, resident.number, ["filed"]))
    return [words for words in resident.typed if words not in kept]


def _is_receipt(text: str, number: str) -> bool:
    return bool(number) and text.startswith(FILED + number)


def _texts(chat: Chat) -> list[Same]:
    return [same(kept) for kept in read(chat)]


# what was read


def _what_was_read(found: Found, work: Work, chats: Sequence[Chat]) -> None:
    unmarked, twice, unread, order = [], 0, [], []
    for chat in chats:
        texts, meant = [kept for kept in read(chat) if not is_card(kept)], _meant(work, chat)
        copies, plain = Counter(map(same, texts)), Counter(same(kept) for kept in texts if not is_again(kept))
        unmarked += list((plain - Counter(meant)).elements())
        twice += sum((copies - Counter(meant)).values())
        unread += list((Counter(meant) - copies).elements())
        firsts = [same(kept) for kept in read_once(chat) if not is_card(kept)]
        order += [str(chat.id)] if firsts != list(dict.fromkeys(meant)) else []
    found.figures["read twice, marked"] = twice - len(unmarked)
    found.check("read twice, unmarked", unmarked)
    found.check("unread", unread)
    found.check("out of order", order)
    states = select(tables.outbox.c.id, tables.outbox.c.state).where(tables.outbox.c.state != "sent")
    found.check("parked or dead", work.connection.execute(states).all())


def _meant(work: Work, chat: Chat) -> list[Same]:
    """All that was ever to be said there, in its order."""
    rows = select(tables.outbox).where(tables.outbox.c.chat == str(chat.id)).order_by(tables.outbox.c.id)
    opened = [
        work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat)
        for row in work.connection.execute(rows)
    ]
    return [(outgoing_from_json(each).text.strip(), tuple(id for _, id in buttons_from_json(each))) for each in opened]


# cards


def _cards(found: Found, work: Work, clerk: Clerk) -> None:
    """Of each complaint one hangs; a stray one may until it is pressed, whose keys are known all the same."""
    all_of_them = [kept for kept in read(clerk.group) if is_card(kept)]
    hanging = {str(kept.json["message_id"]): kept for kept in all_of_them if not is_emptied(kept)}
    cards = work.connection.execute(select(tables.card)).all()
    rows = {row.message_id: row.complaint for row in cards if row.message_id}
    found.figures |= {"cards": len(cards), "cards held back": sum(row.wanted > row.shown for row in cards)}
    found.check("cards that do not hang", sorted(rows[id] for id in rows.keys() - hanging.keys()))
    numbers = select(tables.complaint.c.number)
    known = {row.complaint for row in cards}
    found.check("without a card", sorted(set(work.connection.execute(numbers).scalars()) - known))
    strays = [kept for id, kept in hanging.items() if id not in rows]
    found.figures["stray cards"] = len(strays)
    found.figures["stray cards emptied"] = len(all_of_them) - len(hanging)
    waiting = {row.stray for row in cards if row.wanted > row.shown}
    left = [id for id in hanging.keys() - rows.keys() - waiting if int(id) in clerk.pressed]
    found.check("stray cards that were pressed", left)
    ids = [button["callback_data"] for kept in strays for button in keys(kept)]
    found.check("dead keys of stray cards", [id for id in ids if asked.pressed(work, id) is None])
