"""What every turn begins with, read at once: where the chat stands, its draft, who speaks, and the state of its line.

The conversation is made if it is new, and locked, before anything else of the turn is read.
"""

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, case, literal_column, select

from complaints.draft import Draft
from storage import alerts, conversations, drafts, people
from storage.conversations import Conversation
from storage.hot import Prepared
from storage.outbox import IS_UNSENT
from storage.people import Member
from storage.tables import conversation, draft, fact, group_chat, line, outbox, staff
from storage.unit_of_work import Work


@dataclass(frozen=True)
class Arrival:
    """draft: the one the conversation speaks of, whatever its state. unit: the one whose group this is.

    closed: the line could not be written to when somebody last tried. free: nothing waits in it. position: the last
    one given in it. alert: the number of the open alert that is about this chat. forum: the group had topics when it
    was last heard of.
    """

    conversation: Conversation
    draft: Draft | None
    member: Member | None
    unit: str | None
    closed: bool
    free: bool
    position: int = 0
    alert: str | None = None
    forum: bool = False


_one = select(literal_column("1").label("one")).subquery("one")  # there is a row, whatever is missing
_STAND = [conversation.c.version, conversation.c.draft, conversation.c.state]
_COLUMNS = [
    *_STAND,
    *drafts.COLUMNS,
    *people.COLUMNS,
    line.c.unreachable,
    line.c.position,
    group_chat.c.unit,
    group_chat.c.forum,
    fact.c.value,
]
_WAITS = (
    select(outbox.c.id)
    .where(*(outbox.c[name] == bindparam(name) for name in ("tenant", "channel", "chat")), IS_UNSENT)
    .where(case((outbox.c.due <= bindparam("now"), literal_column("1"))) == literal_column("1"))
    .exists()
)
_DRAFT, _MEMBER = len(_STAND), len(_STAND) + len(drafts.COLUMNS)  # where the columns of each begin
_READ = Prepared(
    lambda insert: select(
        *(column.label(f"{column.table.name}_{column.name}") for column in _COLUMNS), _WAITS.label("waits")
    ).select_from(
        _one.outerjoin(
            conversation,
            and_(
                conversation.c.tenant == bindparam("tenant"),
                conversation.c.channel == bindparam("channel"),
                conversation.c.chat == bindparam("place"),
            ),
        )
        .outerjoin(draft, and_(draft.c.tenant == bindparam("tenant"), draft.c.id == conversation.c.draft))
        .outerjoin(
            staff,
            and_(
                staff.c.tenant == bindparam("tenant"),
                staff.c.channel == bindparam("channel"),
                staff.c.sender == bindparam("sender"),
                staff.c.left_at.is_(None),
            ),
        )
        .outerjoin(
            line,
            and_(
                line.c.tenant == bindparam("tenant"),
                line.c.channel == bindparam("channel"),
                line.c.chat == bindparam("chat"),
            ),
        )
        .outerjoin(fact, and_(fact.c.tenant == bindparam("tenant"), fact.c.name == bindparam("alert_of")))
        .outerjoin(
            group_chat,
            and_(
                group_chat.c.tenant == bindparam("tenant"),
                group_chat.c.channel == bindparam("channel"),
                group_chat.c.chat == bindparam("chat"),
            ),
        )
    )
)


def arrive(work: Work, channel: str, chat: str, sender: str, place: str) -> Arrival:
    """place: what the conversation goes by: the chat, or in a group the chat and who speaks."""
    if not work.is_alone:
        conversations.hold(work, channel, place)
    here = {"tenant": work.tenant, "channel": channel, "chat": chat}
    alert_of = alerts.pointer(channel, chat)
    row = tuple(_READ.all(work, **here, sender=sender, place=place, alert_of=alert_of, now=work.now)[0])
    stand, known, member, last = row[:_DRAFT], row[_DRAFT:_MEMBER], row[_MEMBER:-6], row[-6:]
    unreachable, position, unit, forum, alert, waits = last
    if stand[0] is None:  # nobody else writes meanwhile
        conversations.meet(work, channel, place)
    return Arrival(
        conversations.stands(work, channel, place, *stand),
        drafts.read(work, known) if known[0] is not None else None,
        people.read(work, member) if member[0] is not None else None,
        unit,
        unreachable is not None,
        not waits,
        position or 0,
        alert,
        bool(forum),
    )
