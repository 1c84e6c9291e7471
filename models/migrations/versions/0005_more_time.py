"""Extensions, pauses and blackout days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.migrations.choices import add_choice
from models.records.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "criminal-proceedings",
                "inquest",
                "family-proceedings",
                "author-absent",
                "agency-late",
                "reviewer-late",
                "data-missing",
                "new-information",
                "other",
                name="is_a_delayreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "granted",
                "refused",
                "overtaken",
                name="is_a_extensionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("from_due_on", sa.Date(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("capacity", sa.String(length=60), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deadline_id"],
            ["deadline.id"],
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index("ix_extension_deadline_id", ["deadline_id"], unique=False)
        batch_op.create_index("ix_extension_process_id", ["process_id"], unique=False)
    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "criminal-proceedings",
                "inquest",
                "family-proceedings",
                "author-absent",
                "agency-late",
                "reviewer-late",
                "data-missing",
                "new-information",
                "other",
                name="is_a_delayreason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.String(length=60), nullable=False),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index("ix_pause_process_id", ["process_id"], unique=False)
    op.create_table(
        "blackout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("noted_at", Moment(), nullable=False),
        sa.Column("lifted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("blackout", schema=None) as batch_op:
        batch_op.create_index("ix_blackout_process_id", ["process_id"], unique=False)
    add_choice("deadline", "standstill", "is_a_standstill", ("extension", "pause"))
    op.add_column("deadline", sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"))
