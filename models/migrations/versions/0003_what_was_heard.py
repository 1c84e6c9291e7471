"""A word that something is on track is noted like any other."""

from __future__ import annotations

from models.migrations.choices import change_choice

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_choice("call_note", "outcome", "is_a_calloutcome", ("on-track", "promise", "at-risk", "cannot", "no-answer"))
