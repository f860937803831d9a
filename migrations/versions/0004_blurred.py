"""Pictures of which a part is covered

Going back leaves pictures as they are shown; the sealed originals are then files of nobody, which the sweep takes. Let
the service draw what is wanted first: what is withheld until it is covered would be shown again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTIAL = {  # index -> its column behind the tenant, and the rows it holds
    "evidence_by_original": ("original", "original IS NOT NULL"),
    "evidence_by_grid": ("grid", "grid IS NOT NULL"),
    "evidence_to_draw": ("due", "drawing != ''"),
}


def _columns() -> list[sa.Column]:
    return [
        sa.Column("covered", sa.Text(), nullable=True),
        sa.Column("original", sa.Text(), nullable=True),
        sa.Column("grid", sa.Text(), nullable=True),
        sa.Column("drawing", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("withheld", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tell", sa.Text(), nullable=True),
    ]


def upgrade() -> None:
    with op.batch_alter_table("evidence", recreate="never") as evidence:
        for column in _columns():
            evidence.add_column(column)
    for name, (column, rows) in PARTIAL.items():
        where = sa.text(rows)
        op.create_index(name, "evidence", ["tenant", column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name in PARTIAL:
        op.drop_index(name, table_name="evidence")
    with op.batch_alter_table("evidence", recreate="never") as evidence:
        for column in reversed(_columns()):
            evidence.drop_column(column.name)
