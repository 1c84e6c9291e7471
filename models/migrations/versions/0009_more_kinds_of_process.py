"""More kinds of process, one opening another, and restrictions for parallel proceedings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.choices import change_choice

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STAGES = (
    "open", "chair-decided", "partners-agreed", "timetable-set", "terms-agreed", "report-drafted", "report-signed-off",
    "board-approved", "issues-published", "plan-handed-over", "followed-up", "not-agreed",
    "referred", "recommended", "decided", "considered", "withdrawn", "being-set-up", "notified", "concluded",
    "signed-off-by-partners", "sent-to-panel", "answered", "accepted", "discussed", "reported", "fed-back", "done",
)  # fmt: skip


def upgrade() -> None:
    change_choice("process", "stage", "is_a_stage", STAGES)
    with op.batch_alter_table("process") as batch:
        batch.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("process_parent", "process", ["parent_id"], ["id"])
    op.create_index(op.f("ix_process_parent_id"), "process", ["parent_id"])
    op.create_table(
        "restriction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_restriction_process_id"), "restriction", ["process_id"])
