"""The tables. Every row carries its tenant (the district) first in its key.

Rows that come in an order of their own are numbered by the database: on PostgreSQL the key is (tenant, id) from an
identity, on SQLite the id is the rowid. Columns typed `Sealed` hold what must not be read in clear. Times are
`UtcTime`: aware in and out, microseconds since 1970 in SQLite, timestamptz in PostgreSQL.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.sealed import Sealed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970. Raises ValueError if `moment` has no zone."""
    if moment.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return (moment - _EPOCH) // _MICROSECOND


def moment(stored: int) -> datetime:
    return _EPOCH + stored * _MICROSECOND


class UtcTime(TypeDecorator[datetime]):
    """The one spelling of time in the store."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Any:
        return _stored if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        return _read if dialect.name == "sqlite" else _in_utc


def _stored(value: datetime | None) -> int | None:
    return None if value is None else microseconds(value)


def _read(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def _in_utc(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return None if value is None else value.astimezone(UTC)


metadata = MetaData()
Number = BigInteger().with_variant(Integer(), "sqlite")


def _tenant() -> Column[str]:
    return Column("tenant", Text, primary_key=True)


def _id() -> Column[int]:
    return Column("id", Number, primary_key=True, autoincrement=True)


def _needed(name: str, type_: Any, **more: Any) -> Column[Any]:
    return Column(name, type_, nullable=False, **more)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


# What came in. A row stays for ever as the proof that its update was seen; the words move out of it.
inbox = Table(
    "inbox",
    metadata,
    _tenant(),
    _id(),
    _needed("channel", Text),
    _needed("update_key", Text),
    _needed("chat", Text),
    _needed("received_at", UtcTime),
    _needed("state", Text),  # waiting, done, quarantined
    _count("tries"),
    _needed("due", UtcTime),
    Column("error", Text),  # the class of the error: messages of errors may repeat what was typed
    Column("draft", Text),
    Column("body", Sealed),
    UniqueConstraint("tenant", "channel", "update_key", name="inbox_seen"),
)
_waits = inbox.c.state == "waiting"
Index(
    "inbox_waiting",
    inbox.c.tenant,
    inbox.c.channel,
    inbox.c.chat,
    inbox.c.id,
    sqlite_where=_waits,
    postgresql_where=_waits,
)
Index("inbox_of_draft", inbox.c.tenant, inbox.c.draft)

conversation = Table(
    "conversation",
    metadata,
    _tenant(),
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    _count("version"),
    Column("draft", Text),
    Column("state", Sealed),  # what was last asked
)

draft = Table(
    "draft",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    _needed("channel", Text),
    _needed("chat", Text),
    _needed("sender", Text),
    _needed("state", Text),  # collecting, reviewing, submitted, expired, discarded
    _needed("began_at", UtcTime),
    _needed("touched_at", UtcTime),
    _count("version"),
    Column("content", Sealed),
)

complaint = Table(
    "complaint",
    metadata,
    _tenant(),
    Column("number", Text, primary_key=True),
    _needed("draft", Text),
    _needed("status", Text),
    _needed("track", Text),
    _needed("kind", Text),
    _needed("category", Text),
    _needed("item", Text),
    _needed("category_by", Text),  # model, resident, staff, nobody
    Column("confidence", Float),
    Column("model", Text),
    Column("area", Text),
    Column("lead", Text),
    Column("holder", Text),
    _needed("assists", JSON),
    Column("catalogue_row", Text),
    Column("catalogue_version", Text),
    _needed("channel", Text),
    _needed("chat", Text),
    _needed("sender", Text),
    _needed("anonymous", Boolean, server_default=false()),
    _needed("gist", Text),  # masked: the only text a card, log, export or training row is made from
    Column("details", Sealed),  # the answers as typed
    _needed("registered_at", UtcTime),
    Column("accepted_at", UtcTime),
    Column("dispatched_at", UtcTime),
    Column("claimed_at", UtcTime),
    Column("first_contact_at", UtcTime),
    Column("replied_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("result", Text),
    Column("solved", Text),  # yes, no, no_answer
    Column("satisfied", Text),
    _count("reopened"),
    _needed("flags", JSON),
    _needed("promised", JSON),  # the times as told, kept: later edits of terms change no history
    _count("version"),
    UniqueConstraint("tenant", "draft", name="complaint_filed_once"),
)
Index(
    "complaint_of_person",
    complaint.c.tenant,
    complaint.c.channel,
    complaint.c.sender,
    complaint.c.registered_at,
)
Index("complaint_in_queue", complaint.c.tenant, complaint.c.lead, complaint.c.status)

# Words said about a complaint: erased with their salt, while the event that speaks of them stays.
word = Table(
    "word",
    metadata,
    _tenant(),
    _id(),
    _needed("complaint", Text),
    _needed("kind", Text),  # filed, added, reply, note, conclusion, reason
    _needed("author", Text),  # resident, or the id of a member of staff
    _needed("at", UtcTime),
    Column("masked", Text),
    Column("body", Sealed),
    Column("salt", LargeBinary),
)
Index("word_of_complaint", word.c.tenant, word.c.complaint, word.c.id)

complaint_event = Table(
    "complaint_event",
    metadata,
    _tenant(),
    Column("complaint", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    _needed("kind", Text),
    _needed("transition", Text),
    _needed("actor", Text),
    _needed("actor_id", Text),
    _needed("at", UtcTime),
    _needed("before", Text),
    _needed("after", Text),
    _needed("facts", JSON),  # codes and ids, never words of a person
    Column("text_hash", Text),
    Column("previous", Text),
    _needed("hash", Text),
)

Index("event_at", complaint_event.c.tenant, complaint_event.c.at)

# The newest event of each complaint that changed since the last seal, chained over the whole district.
audit_seal = Table(
    "audit_seal",
    metadata,
    _tenant(),
    Column("seq", Integer, primary_key=True),
    _needed("at", UtcTime),
    _needed("heads", JSON),  # number -> [seq, hash]
    Column("previous", Text),
    _needed("hash", Text),
)

identity = Table(
    "identity",
    metadata,
    _tenant(),
    Column("complaint", Text, primary_key=True),
    Column("name", Sealed),
    Column("phone", Sealed),
    Column("phone_lookup", Text),
)
Index("identity_by_phone", identity.c.tenant, identity.c.phone_lookup)

# A line is (channel, chat); `position` counts what its sender took, for readers that ask for "what came after".
line = Table(
    "line",
    metadata,
    _tenant(),
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    _count("position"),
    Column("not_before", UtcTime),
    Column("unreachable", Text),
    Column("cards_not_before", UtcTime),  # its words may go before
)

outbox = Table(
    "outbox",
    metadata,
    _tenant(),
    _id(),
    _needed("channel", Text),
    _needed("chat", Text),
    _needed("delivery", Text),
    _needed("state", Text),  # waiting, sending, sent, parked, dead
    _needed("created_at", UtcTime),
    _needed("due", UtcTime),
    Column("lease_until", UtcTime),
    _count("tries"),
    _needed("again", Boolean, server_default=false()),
    Column("error", Text),
    Column("complaint", Text),
    Column("word", Number),
    Column("position", Number),
    Column("message_id", Text),
    Column("sent_at", UtcTime),
    Column("payload", Sealed),
)
Index("outbox_line", outbox.c.tenant, outbox.c.channel, outbox.c.chat, outbox.c.id)
_unsent = outbox.c.state.in_(["waiting", "sending"])
Index(
    "outbox_due",
    outbox.c.tenant,
    outbox.c.channel,
    outbox.c.due,
    outbox.c.id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)
Index(
    "outbox_unsent",
    outbox.c.tenant,
    outbox.c.channel,
    outbox.c.chat,
    outbox.c.id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)
Index("outbox_read", outbox.c.tenant, outbox.c.channel, outbox.c.chat, outbox.c.position)
_speaks_of_one = and_(outbox.c.message_id.is_not(None), outbox.c.complaint.is_not(None))
Index(
    "outbox_message",
    outbox.c.tenant,
    outbox.c.channel,
    outbox.c.chat,
    outbox.c.message_id,
    sqlite_where=_speaks_of_one,
    postgresql_where=_speaks_of_one,
)
Index("outbox_of_complaint", outbox.c.tenant, outbox.c.complaint)

# Cards are not in the line: the sender draws the present state when its turn comes.
card = Table(
    "card",
    metadata,
    _tenant(),
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("complaint", Text, primary_key=True),
    _needed("wanted", Integer),
    _count("shown"),
    Column("message_id", Text),
    _needed("due", UtcTime),
    Column("lease_until", UtcTime),
    _count("tries"),
    Column("error", Text),
    Column("position", Number),
    Column("payload", Sealed),
    Column("topic", Text),  # the thread of the group in which it hangs, where it has one of its own
    _count("topics"),  # how many were opened for it: people may delete them
    Column("topic_as", Text),  # what it was last made: its name as a hash, open or closed
    Column("stray", Text),  # another message in which it hangs
)
Index("card_of_complaint", card.c.tenant, card.c.complaint)
_stale = card.c.wanted > card.c.shown
Index("card_stale", card.c.tenant, card.c.channel, card.c.due, sqlite_where=_stale, postgresql_where=_stale)
Index(
    "card_stale_of_chat",
    card.c.tenant,
    card.c.channel,
    card.c.chat,
    card.c.due,
    sqlite_where=_stale,
    postgresql_where=_stale,
)
Index("card_message", card.c.tenant, card.c.channel, card.c.chat, card.c.message_id)
Index("card_read", card.c.tenant, card.c.channel, card.c.chat, card.c.position)
_has_topic = card.c.topic.is_not(None)
Index(
    "card_topic",
    card.c.tenant,
    card.c.channel,
    card.c.chat,
    card.c.topic,
    sqlite_where=_has_topic,
    postgresql_where=_has_topic,
)

# What the buttons under one text mean, in their order: [action, args, complaint] each.
button = Table(
    "button",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    _needed("channel", Text),
    _needed("chat", Text),
    _needed("choices", JSON),
    _needed("valid_until", UtcTime),
)
Index("button_until", button.c.tenant, button.c.valid_until)

# What a turn wants to ask somebody else: the router reads it when that person speaks next.
question = Table(
    "question",
    metadata,
    _tenant(),
    _id(),
    _needed("channel", Text),
    _needed("chat", Text),
    _needed("complaint", Text),
    _needed("kind", Text),
    _needed("asked_at", UtcTime),
    _needed("valid_until", UtcTime),
    UniqueConstraint("tenant", "channel", "chat", "complaint", "kind", name="question_once"),
)

clock = Table(
    "clock",
    metadata,
    _tenant(),
    _id(),
    _needed("kind", Text),
    _needed("subject", Text),
    _needed("generation", Integer),
    _needed("due", UtcTime),
    UniqueConstraint("tenant", "kind", "subject", name="clock_once"),
)
Index("clock_due", clock.c.tenant, clock.c.due)
Index("clock_of_subject", clock.c.tenant, clock.c.subject)

# Directory, catalogue, categories, landmarks, calendar, terms: each loaded file is a version that stays.
reference = Table(
    "reference",
    metadata,
    _tenant(),
    Column("kind", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    _needed("loaded_at", UtcTime),
    _needed("loaded_by", Text),
    _needed("sha256", Text),
    _needed("content", Text),
)

staff = Table(
    "staff",
    metadata,
    _tenant(),
    Column("id", Text, primary_key=True),
    _needed("channel", Text),
    _needed("sender", Text),
    _needed("unit", Text),
    _needed("role", Text),
    _needed("joined_at", UtcTime),
    Column("left_at", UtcTime),
    Column("name", Sealed),
    UniqueConstraint("tenant", "channel", "sender", name="staff_account"),
)

group_chat = Table(
    "group_chat",
    metadata,
    _tenant(),
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    _needed("unit", Text),
    _needed("bound_at", UtcTime),
    _needed("bound_by", Text),
    _needed("forum", Boolean, server_default=false()),  # it has topics
    _needed("topics_refused", Boolean, server_default=false()),  # we may open none, and the group has been told
)
Index("group_of_unit", group_chat.c.tenant, group_chat.c.unit)

code = Table(
    "code",
    metadata,
    _tenant(),
    Column("hash", Text, primary_key=True),
    _needed("kind", Text),  # group, staff
    _needed("unit", Text),
    _needed("role", Text),
    _needed("made_at", UtcTime),
    _needed("valid_until", UtcTime),
    Column("used_at", UtcTime),
    Column("name", Sealed),
)

web_session = Table(
    "web_session",
    metadata,
    _tenant(),
    Column("hash", Text, primary_key=True),
    _needed("sender", Text),
    _needed("began_at", UtcTime),
    _needed("valid_until", UtcTime),
)

label = Table(
    "label",
    metadata,
    _tenant(),
    _id(),
    _needed("complaint", Text),
    _needed("category", Text),
    _needed("item", Text),
    _needed("strength", Text),  # weak: the resident's; gold: staff's
    _needed("given_by", Text),
    _needed("at", UtcTime),
    Column("model", Text),
)
Index("label_of_complaint", label.c.tenant, label.c.complaint)

model = Table(
    "model",
    metadata,
    _tenant(),
    Column("version", Text, primary_key=True),
    _needed("made_at", UtcTime),
    _needed("sha256", Text),
    _needed("metrics", JSON),
    Column("promoted_at", UtcTime),
    Column("promoted_by", Text),
    _needed("bytes", LargeBinary),
)

# What people sent along. Its files lie outside, under the hash of what is in them; an erased row has lost all it said.
evidence = Table(
    "evidence",
    metadata,
    _tenant(),
    _id(),
    _needed("channel", Text),
    _needed("chat", Text),
    _needed("sender", Text),
    _needed("update_key", Text),  # of the message that brought it
    Column("draft", Text),
    Column("complaint", Text),
    _needed("album", Text, server_default=text("''")),
    _needed("kind", Text),  # photo, voice, video, document
    Column("ref", Sealed),
    Column("unique_ref", Text),
    Column("name", Sealed),
    _count("size"),
    _count("seconds"),
    Column("type", Text),
    Column("sha256", Text),
    Column("thumb", Text),
    _needed("active", Boolean, server_default=false()),  # it may do more than it shows
    Column("point", Sealed),  # as long as it is asked whether it is the place
    _needed("asked", Boolean, server_default=false()),
    Column("covered", Text),  # boxes of a picture that are to be black, as JSON: left, top, right, bottom in fractions
    Column("original", Text),  # the hash of the sealed file without them
    Column("grid", Text),  # the hash of the picture, as it is shown, with a grid over it
    _needed("drawing", Text, server_default=text("''")),  # grid, cover, uncover: still to be done
    _needed("withheld", Boolean, server_default=false()),  # until then nobody but its sender may see it
    Column("tell", Text),  # who asked for it, as JSON: channel, chat, unit of each
    _needed("state", Text),  # held, wanted, kept, refused, lost, erased
    _needed("why", Text, server_default=text("''")),
    _needed("at", UtcTime),
    _needed("due", UtcTime),
    _count("tries"),
)
Index("evidence_of_draft", evidence.c.tenant, evidence.c.draft)
Index("evidence_of_complaint", evidence.c.tenant, evidence.c.complaint)
Index("evidence_of_message", evidence.c.tenant, evidence.c.channel, evidence.c.update_key)
_together = evidence.c.album != ""
Index(
    "evidence_of_album",
    evidence.c.tenant,
    evidence.c.channel,
    evidence.c.chat,
    evidence.c.album,
    sqlite_where=_together,
    postgresql_where=_together,
)
_to_be_fetched = evidence.c.state == "wanted"
Index(
    "evidence_wanted",
    evidence.c.tenant,
    evidence.c.due,
    sqlite_where=_to_be_fetched,
    postgresql_where=_to_be_fetched,
)
_has_file = evidence.c.sha256.is_not(None)
_has_thumb = evidence.c.thumb.is_not(None)
Index("evidence_by_file", evidence.c.tenant, evidence.c.sha256, sqlite_where=_has_file, postgresql_where=_has_file)
Index("evidence_by_thumb", evidence.c.tenant, evidence.c.thumb, sqlite_where=_has_thumb, postgresql_where=_has_thumb)
_sealed, _gridded = evidence.c.original.is_not(None), evidence.c.grid.is_not(None)
Index("evidence_by_original", evidence.c.tenant, evidence.c.original, sqlite_where=_sealed, postgresql_where=_sealed)
Index("evidence_by_grid", evidence.c.tenant, evidence.c.grid, sqlite_where=_gridded, postgresql_where=_gridded)
_to_be_drawn = evidence.c.drawing != ""
Index("evidence_to_draw", evidence.c.tenant, evidence.c.due, sqlite_where=_to_be_drawn, postgresql_where=_to_be_drawn)
_to_be_dropped = and_(evidence.c.state == "erased", evidence.c.sha256.is_not(None))
Index(
    "evidence_to_drop", evidence.c.tenant, evidence.c.id, sqlite_where=_to_be_dropped, postgresql_where=_to_be_dropped
)

# One row a run of a process: a run that did not end by itself makes the next one careful.
run = Table(
    "run",
    metadata,
    _tenant(),
    _id(),
    _needed("process", Text),
    _needed("began_at", UtcTime),
    Column("ended_at", UtcTime),
)

fact = Table(
    "fact",
    metadata,
    _tenant(),
    Column("name", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),  # for ranges of names
    _needed("value", Text),
)
