"""Files that came in by the folders of a board: digest, kind, size, and what became of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BECAME = ("read", "faulty", "known")
WAS_READ = "became = 'read'"


def upgrade() -> None:
    op.create_table(
        "incoming_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "became",
            sa.Enum(*BECAME, name="is_a_became", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "incoming_file_read", "incoming_file", ["board_id", "digest"], unique=True,
        sqlite_where=sa.text(WAS_READ), postgresql_where=sa.text(WAS_READ),
    )  # fmt: skip
    op.create_index("incoming_file_digest", "incoming_file", ["board_id", "digest"])
