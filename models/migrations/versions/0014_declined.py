"""A case discussion that the group declines has an end of its own."""

from __future__ import annotations

from models.migrations.choices import change_choice

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STAGES = (
    "open", "chair-decided", "partners-agreed", "timetable-set", "terms-agreed", "report-drafted", "report-signed-off",
    "board-approved", "issues-published", "plan-handed-over", "followed-up", "not-agreed",
    "referred", "recommended", "decided", "considered", "withdrawn", "being-set-up", "notified", "concluded",
    "signed-off-by-partners", "sent-to-panel", "answered", "accepted", "discussed", "reported", "fed-back", "declined",
    "done", "plan-proposed", "plan-approved", "actions-closed", "plan-ended",
)  # fmt: skip


def upgrade() -> None:
    change_choice("process", "stage", "is_a_stage", STAGES)
