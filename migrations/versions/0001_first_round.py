"""The tables of the first round"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _numbered() -> sa.PrimaryKeyConstraint:
    """SQLite gives out a number only when it is the whole key; elsewhere the tenant comes first."""
    columns = ("id",) if op.get_bind().dialect.name == "sqlite" else ("tenant", "id")
    return sa.PrimaryKeyConstraint(*columns)


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "seq"),
    )
    op.create_table(
        "button",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_index("button_until", "button", ["tenant", "valid_until"], unique=False)

    op.create_table(
        "card",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("due", TIME, nullable=False),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("position", NUMBER, nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "channel", "chat", "complaint"),
    )
    op.create_index("card_message", "card", ["tenant", "channel", "chat", "message_id"], unique=False)
    op.create_index("card_of_complaint", "card", ["tenant", "complaint"], unique=False)
    op.create_index("card_read", "card", ["tenant", "channel", "chat", "position"], unique=False)
    op.create_index(
        "card_stale",
        "card",
        ["tenant", "channel", "due"],
        unique=False,
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )
    op.create_index(
        "card_stale_of_chat",
        "card",
        ["tenant", "channel", "chat", "due"],
        unique=False,
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )

    op.create_table(
        "clock",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("due", TIME, nullable=False),
        _numbered(),
        sa.UniqueConstraint("tenant", "kind", "subject", name="clock_once"),
    )
    op.create_index("clock_due", "clock", ["tenant", "due"], unique=False)
    op.create_index("clock_of_subject", "clock", ["tenant", "subject"], unique=False)

    op.create_table(
        "code",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "hash"),
    )
    op.create_table(
        "complaint",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("category_by", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("assists", sa.JSON(), nullable=False),
        sa.Column("catalogue_row", sa.Text(), nullable=True),
        sa.Column("catalogue_version", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("registered_at", TIME, nullable=False),
        sa.Column("accepted_at", TIME, nullable=True),
        sa.Column("dispatched_at", TIME, nullable=True),
        sa.Column("claimed_at", TIME, nullable=True),
        sa.Column("first_contact_at", TIME, nullable=True),
        sa.Column("replied_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("solved", sa.Text(), nullable=True),
        sa.Column("satisfied", sa.Text(), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("promised", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "number"),
        sa.UniqueConstraint("tenant", "draft", name="complaint_filed_once"),
    )
    op.create_index("complaint_in_queue", "complaint", ["tenant", "lead", "status"], unique=False)
    op.create_index("complaint_of_person", "complaint", ["tenant", "channel", "sender", "registered_at"], unique=False)

    op.create_table(
        "complaint_event",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "complaint", "seq"),
    )
    op.create_index("event_at", "complaint_event", ["tenant", "at"], unique=False)

    op.create_table(
        "conversation",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "channel", "chat"),
    )
    op.create_table(
        "draft",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("touched_at", TIME, nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
    )
    op.create_table(
        "fact",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name"),
    )
    op.create_table(
        "group_chat",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("bound_at", TIME, nullable=False),
        sa.Column("bound_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "channel", "chat"),
    )
    op.create_index("group_of_unit", "group_chat", ["tenant", "unit"], unique=False)

    op.create_table(
        "identity",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_lookup", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "complaint"),
    )
    op.create_index("identity_by_phone", "identity", ["tenant", "phone_lookup"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("update_key", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        _numbered(),
        sa.UniqueConstraint("tenant", "channel", "update_key", name="inbox_seen"),
    )
    op.create_index("inbox_of_draft", "inbox", ["tenant", "draft"], unique=False)
    op.create_index(
        "inbox_waiting",
        "inbox",
        ["tenant", "channel", "chat", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "label",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        _numbered(),
    )
    op.create_index("label_of_complaint", "label", ["tenant", "complaint"], unique=False)

    op.create_table(
        "line",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("not_before", TIME, nullable=True),
        sa.Column("unreachable", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "channel", "chat"),
    )
    op.create_table(
        "model",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("promoted_at", TIME, nullable=True),
        sa.Column("promoted_by", sa.Text(), nullable=True),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "version"),
    )
    op.create_table(
        "outbox",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("again", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("complaint", sa.Text(), nullable=True),
        sa.Column("word", NUMBER, nullable=True),
        sa.Column("position", NUMBER, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        _numbered(),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["tenant", "channel", "due", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_index("outbox_line", "outbox", ["tenant", "channel", "chat", "id"], unique=False)
    op.create_index(
        "outbox_message",
        "outbox",
        ["tenant", "channel", "chat", "message_id"],
        unique=False,
        sqlite_where=sa.text("message_id IS NOT NULL AND complaint IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL AND complaint IS NOT NULL"),
    )
    op.create_index("outbox_of_complaint", "outbox", ["tenant", "complaint"], unique=False)
    op.create_index("outbox_read", "outbox", ["tenant", "channel", "chat", "position"], unique=False)
    op.create_index(
        "outbox_unsent",
        "outbox",
        ["tenant", "channel", "chat", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )

    op.create_table(
        "question",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        _numbered(),
        sa.UniqueConstraint("tenant", "channel", "chat", "complaint", "kind", name="question_once"),
    )
    op.create_table(
        "reference",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("loaded_at", TIME, nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "version"),
    )
    op.create_table(
        "run",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        _numbered(),
    )
    op.create_table(
        "staff",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_at", TIME, nullable=False),
        sa.Column("left_at", TIME, nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "id"),
        sa.UniqueConstraint("tenant", "channel", "sender", name="staff_account"),
    )
    op.create_table(
        "web_session",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "hash"),
    )
    op.create_table(
        "word",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, sa.Identity(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("masked", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        _numbered(),
    )
    op.create_index("word_of_complaint", "word", ["tenant", "complaint", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("word_of_complaint", table_name="word")

    op.drop_table("word")
    op.drop_table("web_session")
    op.drop_table("staff")
    op.drop_table("run")
    op.drop_table("reference")
    op.drop_table("question")
    op.drop_index(
        "outbox_unsent",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.drop_index("outbox_read", table_name="outbox")
    op.drop_index("outbox_of_complaint", table_name="outbox")
    op.drop_index(
        "outbox_message",
        table_name="outbox",
        sqlite_where=sa.text("message_id IS NOT NULL AND complaint IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL AND complaint IS NOT NULL"),
    )
    op.drop_index("outbox_line", table_name="outbox")
    op.drop_index(
        "outbox_due",
        table_name="outbox",
        sqlite_where=sa.text("state IN ('waiting', 'sending')"),
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )

    op.drop_table("outbox")
    op.drop_table("model")
    op.drop_table("line")
    op.drop_index("label_of_complaint", table_name="label")

    op.drop_table("label")
    op.drop_index(
        "inbox_waiting",
        table_name="inbox",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index("inbox_of_draft", table_name="inbox")

    op.drop_table("inbox")
    op.drop_index("identity_by_phone", table_name="identity")

    op.drop_table("identity")
    op.drop_index("group_of_unit", table_name="group_chat")

    op.drop_table("group_chat")
    op.drop_table("fact")
    op.drop_table("draft")
    op.drop_table("conversation")
    op.drop_index("event_at", table_name="complaint_event")

    op.drop_table("complaint_event")
    op.drop_index("complaint_of_person", table_name="complaint")
    op.drop_index("complaint_in_queue", table_name="complaint")

    op.drop_table("complaint")
    op.drop_table("code")
    op.drop_index("clock_of_subject", table_name="clock")
    op.drop_index("clock_due", table_name="clock")

    op.drop_table("clock")
    op.drop_index(
        "card_stale_of_chat",
        table_name="card",
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )
    op.drop_index(
        "card_stale",
        table_name="card",
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )
    op.drop_index("card_read", table_name="card")
    op.drop_index("card_of_complaint", table_name="card")
    op.drop_index("card_message", table_name="card")

    op.drop_table("card")
    op.drop_index("button_until", table_name="button")

    op.drop_table("button")
    op.drop_table("audit_seal")
