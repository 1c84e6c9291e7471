"""What the review of a serious case waits for: as the practice learning review, with a publication of its own (B.3)."""

from __future__ import annotations

from flows.gates import Situation, register
from flows.questions.menu import Action, Menu
from flows.questions.practice_learning_review import WHAT_HAPPENED, waiting_for
from flows.questions.progress_checks import PROGRESS_CHECK
from flows.questions.publication import PUBLICATION_DECISIONS, PUBLICATION_PACK, still_to_come
from flows.questions.report import PUBLICATION, next_look
from models.records.delays import pause_in_force
from models.rules.publication import PLAIN, PublicationState
from models.rules.spoken import spoken
from models.rules.stages import Stage

TICKED_AS_THEY_COME = frozenset(
    {
        "reviewer_to_panel", "liaison", "agency_plan", "board_response", "agency_response", "family_told",
        "copy_panel", "copy_ofsted", "copy_dfe", "panel_told", "annual_report",
    }
)  # fmt: skip


def _waiting_for(at: Situation) -> str:
    publication = still_to_come(at)
    if publication is None or pause_in_force(at.session, at.process) is not None:
        return waiting_for(at)
    words = PLAIN[publication.state]
    if publication.state is PublicationState.PLANNED and publication.planned_on is not None:
        words = f"planned for {spoken(publication.planned_on)}"
    report = f"publication of the report ({words})"
    if at.process.stage is Stage.BOARD_APPROVED:
        return f"handing over the action plan, and {report}"
    return f"{waiting_for(at)}, and {report}" if next_look(at) is not None else report


WHAT_HAPPENS = Menu(
    name="what-happens-in-review",
    title=_waiting_for,
    plain=WHAT_HAPPENED.plain | TICKED_AS_THEY_COME,
    detailed=WHAT_HAPPENED.detailed,
    not_before=WHAT_HAPPENED.not_before,
    actions=(
        *(each for each in WHAT_HAPPENED.actions if each.gate != PUBLICATION.name),
        *(Action(gate.name, gate.label, gate.is_open) for gate in PUBLICATION_DECISIONS),
        Action(PUBLICATION_PACK.name, "Parts of the publication pack are final", PUBLICATION_PACK.is_open),
        Action(PROGRESS_CHECK.name, "Time and quality of the review were checked", PROGRESS_CHECK.is_open),
    ),
)
register(WHAT_HAPPENS)
