"""Cards that hang twice, and cards that wait for their words

Going back leaves a second card of a complaint where it hangs, with keys that work.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("card", recreate="never") as card:
        card.add_column(sa.Column("stray", sa.Text(), nullable=True))
    with op.batch_alter_table("line", recreate="never") as line:
        line.add_column(sa.Column("cards_not_before", TIME, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("line", recreate="never") as line:
        line.drop_column("cards_not_before")
    with op.batch_alter_table("card", recreate="never") as card:
        card.drop_column("stray")
