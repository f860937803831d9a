"""Topics of complaints in groups that have them; a file that is fetched is leased elsewhere

Columns come and go by themselves: a table that is made anew on SQLite gets its indexes in another order each time, and
of two that serve alike the planner takes the one that was made last.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def _add(table: str, *columns: sa.Column) -> None:
    with op.batch_alter_table(table, recreate="never") as changed:
        for column in columns:
            changed.add_column(column)


def _drop(table: str, *names: str) -> None:
    with op.batch_alter_table(table, recreate="never") as changed:
        for name in names:
            changed.drop_column(name)


def upgrade() -> None:
    _add(
        "card",
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("topics", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("topic_as", sa.Text(), nullable=True),
    )
    has_topic = sa.text("topic IS NOT NULL")
    columns = ["tenant", "channel", "chat", "topic"]
    op.create_index("card_topic", "card", columns, sqlite_where=has_topic, postgresql_where=has_topic)
    _add(
        "group_chat",
        sa.Column("forum", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("topics_refused", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _drop("evidence", "lease_until")


def downgrade() -> None:
    _add("evidence", sa.Column("lease_until", TIME, nullable=True))
    _drop("group_chat", "topics_refused", "forum")
    op.drop_index("card_topic", table_name="card")
    _drop("card", "topic_as", "topics", "topic")
