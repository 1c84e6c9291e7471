"""More time: asked for, granted or not, by the right person; and what is waived."""

from __future__ import annotations

from datetime import date

from config import clock
from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.questions.decisions import (
    BACK,
    day_field,
    day_in,
    decision_in,
    insist_on_after_decision,
    keep_decision,
    may_decide,
    who_decided,
    who_recorded,
)
from flows.questions.figures import working_days
from flows.questions.owed import about_field, anything_owed, chosen, reviews, who_extends_limits
from flows.steps import delays as step
from models.records.chasing import deadlines_of
from models.records.deadlines import Deadline
from models.records.delays import DelayReason, Extension, ExtensionState, extensions_granted, open_request
from models.records.moving import agency_of
from models.records.processes import Process
from models.records.returns import move_return, return_of
from models.rules.delays import MoreTime, faults_of_extension, faults_of_request
from models.rules.returns import ReturnState
from models.rules.spoken import and_joined, spoken
from models.rules.spoken_reasons import spoken_reason
from models.rules.spoken_roles import spoken_role
from models.rules.working_days import add_working_days

NOT_EXTENDED = ("decision_limit", "more_time", "pause")
WAIVABLE = (
    "author_named", "terms_agreed", "briefing", "chronology", "family_invited", "combined_chronology", "midpoint",
    "imr", "event_invitations", "panel_reads", "imr_final", "learning_event", "draft_meeting", "accuracy", "feedback",
    "plan_review_3", "plan_review_6",
    "records_secured", "progress_meeting", "agency_summary",  # of a rapid review
    "terms", "practitioners", "notes",  # of a case discussion
    "review_notified", "learning_shared", "learning_passed_on", "learning_note", "audit_placed",  # of a follow-up
)  # fmt: skip


def reason_field(*, needed: bool = False) -> Field:
    """Why it takes longer, from the list of C.6; `needed` where no choice of the form goes without it."""
    options = tuple((each.value, spoken_reason(each.value).capitalize()) for each in DelayReason)
    return Field("reason", Kind.ONE_OF, "For which reason?", "The words themselves stay in the secure place.",
                 needed=needed, options=options)  # fmt: skip


def reason_in(answer: Answer) -> DelayReason:
    """The reason that was chosen. Raises Refused."""
    if not answer.text("reason"):
        raise Refused("it does not say for which reason")
    return DelayReason(answer.text("reason"))


