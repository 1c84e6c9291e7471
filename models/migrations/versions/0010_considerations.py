"""Meetings of a panel that considers a case, and reminders that a person has let go as a series."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.choices import change_choice

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MEETING_KINDS = ("initial", "briefing", "update", "draft", "learning-event", "board", "consideration")


def upgrade() -> None:
    change_choice("meeting", "kind", "is_a_meetingkind", MEETING_KINDS)
    op.create_table(
        "released_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("arming", sa.Integer(), nullable=False),
        sa.Column("recipient_role", sa.String(length=60), nullable=False),
        sa.Column("released_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("deadline_id", "arming", "recipient_role"),
    )
