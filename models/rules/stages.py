"""Where a process may stand and where it may go from there: one table for all kinds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from models.rules.who_decides import AS_THE_FRAMEWORKS_SAY, WhoDecides


class Stage(StrEnum):
    """Every stage of every kind of process, by its stored value."""

    # a standing desk has only one
    OPEN = "open"
    # practice learning review
    CHAIR_DECIDED = "chair-decided"
    PARTNERS_AGREED = "partners-agreed"
    TIMETABLE_SET = "timetable-set"
    TERMS_AGREED = "terms-agreed"
    REPORT_DRAFTED = "report-drafted"
    REPORT_SIGNED_OFF = "report-signed-off"
    BOARD_APPROVED = "board-approved"
    ISSUES_PUBLISHED = "issues-published"
    PLAN_HANDED_OVER = "plan-handed-over"
    FOLLOWED_UP = "followed-up"  # an end
    NOT_AGREED = "not-agreed"  # an end
    # consideration of a case
    REFERRED = "referred"
    RECOMMENDED = "recommended"
    DECIDED = "decided"
    CONSIDERED = "considered"  # an end
    WITHDRAWN = "withdrawn"  # an end
    # serious case review and its successor, beside those of a practice learning review
    BEING_SET_UP = "being-set-up"
    # rapid review
    NOTIFIED = "notified"
    CONCLUDED = "concluded"
    SIGNED_OFF_BY_PARTNERS = "signed-off-by-partners"
    SENT_TO_PANEL = "sent-to-panel"
    ANSWERED = "answered"  # an end
    # case discussion
    ACCEPTED = "accepted"
    DISCUSSED = "discussed"
    REPORTED = "reported"
    FED_BACK = "fed-back"  # an end
    DECLINED = "declined"  # an end
    # what follows from a case that needs no review
    DONE = "done"  # an end
    # action plan
    PLAN_PROPOSED = "plan-proposed"
    PLAN_APPROVED = "plan-approved"
    ACTIONS_CLOSED = "actions-closed"
    PLAN_ENDED = "plan-ended"  # an end


_WORDS: Mapping[Stage, str] = {
    Stage.OPEN: "open",
    Stage.CHAIR_DECIDED: "decided by {decider}, waiting for {partners}",
    Stage.PARTNERS_AGREED: "agreed, being set up",
    Stage.TIMETABLE_SET: "timetable set, terms of reference being agreed",
    Stage.TERMS_AGREED: "agencies' returns and report being written",
    Stage.REPORT_DRAFTED: "draft report with the panel",
    Stage.REPORT_SIGNED_OFF: "signed off, waiting for its approval",
    Stage.BOARD_APPROVED: "approved, to be published",
    Stage.ISSUES_PUBLISHED: "issues published, action plan to be handed over",
    Stage.PLAN_HANDED_OVER: "report complete, its actions being followed up",
    Stage.FOLLOWED_UP: "complete, its actions looked at for the last time",
    Stage.NOT_AGREED: "closed, {partners} did not agree",
    Stage.REFERRED: "referred, being prepared for the panel",
    Stage.RECOMMENDED: "the panel has recommended, waiting for the decision",
    Stage.DECIDED: "decided, others being told",
    Stage.CONSIDERED: "closed, considered and decided",
    Stage.WITHDRAWN: "closed, the referral was withdrawn",
    Stage.BEING_SET_UP: "decided, being set up",
    Stage.NOTIFIED: "notified, agencies' summaries being gathered",
    Stage.CONCLUDED: "read by the panel, waiting for {partners}",
    Stage.SIGNED_OFF_BY_PARTNERS: "signed off by {partners}, to be sent to the national panel",
    Stage.SENT_TO_PANEL: "sent, waiting for the reply of the national panel",
    Stage.ANSWERED: "closed, the national panel has answered",
    Stage.ACCEPTED: "accepted, being prepared",
    Stage.DISCUSSED: "discussed, report being written",
    Stage.REPORTED: "reported, being received and fed back",
    Stage.FED_BACK: "closed, those who took part have had feedback",
    Stage.DECLINED: "closed, the group declined the case discussion",
    Stage.DONE: "closed, done",
    Stage.PLAN_PROPOSED: "actions proposed, waiting for their approval",
    Stage.PLAN_APPROVED: "approved, its actions under way",
    Stage.ACTIONS_CLOSED: "its actions closed, to be looked at again",
    Stage.PLAN_ENDED: "complete, what was changed has been looked at again",
}

PLAIN: Mapping[Stage, str] = {stage: AS_THE_FRAMEWORKS_SAY.say(words) for stage, words in _WORDS.items()}


def plain_stage(stage: Stage, who: WhoDecides) -> str:
    """The stage in words of the office, with whoever decides under the edition of the process."""
    return who.say(_WORDS[stage])


# kind of process -> stage -> the stages that may follow
MOVES: Mapping[str, Mapping[Stage, tuple[Stage, ...]]] = {
    "desk": {Stage.OPEN: ()},
    "plr": {
        Stage.CHAIR_DECIDED: (Stage.PARTNERS_AGREED, Stage.NOT_AGREED),
        Stage.PARTNERS_AGREED: (Stage.TIMETABLE_SET,),
        Stage.TIMETABLE_SET: (Stage.TERMS_AGREED,),
        Stage.TERMS_AGREED: (Stage.REPORT_DRAFTED,),
        Stage.REPORT_DRAFTED: (Stage.REPORT_SIGNED_OFF,),
        Stage.REPORT_SIGNED_OFF: (Stage.BOARD_APPROVED,),
        Stage.BOARD_APPROVED: (Stage.ISSUES_PUBLISHED,),
        Stage.ISSUES_PUBLISHED: (Stage.PLAN_HANDED_OVER,),
        Stage.PLAN_HANDED_OVER: (Stage.FOLLOWED_UP,),
        Stage.FOLLOWED_UP: (),
        Stage.NOT_AGREED: (),
    },
    # without a recommendation the Chair decides only for a recorded reason
    "scr-consideration": {
        Stage.REFERRED: (Stage.RECOMMENDED, Stage.DECIDED, Stage.WITHDRAWN),
        Stage.RECOMMENDED: (Stage.DECIDED, Stage.WITHDRAWN),
        Stage.DECIDED: (Stage.CONSIDERED,),
        Stage.CONSIDERED: (),
        Stage.WITHDRAWN: (),
    },
    "serious-case-review": {
        Stage.BEING_SET_UP: (Stage.TIMETABLE_SET,),
        Stage.TIMETABLE_SET: (Stage.TERMS_AGREED,),
        Stage.TERMS_AGREED: (Stage.REPORT_DRAFTED,),
        Stage.REPORT_DRAFTED: (Stage.REPORT_SIGNED_OFF,),
        Stage.REPORT_SIGNED_OFF: (Stage.BOARD_APPROVED,),
        Stage.BOARD_APPROVED: (Stage.PLAN_HANDED_OVER,),
        Stage.PLAN_HANDED_OVER: (Stage.FOLLOWED_UP,),
        Stage.FOLLOWED_UP: (),
    },
    "rapid-review": {
        Stage.NOTIFIED: (Stage.CONCLUDED,),
        Stage.CONCLUDED: (Stage.SIGNED_OFF_BY_PARTNERS,),
        Stage.SIGNED_OFF_BY_PARTNERS: (Stage.SENT_TO_PANEL,),
        Stage.SENT_TO_PANEL: (Stage.ANSWERED,),
        Stage.ANSWERED: (),
    },
    "case-discussion": {
        Stage.ACCEPTED: (Stage.DISCUSSED, Stage.DECLINED),
        Stage.DISCUSSED: (Stage.REPORTED,),
        Stage.REPORTED: (Stage.FED_BACK,),
        Stage.FED_BACK: (),
        Stage.DECLINED: (),
    },
    "follow-up": {Stage.OPEN: (Stage.DONE,), Stage.DONE: ()},
    "action-plan": {
        Stage.PLAN_PROPOSED: (Stage.PLAN_APPROVED,),
        Stage.PLAN_APPROVED: (Stage.ACTIONS_CLOSED,),
        Stage.ACTIONS_CLOSED: (Stage.PLAN_ENDED,),
        Stage.PLAN_ENDED: (),
    },
}

FIRST: Mapping[str, Stage] = {kind: next(iter(moves)) for kind, moves in MOVES.items()}


class IllegalMove(Exception):
    """That stage may not follow the one that the process stands at."""


def is_last(kind: str, stage: Stage) -> bool:
    """True when nothing may follow `stage`; a desk never ends."""
    return kind != "desk" and not MOVES[kind][stage]


def stages_after(kind: str, stage: Stage) -> frozenset[Stage]:
    """All stages that can still be reached from `stage`, itself left out."""
    seen: set[Stage] = set()
    ahead = list(MOVES[kind][stage])
    while ahead:
        following = ahead.pop()
        if following not in seen:
            seen.add(following)
            ahead += MOVES[kind][following]
    return frozenset(seen)


def was_reached(kind: str, stage: Stage, asked: Stage) -> bool:
    """True when a process that stands at `stage` stands at `asked` or has gone past it."""
    return stage == asked or stage in stages_after(kind, asked)


def may_move(kind: str, stage: Stage, to: Stage) -> bool:
    """True when `to` is to be reached now, false when it was reached before.

    Raises IllegalMove when `to` may not follow `stage`.
    """
    if was_reached(kind, stage, to):
        return False
    if to not in MOVES[kind][stage]:
        raise IllegalMove(f"{to.value} may not follow {stage.value}")
    return True
