"""What people send along"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTIAL = {  # index -> its columns behind the tenant, and the rows it holds
    "evidence_of_album": (["channel", "chat", "album"], "album != ''"),
    "evidence_wanted": (["due"], "state = 'wanted'"),
    "evidence_by_file": (["sha256"], "sha256 IS NOT NULL"),
    "evidence_by_thumb": (["thumb"], "thumb IS NOT NULL"),
    "evidence_to_drop": (["id"], "state = 'erased' AND sha256 IS NOT NULL"),
}


def _numbered() -> sa.PrimaryKeyConstraint:
    """SQLite gives out a number only when it is the whole key; elsewhere the tenant comes first."""
    columns = ("id",) if op.get_bind().dialect.name == "sqlite" else ("tenant", "id")
    return sa.PrimaryKeyConstraint(*columns)


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("update_key", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("complaint", sa.Text(), nullable=True),
        sa.Column("album", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=True),
        sa.Column("unique_ref", sa.Text(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("thumb", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("point", sa.LargeBinary(), nullable=True),
        sa.Column("asked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        _numbered(),
    )
    op.create_index("evidence_of_draft", "evidence", ["tenant", "draft"])
    op.create_index("evidence_of_complaint", "evidence", ["tenant", "complaint"])
    op.create_index("evidence_of_message", "evidence", ["tenant", "channel", "update_key"])
    for name, (columns, rows) in PARTIAL.items():
        where = sa.text(rows)
        op.create_index(name, "evidence", ["tenant", *columns], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in (*reversed(PARTIAL), "evidence_of_message", "evidence_of_complaint", "evidence_of_draft"):
        op.drop_index(name, table_name="evidence")
    op.drop_table("evidence")
