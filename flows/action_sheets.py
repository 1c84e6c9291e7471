"""Sheets about actions that come back through the in-tray: proposals for a plan, decisions of a committee's meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.gates import Situation
from flows.questions.action_committee import COMMITTEE_LOOKED
from flows.questions.action_proposal import MAY_PROPOSE, take_in
from flows.questions.decisions import Decision, keep_decision
from flows.readers import Fault, FaultyFile, Loaded, reads
from flows.steps import action_plan as step
from models.records.actions import Action, actions_of
from models.records.boards import Agency, Board, agencies_of
from models.records.database import Session
from models.records.history import write_history
from models.records.processes import Process, UnknownReference, process_by_ref
from models.records.register import NotAnAddress, agency_address
from models.rulebook import RuleBook
from models.rules.actions import MOST_ACTIONS, OWED, ActionState, Wish
from models.rules.spoken import spoken
from models.rules.working_days import is_working_day
from reports.action_sheet_in import read_action_sheet
from reports.meeting_sheet import Outcome
from reports.meeting_sheet_in import MeetingOutcome, read_meeting_sheet
from reports.sheet_columns import SheetKind
from reports.sheet_faults import FaultySheet
from reports.workbooks import kind_of

WHOLE = "The whole file"
CHAIR = "monitoring_chair"  # in whose name what the committee decided stands
TAKE_A_NEW_ONE = "Take a new sheet from the form of the plan."


class OfKind:
    """A workbook that Sightline has written, known by its hidden mark."""

    kind: SheetKind

    def recognises(self, content: bytes, ending: str) -> bool:
        """True for a workbook of this kind; one that cannot be opened is nobody's."""
        if ending != ".xlsx":
            return False
        try:
            return kind_of(content) is self.kind
        except FaultySheet:
            return False


@reads("actions")
class ActionSheets(OfKind):
    """Actions that are proposed for one plan, all of them or none."""

    kind = SheetKind.ACTIONS

    def load(self, session: Session, book: RuleBook, board: Board, content: bytes, day: date) -> Loaded:
        """Every action of the sheet stands in its plan. Raises FaultyFile."""
        agencies = agencies_of(session, board.id or 0)
        names = {name: each.key for each in agencies for name in (each.name, each.key)}
        try:
            sheet = read_action_sheet(content, names, day)
        except FaultySheet as faulty:
            raise _told(faulty) from None
        plan = _plan(session, board, sheet.plan)
        by_key = {each.key: each for each in agencies}
        faults = [fault for wish in sheet.wishes for fault in _faults(session, book, plan, wish, by_key[wish.agency])]
        known = len(actions_of(session, plan))
        if known + len(sheet.wishes) > MOST_ACTIONS:
            faults.append(
                Fault(WHOLE, f"a plan has at most {MOST_ACTIONS} actions, and {known} are there", "Split it.")
            )
        if faults:
            raise FaultyFile(faults)
        at = Situation(session, book, plan, day, {})
        for wish in sheet.wishes:
            take_in(at, by_key[wish.agency], wish)
        write_history(session, plan, "action sheet read", {"actions": len(sheet.wishes)})
        return Loaded(f"Actions proposed for {plan.spoken_ref}: {len(sheet.wishes)}.", (plan.ref,))


@reads("meeting")
class MeetingSheets(OfKind):
    """What a monitoring committee decided about actions in one meeting, all of it or nothing."""

    kind = SheetKind.MEETING

    def load(self, session: Session, book: RuleBook, board: Board, content: bytes, day: date) -> Loaded:
        """Each decision stands in the plan of its action. Raises FaultyFile."""
        try:
            sheet = read_meeting_sheet(content, day)
        except FaultySheet as faulty:
            raise _told(faulty) from None
        if sheet.held_on > day:
            raise FaultyFile([Fault(WHOLE, f"the meeting is on {spoken(sheet.held_on)}", "Send it when it was held.")])
        found, faults = list[tuple[Process, Action, MeetingOutcome]](), list[Fault]()
        for outcome in sheet.outcomes:
            plan = _plan(session, board, outcome.plan)
            action = next((each for each in actions_of(session, plan) if each.number == outcome.number), None)
            why = _why_not(book, action, outcome, day)
            if why or action is None:
                faults.append(
                    Fault(f"Row {outcome.row}", why, "Take out what was decided on this line, or correct it.")
                )
            else:
                found.append((plan, action, outcome))
        if faults:
            raise FaultyFile(faults)
        for plan in {each.ref: each for each, _, _ in found}.values():
            mine = [(action, outcome) for each, action, outcome in found if each.ref == plan.ref]
            _decided(Situation(session, book, plan, day, {}), mine, sheet.held_on)
        refs = tuple(dict.fromkeys(plan.ref for plan, _, _ in found))
        return Loaded(f"Decisions of a committee read: {len(found)}.", refs)


