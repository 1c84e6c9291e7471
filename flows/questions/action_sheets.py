"""Workbooks that are filled in elsewhere and come back through the in-tray."""

from __future__ import annotations

from datetime import date

from flows.forms import Answer, Field, Form, Kind, Refused, choice
from flows.gates import Recorded, Situation, register
from flows.papers import ACTION_SHEET, MEETING_SHEET, write_sheet
from flows.questions.action_proposal import MAY_PROPOSE
from flows.questions.decisions import BACK, recorded_by, who_recorded
from flows.steps import action_plan as step
from models.records.actions import Action, actions_of
from models.records.boards import Agency, Board, agencies_of
from models.records.chasing import deadline_in
from models.records.database import Session
from models.records.kept import kept
from models.records.processes import Process, open_processes
from models.rulebook import RuleBook
from models.rules.actions import OWED, ActionState
from models.rules.spoken import and_joined
from models.rules.working_days import working_days_between
from reports.action_sheet import action_sheet
from reports.meeting_sheet import MeetingItem, meeting_sheet

LIES = "Fill it in and drop it into the folder in-tray; what is wrong in it is told beside it in the folder faults."


class ActionSheet:
    """An empty workbook in which actions are proposed for the plan."""

    name = "action-sheet"
    label = "A workbook to propose many actions"

    def is_open(self, at: Situation) -> bool:
        """True until the plan is closed."""
        return at.process.stage in MAY_PROPOSE

    def form(self, at: Situation) -> Form | None:
        """Nothing but who asks for it."""
        if not self.is_open(at):
            return None
        return Form(
            "a workbook for proposals", f"The workbook lies in the folder papers afterwards. {LIES}",
            choice("What do you want?", ("write", "The workbook for this plan"), BACK), (recorded_by(),),
        )  # fmt: skip

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The workbook lies in the folder papers."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        agencies = [(each.key, each.name) for each in agencies_of(at.session, at.process.board_id)]
        who_recorded(at, at.process, answer, "paper asked for", kind=ACTION_SHEET)
        content = action_sheet(at.process.spoken_ref, at.board.name, agencies)
        return Recorded(_said(write_sheet(at.session, content, ACTION_SHEET, at.process).files))


class MeetingSheet:
    """The workbook in which the committee notes what it decides about late actions and about those to close."""

    name = "meeting-sheet"
    label = "A workbook for the committee’s next meeting"

    def is_open(self, at: Situation) -> bool:
        """True while the committee has anything to decide about actions of the board."""
        return at.process.stage in MAY_PROPOSE and bool(self._now(at))

    def form(self, at: Situation) -> Form | None:
        """For which day."""
        items = self._now(at)
        if not items:
            return None
        meets_on = at.book.next_meeting(step.MONITORING, at.today)
        return Form(
            "a workbook for the committee",
            f"{len(items)} late actions and actions to close, of all plans of the board, each on a line. {LIES}",
            choice("What do you want?", ("write", "The workbook for the meeting below"), BACK),
            (
                Field("meets_on", Kind.DATE, "On which day does the committee meet?", needed=True,
                      default=meets_on.isoformat() if meets_on else None),
                recorded_by(),
            ),
        )  # fmt: skip

    @staticmethod
    def _now(at: Situation) -> list[MeetingItem]:
        return _items(at.session, at.book, at.process.board_id, at.today)

    def record(self, at: Situation, answer: Answer) -> Recorded:
        """The workbook lies in the folder papers."""
        if answer.choice == BACK[0]:
            return Recorded("Nothing was recorded.")
        meets_on = answer.day("meets_on")
        if meets_on is None:
            raise Refused("it does not say on which day the committee meets")
        who_recorded(at, at.process, answer, "paper asked for", kind=MEETING_SHEET, meets_on=meets_on)
        content = committee_sheet(at.session, at.book, at.board, meets_on, at.today)
        return Recorded(_said(write_sheet(at.session, content, MEETING_SHEET, at.process).files))


def committee_sheet(session: Session, book: RuleBook, board: Board, meets_on: date, today: date) -> bytes:
    """The workbook for a meeting of the monitoring committee; empty where there is nothing to decide."""
    items = _items(session, book, board.id or 0, today)
    if not items:
        return b""
    committee = book.committee_name(step.MONITORING)
    name = f"{committee[:1].upper()}{committee[1:]}"
    return meeting_sheet(f"{board.key} {meets_on.isoformat()}", board.name, name, meets_on, items)


def _items(session: Session, book: RuleBook, board_id: int, today: date) -> list[MeetingItem]:
    plans = [each for each in open_processes(session, board_id) if each.kind == step.KIND]
    return [
        _item(session, book, plan, action, today)
        for plan in plans
        for action in actions_of(session, plan)
        if action.state is ActionState.CHECKED or (action.state in OWED and step.is_late(session, plan, action, today))
    ]


def _item(session: Session, book: RuleBook, plan: Process, action: Action, today: date) -> MeetingItem:
    deadline = deadline_in(session, plan, action.slot)
    due_on = deadline.working_target_on if deadline else action.due_on
    late = action.state is not ActionState.CHECKED
    days = working_days_between(due_on, today, book.calendar)
    return MeetingItem(
        plan.spoken_ref, action.number, action.title, kept(session, Agency, action.agency_id).name, due_on,
        f"{days} working day{'' if days == 1 else 's'}" if late else "done, its evidence checked",
        "" if late else "closed",
    )  # fmt: skip


def _said(files: tuple[str, ...]) -> str:
    names = and_joined([f"“{name}”" for name in files])
    return f"Recorded: the workbook lies in the folder papers as {names}. {LIES}"


ACTION_SHEET_GATE = register(ActionSheet())
MEETING_SHEET_GATE = register(MeetingSheet())
