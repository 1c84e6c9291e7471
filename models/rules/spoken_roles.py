"""What people are for the board, in words an office uses; a role is never shown by its key."""

from __future__ import annotations

SPOKEN_ROLES = {
    "action_owner": "owner of the action",
    "agency_lead": "single point of contact",
    "board": "Board",
    "case_review": "consideration panel",
    "board_member": "Board member",
    "business_manager": "business manager",
    "chief_officer": "chief officer",
    "dataset_owner": "owner of the quarterly figures",
    "deputy_manager": "deputy manager",
    "facilitator": "independent facilitator",
    "imr_author": "author of the return",
    "imr_lead": "lead for returns",
    "independent_chair": "Independent Chair",
    "independent_chair_deputy": "deputy of the Independent Chair",
    "independent_reviewer": "independent reviewer",
    "monitoring_chair": "chair of the monitoring committee",
    "panel_chair": "panel chair",
    "panel_chair_deputy": "deputy panel chair",
    "s11_lead": "lead for the self-assessment",
    "strategic_partners": "Strategic Partners",
    "training_lead": "training lead",
}


def spoken_role(role: str) -> str:
    """The role as people say it; one not listed here by its own words."""
    return SPOKEN_ROLES.get(role, role.replace("_", " ").replace("-", " "))