def _decided(at: Situation, decided: Sequence[tuple[Action, MeetingOutcome]], on: date) -> None:
    minutes = {f"minute_{action.number}": each.minute for action, each in decided if each.minute}
    outcome = {f"{action.number}": each.outcome.value for action, each in decided}
    keep_decision(
        at, at.process, COMMITTEE_LOOKED.name, Decision(CHAIR, on, minutes), "recorded", COMMITTEE_LOOKED.plain,
        actions=outcome, sheet=True,
    )  # fmt: skip
    for action, each in decided:
        if each.outcome is Outcome.NEW_DATE and each.new_on is not None:
            why = f"Set by the committee on {spoken(on)}."
            step.new_day(at.session, at.book, at.process, action, each.new_on, why)
        elif each.outcome is Outcome.TO_THE_CHAIR:
            step.to_the_chair(at.session, at.process, action)
        elif each.outcome is Outcome.CLOSED:
            step.closed(at.session, at.book, at.process, action, on, {})
        else:
            step.explained(at.session, at.process, action, on)


def _why_not(book: RuleBook, action: Action | None, outcome: MeetingOutcome, day: date) -> str:
    """Why that cannot have been decided about the action, in words; empty where it can."""
    if action is None:
        return "the plan has no action of that number"
    if outcome.outcome is Outcome.CLOSED:
        checked = action.state is ActionState.CHECKED
        return "" if checked else "it cannot be closed before its evidence was checked by somebody outside its agency"
    if action.state not in OWED:
        return "the action is not owed any more"
    if outcome.new_on is not None and (outcome.new_on <= day or not is_working_day(outcome.new_on, book.calendar)):
        return f"{spoken(outcome.new_on)} is not a working day to come"
    return ""


def _plan(session: Session, board: Board, ref: str) -> Process:
    try:
        plan = process_by_ref(session, ref, for_update=True)
    except UnknownReference:
        raise FaultyFile([Fault(WHOLE, "there is no plan with that reference", TAKE_A_NEW_ONE)]) from None
    if plan.kind != step.KIND or plan.board_id != board.id:
        raise FaultyFile([Fault(WHOLE, "the sheet is for no action plan of this board", TAKE_A_NEW_ONE)])
    if plan.stage not in MAY_PROPOSE:
        raise FaultyFile([Fault(WHOLE, "the plan is closed", "Begin another plan for what is still to be done.")])
    return plan


def _faults(session: Session, book: RuleBook, plan: Process, wish: Wish, agency: Agency) -> list[Fault]:
    """What the record knows against an action of the sheet."""
    faults = []
    try:
        agency_address(book, agency, wish.owner_email)
    except NotAnAddress as why:
        faults.append(Fault(f"Row {wish.row}, the owner’s e-mail", str(why), "Write the owner’s work address."))
    same = [each for each in actions_of(session, plan) if (each.title, each.agency_id) == (wish.title, agency.id)]
    if same:
        words = f"action {same[0].number} of this agency has the same title already"
        faults.append(Fault(f"Row {wish.row}", words, "Take the line out, or give it another title."))
    return faults


def _told(faulty: FaultySheet) -> FaultyFile:
    return FaultyFile(
        [Fault(f"Cell {each.where}" if each.where else WHOLE, each.wrong, each.to_do) for each in faulty.faults]
    )