class MoreTimeWanted:
    """A request for more time, and what was decided about it."""

    name = "more-time"

    def is_open(self, at: Situation) -> bool:
        """True while anything is owed that may be extended."""
        return anything_owed(at, _may_be_extended)

    def form(self, at: Situation) -> Form | None:
        """What is owed, what is asked or decided, and until when."""
        about = about_field(at, "More time for what?", _may_be_extended)
        if not about.options:
            return None
        return Form(
            "more time",
            f"More time is asked for on or before the date. The {_decides(at, is_limit=False)} decides; about the "
            f"limit of a review {who_extends_limits(at)}. Nobody is accused of lateness while it is undecided.",
            choice(
                "What do you want to record?",
                ("asked", "They ask for more time; it is not decided yet"),
                ("granted", "More time is granted"),
                ("refused", "More time is not granted; the date stays"),
                BACK,
            ),
            (
                about, reason_field(), day_field("asked_on", "On which day was it asked for?"),
                Field("new_on", Kind.DATE, "Until which day?",
                      f"Leave empty for the usual {working_days(at, 'extension', reviews(at))}, or for a wish "
                      "without a day."),
                *who_decided(needed=False, who=at.who),
            ),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The request is kept, or decided by the right person."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        missing = "it does not say for what more time is wanted"
        process, deadline = chosen(at, answer.text("about"), _may_be_extended, missing)
        asked_on = day_in(answer, "asked_on", at.today, not_before=None)
        insist_on_after_decision(at, process, asked_on)
        if answer.choice == "asked":
            return self._asked(at, answer, process, deadline, asked_on)
        return self._decided(at, answer, process, deadline, asked_on)

    def _asked(self, at: Situation, answer: Answer, process: Process, deadline: Deadline, asked_on: date) -> Recorded:
        wanted_on = answer.day("new_on")
        if open_request(at.session, deadline.id or 0) is not None:
            return Recorded("More time is asked for already and not decided yet; nothing was changed.")
        faults = list(faults_of_request(deadline.working_target_on, asked_on, wanted_on))
        if faults:
            raise Refused("; ".join(faults))
        reason = reason_in(answer)
        step.more_time_asked(at.session, at.book, process, deadline, asked_on, wanted_on, reason)
        who_recorded(at, process, answer, "request recorded", slot=deadline.slot)
        who = at.book.who_decides(process.guidance)
        gate = step.gate_of(at.book, process, deadline)
        whom = who.say("{limit extender}") if deadline.is_limit else f"the {who.role(may_decide(at, process, gate)[0])}"
        asked = "are" if whom.endswith("s") else "is"
        return Recorded(f"Recorded: more time is asked for; {whom} {asked} asked to decide. The date stays until then.")

    def _decided(self, at: Situation, answer: Answer, process: Process, deadline: Deadline, asked_on: date) -> Recorded:
        gate = step.gate_of(at.book, process, deadline)
        decision = decision_in(at, answer, may_decide=may_decide(at, process, gate), about=process)
        known = open_request(at.session, deadline.id or 0)
        granted = answer.choice == "granted"
        new_on = self._new_day(at, process, deadline, known, answer) if granted else None
        if new_on is not None:
            self._insist(at, process, deadline, known.asked_on if known else asked_on, new_on)
        reason = known.reason if known else reason_in(answer)
        decided = known or _request(process, deadline, asked_on, reason)
        at.session.add(decided)
        at.session.flush()
        plain = "More time is granted" if granted else "More time is not granted"
        keep_decision(
            at, process, self.name, decision, answer.choice, plain,
            slot=deadline.slot, until=new_on, reason=reason.value,
        )  # fmt: skip
        early = step.more_time_decided(
            at.session, at.book, process, deadline, decided, new_on, decision.capacity, decision.on
        )
        if new_on is None:
            return Recorded(
                f"Recorded: more time is not granted; it stays due on {spoken(deadline.working_target_on)}."
            )
        but = f" Please look at what comes after it: {and_joined(early)}." if early else ""
        return Recorded(f"Recorded: more time is granted until {spoken(new_on)}.{but}")

    def _new_day(
        self, at: Situation, process: Process, deadline: Deadline, known: Extension | None, answer: Answer
    ) -> date:
        wanted = answer.day("new_on") or (known.wanted_on if known else None)
        days = at.book.allowance(process.guidance, "extension")
        return wanted or add_working_days(deadline.working_target_on, days, at.book.calendar)

    def _insist(self, at: Situation, process: Process, deadline: Deadline, asked_on: date, new_on: date) -> None:
        limits = [each.working_target_on for each in deadlines_of(at.session, process, "limit", only_open=True)]
        wish = MoreTime(
            deadline.working_target_on, asked_on, new_on, extensions_granted(at.session, deadline.id or 0),
            step.at_most(at.book, process.guidance, deadline),
            None if deadline.is_limit or not limits else limits[0],
            spoken_role(at.book.may_decide(process.guidance, step.LIMIT)[0]),
        )  # fmt: skip
        faults = list(faults_of_extension(wish, at.book.calendar))
        if faults:
            raise Refused("; ".join(faults))


class Waive:
    """The review goes on without something that is owed."""

    name = "waive"

    def is_open(self, at: Situation) -> bool:
        """True while anything is owed that may be waived."""
        return anything_owed(at, _may_be_waived)

    def form(self, at: Situation) -> Form | None:
        """What is owed and not a step that the review cannot do without."""
        about = about_field(at, "What is waived?", _may_be_waived)
        if not about.options:
            return None
        return Form(
            "what is waived",
            "The review goes on without it. It stays in the record as waived, with the reason, and the report says so.",
            choice("What do you want to record?", ("waived", "The panel goes on without it"), BACK),
            (about, reason_field(needed=True), *who_decided(who=at.who)),
        )

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """It is not owed any more, and whoever owed it hears so."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        process, deadline = chosen(at, answer.text("about"), _may_be_waived, "it does not say what is waived")
        decision = decision_in(at, answer, may_decide=may_decide(at, process, self.name), about=process)
        reason = reason_in(answer)
        keep_decision(
            at, process, self.name, decision, "waived", "Something owed is waived",
            slot=deadline.slot, reason=reason.value,
        )  # fmt: skip
        step.waived(at.session, process, deadline, reason)
        agency = agency_of(at.session, deadline)
        if deadline.kind == "imr" and agency is not None:
            _return_withdrawn(at, process, deadline, reason)
        touched = (process.ref,) if process.id != at.process.id else ()
        return Recorded(f"Recorded: “{deadline.title}” is waived.", look_again=touched)


def _return_withdrawn(at: Situation, process: Process, imr: Deadline, reason: DelayReason) -> None:
    """Without the return nothing that leads to it is wanted either."""
    agency = agency_of(at.session, imr)
    if agency is None:
        return
    if return_of(at.session, process, agency).state is not ReturnState.ACCEPTED:
        move_return(at.session, process, agency, ReturnState.WITHDRAWN, at.today)
    for each in deadlines_of(at.session, process, only_open=True):
        if each.agency_id == agency.id and each.kind in ("author_named", "chronology", "midpoint", "imr_final"):
            step.waived(at.session, process, each, reason)


def _decides(at: Situation, *, is_limit: bool) -> str:
    """Who decides, as a rule: a review may have begun under an edition that says otherwise."""
    process = at.process if at.process.kind != "desk" else None
    edition = process.guidance if process is not None else at.book.guidance
    gate = step.LIMIT if is_limit else step.MORE_TIME
    if process is not None and process.kind == step.ACTION_PLAN:
        gate = step.OF_COMMITTEE
    return spoken_role(at.book.may_decide(edition, gate)[0])


def _request(process: Process, deadline: Deadline, asked_on: date, reason: DelayReason) -> Extension:
    return Extension(
        process_id=process.id or 0, deadline_id=deadline.id or 0, reason=reason, state=ExtensionState.ASKED,
        asked_on=asked_on, from_due_on=deadline.working_target_on, noted_at=clock.now(),
    )  # fmt: skip


def _may_be_extended(kind: str) -> bool:
    return kind not in NOT_EXTENDED


def _may_be_waived(kind: str) -> bool:
    return kind in WAIVABLE


MORE_TIME = register(MoreTimeWanted())
WAIVE = register(Waive())
