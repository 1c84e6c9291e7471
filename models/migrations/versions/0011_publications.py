"""Where the publication of a report stands, and deadlines that stand still while nothing may be published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.choices import change_choice

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATES = (
    "not-planned", "planned", "awaiting-proceedings", "decided-against", "published", "not-published", "taken-down",
    "kept",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="is_a_publicationstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("brief_on", sa.Date(), nullable=True),
        sa.Column("pack", sa.JSON(), nullable=False),
        sa.Column("copies_given", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("process_id"),
    )
    change_choice("deadline", "standstill", "is_a_standstill", ("extension", "pause", "publication"))
