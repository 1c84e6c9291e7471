"""The return of each agency and where it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "nominated",
                "briefed",
                "in-progress",
                "chronology-in",
                "draft-in",
                "agency-qa",
                "signed",
                "submitted",
                "panel-qa",
                "returned",
                "accepted",
                "withdrawn",
                name="is_a_returnstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("signed_as", sa.String(length=60), nullable=False),
        sa.Column("handed_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["process_id"],
            ["process.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("process_id", "agency_id"),
    )
