"""Actions of plans, and things that one named person owes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.choices import change_choice

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = ("procedure", "training", "practice", "commissioning", "data", "communication", "other")
PRIORITIES = ("high", "medium", "low")
SOURCES = ("weakness", "system-issue", "urgent-issue", "good-practice", "strength")
STATES = (
    "draft", "proposed", "approved", "in-progress", "completed-claimed", "evidence-checked", "closed", "sustained",
    "reopened", "paused", "not-accepted", "superseded",
)  # fmt: skip
STAGES = (
    "open", "chair-decided", "partners-agreed", "timetable-set", "terms-agreed", "report-drafted", "report-signed-off",
    "board-approved", "issues-published", "plan-handed-over", "followed-up", "not-agreed", "referred", "recommended",
    "decided", "considered", "withdrawn", "being-set-up", "notified", "concluded", "signed-off-by-partners",
    "sent-to-panel", "answered", "accepted", "discussed", "reported", "fed-back", "done",
    "plan-proposed", "plan-approved", "actions-closed", "plan-ended",
)  # fmt: skip


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=f"is_a_{name}", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    change_choice("process", "stage", "is_a_stage", STAGES)
    with op.batch_alter_table("deadline") as batch:
        batch.alter_column("title", type_=sa.String(length=120), existing_type=sa.String(length=80))
        batch.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("deadline_owner", "contact", ["owner_id"], ["id"])
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("kind", _choice("actionkind", KINDS), nullable=False),
        sa.Column("priority", _choice("priority", PRIORITIES), nullable=False),
        sa.Column("source_kind", _choice("sourcekind", SOURCES), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", _choice("actionstate", STATES), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("words_seq", sa.Integer(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("judgement", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"]),
        sa.ForeignKeyConstraint(["process_id"], ["process.id"]),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["owner_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["action.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("process_id", "number"),
    )
    op.create_index("action_of_board", "action", ["board_id", "state"])
