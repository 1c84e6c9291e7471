"""A review goes on after its plan is handed over, until the twelve-month look at its actions."""

from __future__ import annotations

from models.migrations.choices import change_choice

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_choice(
        "process",
        "stage",
        "is_a_stage",
        (
            "open",
            "chair-decided",
            "partners-agreed",
            "timetable-set",
            "terms-agreed",
            "report-drafted",
            "report-signed-off",
            "board-approved",
            "issues-published",
            "plan-handed-over",
            "followed-up",
            "not-agreed",
        ),
    )
